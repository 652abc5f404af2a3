// A write after the downgrade.
// compiler: clang++
// flags: -Wthread-safety
// must fail: writing variable 'counter' requires holding.*exclusively
#include "subject.hpp"

void f() {
  m.lock();
  m.unlock_and_lock_shared();
#ifndef FIXED
  ++counter;
#endif
  m.unlock_shared();
}
