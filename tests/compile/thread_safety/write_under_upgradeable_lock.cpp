// A write in the upgradeable mode, before the upgrade.
// compiler: clang++
// flags: -Wthread-safety
// must fail: writing variable 'counter' requires holding.*exclusively
#include "subject.hpp"

void f() {
  m.lock_upgrade();
#ifndef FIXED
  ++counter;
#endif
  m.unlock_upgrade_and_lock();
  ++counter;
  m.unlock();
}
