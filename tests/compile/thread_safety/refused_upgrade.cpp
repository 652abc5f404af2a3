// A write although the upgrade may have been refused.
// compiler: clang++
// flags: -Wthread-safety
// must fail: requires holding|was not held|is not held
#include "subject.hpp"

void f() {
  m.lock_upgrade();
  if (!m.try_unlock_upgrade_and_lock()) {
    rwl::assume_shared(m);
#ifndef FIXED
    ++counter;
#endif
    m.unlock_upgrade();
    return;
  }
  ++counter;
  m.unlock();
}
