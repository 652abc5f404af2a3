// A call of a function that expects the lock.
// compiler: clang++
// flags: -Wthread-safety
// must fail: calling function .* requires holding
#include "subject.hpp"

void increment() RWL_REQUIRES(m) { ++counter; }

void f() {
#ifdef FIXED
  rwl::write_guard writing(m);
#else
  rwl::read_guard reading(m);
#endif
  increment();
}
