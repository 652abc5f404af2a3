// A write without the lock.
// compiler: clang++
// flags: -Wthread-safety
// must fail: writing variable 'counter' requires holding
#include "subject.hpp"

void f() {
#ifdef FIXED
  rwl::write_guard writing(m);
#endif
  ++counter;
}
