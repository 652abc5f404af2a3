// A lock that is not released on every path.
// compiler: clang++
// flags: -Wthread-safety
// must fail: is (not|still) held
#include "subject.hpp"

void f(bool early) {
  m.lock();
  if (early) {
#ifdef FIXED
    m.unlock();
#endif
    return;
  }
  m.unlock();
}
