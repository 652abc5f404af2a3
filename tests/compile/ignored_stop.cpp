// Whether a request that can be cancelled was let in must not be ignored.
// must fail: nodiscard
#include <rwl/rwlock.hpp>

#include <stop_token>

void f(rwl::rwlock& m, std::stop_token stop) {
#ifdef FIXED
  if (!m.lock_shared(stop))
    return;
#else
  m.lock_shared(stop);
#endif
  m.unlock_shared();
}
