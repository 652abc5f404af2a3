// A shared lock released as if it were exclusive.
// compiler: clang++
// flags: -Wthread-safety
// must fail: releasing .* using exclusive access, expected shared
#include "subject.hpp"

void f() {
  m.lock_shared();
#ifdef FIXED
  m.unlock_shared();
#else
  m.unlock();
#endif
}
