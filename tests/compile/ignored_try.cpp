// Whether a try was let in must not be ignored.
// must fail: nodiscard
#include <rwl/rwlock.hpp>

void f(rwl::rwlock& m) {
  m.lock();
  m.unlock();
#ifndef FIXED
  m.try_lock();
#endif
}
