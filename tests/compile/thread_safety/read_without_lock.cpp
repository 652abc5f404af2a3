// A read without the lock.
// compiler: clang++
// flags: -Wthread-safety
// must fail: reading variable 'counter' requires holding
#include "subject.hpp"

int f() {
#ifdef FIXED
  rwl::read_guard reading(m);
#endif
  return counter;
}
