// A release of what is not held.
// compiler: clang++
// flags: -Wthread-safety
// must fail: releasing .* that was not held
#include "subject.hpp"

void f() {
#ifdef FIXED
  m.lock();
#endif
  m.unlock();
}
