// Requests that wait only so long: until a time, until a stop is requested, or whichever comes
// first.
#pragma once

#include "core/waiter.hpp"
#include "thread_safety.hpp"

namespace rwl {

// Base of a lock that has request(kind, patience) for each kind of request. All forms return
// whether the caller has been let in; a request that gives up leaves no trace, and lets those in at
// once whom it alone was blocking.
//
//   ..._for(d), ..._until(t)  give up after the duration, at the point of any clock, or as soon
//                             afterwards as the system wakes the thread. A time that has passed
//                             tries once.
//   (stop_token)              give up when a stop is requested. If it has been requested before the
//                             call: false at once, even if the lock is free.
//   (..., stop_token)         both.
//
// Whoever is let in at the moment in which it gives up is let in. Acquire on success, no order on
// failure. Complexity as of the forms that wait for ever; to give up takes a turn at the queue
// lock, one step for each whom that lets in, and their wake-ups. If a stop is requested these are
// steps of the thread that requests it. A token that can never be stopped costs nothing.
//
// Preconditions are those of the forms that wait for ever: the caller does not hold the lock, or,
// to upgrade, has the upgradeable mode.
template <class Lock, class Sync>
class RWL_CAPABILITY("rwlock") timed_requests {
  using kind = core::waiter_kind;
  template <class R, class P>
  using duration = std::chrono::duration<R, P>;
  template <class C, class D>
  using time_point = std::chrono::time_point<C, D>;

public:
  using stop_token = typename Sync::stop_token;

  [[nodiscard]] bool lock(const stop_token& stop) RWL_TRY_ACQUIRE(true) {
    return unless(kind::writer, stop);
  }
  template <class R, class P>
  [[nodiscard]] bool try_lock_for(const duration<R, P>& d) RWL_TRY_ACQUIRE(true) {
    return for_duration(kind::writer, d);
  }
  template <class R, class P>
  [[nodiscard]] bool try_lock_for(const duration<R, P>& d, const stop_token& stop)
      RWL_TRY_ACQUIRE(true) {
    return for_duration(kind::writer, d, &stop);
  }
  template <class C, class D>
  [[nodiscard]] bool try_lock_until(const time_point<C, D>& t) RWL_TRY_ACQUIRE(true) {
    return until(kind::writer, t);
  }
  template <class C, class D>
  [[nodiscard]] bool try_lock_until(const time_point<C, D>& t, const stop_token& stop)
      RWL_TRY_ACQUIRE(true) {
    return until(kind::writer, t, &stop);
  }

  [[nodiscard]] bool lock_shared(const stop_token& stop) RWL_TRY_ACQUIRE_SHARED(true) {
    return unless(kind::reader, stop);
  }
  template <class R, class P>
  [[nodiscard]] bool try_lock_shared_for(const duration<R, P>& d) RWL_TRY_ACQUIRE_SHARED(true) {
    return for_duration(kind::reader, d);
  }
  template <class R, class P>
  [[nodiscard]] bool try_lock_shared_for(const duration<R, P>& d, const stop_token& stop)
      RWL_TRY_ACQUIRE_SHARED(true) {
    return for_duration(kind::reader, d, &stop);
  }
  template <class C, class D>
  [[nodiscard]] bool try_lock_shared_until(const time_point<C, D>& t) RWL_TRY_ACQUIRE_SHARED(true) {
    return until(kind::reader, t);
  }
  template <class C, class D>
  [[nodiscard]] bool try_lock_shared_until(const time_point<C, D>& t, const stop_token& stop)
      RWL_TRY_ACQUIRE_SHARED(true) {
    return until(kind::reader, t, &stop);
  }

  [[nodiscard]] bool lock_upgrade(const stop_token& stop) RWL_TRY_ACQUIRE_SHARED(true) {
    return unless(kind::upgradeable, stop);
  }
  template <class R, class P>
  [[nodiscard]] bool try_lock_upgrade_for(const duration<R, P>& d) RWL_TRY_ACQUIRE_SHARED(true) {
    return for_duration(kind::upgradeable, d);
  }
  template <class R, class P>
  [[nodiscard]] bool try_lock_upgrade_for(const duration<R, P>& d, const stop_token& stop)
      RWL_TRY_ACQUIRE_SHARED(true) {
    return for_duration(kind::upgradeable, d, &stop);
  }
  template <class C, class D>
  [[nodiscard]] bool try_lock_upgrade_until(const time_point<C, D>& t)
      RWL_TRY_ACQUIRE_SHARED(true) {
    return until(kind::upgradeable, t);
  }
  template <class C, class D>
  [[nodiscard]] bool try_lock_upgrade_until(const time_point<C, D>& t, const stop_token& stop)
      RWL_TRY_ACQUIRE_SHARED(true) {
    return until(kind::upgradeable, t, &stop);
  }

  // Precondition: the caller has the upgradeable mode; it still has it if the upgrade is given up.
  [[nodiscard]] bool unlock_upgrade_and_lock(const stop_token& stop) RWL_RELEASE_SHARED()
      RWL_TRY_ACQUIRE(true) {
    return unless(kind::upgrader, stop);
  }
  template <class R, class P>
  [[nodiscard]] bool try_unlock_upgrade_and_lock_for(const duration<R, P>& d) RWL_RELEASE_SHARED()
      RWL_TRY_ACQUIRE(true) {
    return for_duration(kind::upgrader, d);
  }
  template <class R, class P>
  [[nodiscard]] bool try_unlock_upgrade_and_lock_for(const duration<R, P>& d,
                                                     const stop_token& stop) RWL_RELEASE_SHARED()
      RWL_TRY_ACQUIRE(true) {
    return for_duration(kind::upgrader, d, &stop);
  }
  template <class C, class D>
  [[nodiscard]] bool try_unlock_upgrade_and_lock_until(const time_point<C, D>& t)
      RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    return until(kind::upgrader, t);
  }
  template <class C, class D>
  [[nodiscard]] bool try_unlock_upgrade_and_lock_until(const time_point<C, D>& t,
                                                       const stop_token& stop) RWL_RELEASE_SHARED()
      RWL_TRY_ACQUIRE(true) {
    return until(kind::upgrader, t, &stop);
  }

private:
  bool request(kind k, const typename Sync::deadline* until, const stop_token* stop) {
    const bool stoppable = stop && stop->stop_possible();
    return static_cast<Lock&>(*this).request(k, {until, stoppable ? stop : nullptr});
  }

  static bool stopped(const stop_token* stop) { return stop && stop->stop_requested(); }

  bool unless(kind k, const stop_token& stop) {
    return !stopped(&stop) && request(k, nullptr, &stop);
  }

  template <class R, class P>
  bool for_duration(kind k, const duration<R, P>& d, const stop_token* stop = nullptr) {
    const typename Sync::deadline end = Sync::after(d);
    return !stopped(stop) && request(k, &end, stop);
  }

  // Asks again if the other clock was set back meanwhile.
  template <class C, class D>
  bool until(kind k, const time_point<C, D>& t, const stop_token* stop = nullptr) {
    do {
      const typename Sync::deadline end = Sync::until(t);
      if (!stopped(stop) && request(k, &end, stop))
        return true;
    } while (!stopped(stop) && !Sync::passed(t));
    return false;
  }
};

} // namespace rwl
