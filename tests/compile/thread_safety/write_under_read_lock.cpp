// A write under the read lock.
// compiler: clang++
// flags: -Wthread-safety
// must fail: writing variable 'counter' requires holding.*exclusively
#include "subject.hpp"

void f() {
#ifdef FIXED
  rwl::write_guard guard(m);
#else
  rwl::read_guard guard(m);
#endif
  ++counter;
}
