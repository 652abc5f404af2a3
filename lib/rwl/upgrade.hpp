// upgrade_lock: what std::unique_lock is for writing and std::shared_lock for reading, for the
// upgradeable mode in between, which shares the lock with readers and may become the writer.
//
//   rwl::upgrade_lock looking(m);                    // readers come and go, writers wait
//   if (must_change())
//     auto writing = rwl::upgrade(std::move(looking)); // in guards.hpp: nobody wrote in between
#pragma once

#include "misuse.hpp"
#include "ownership/asking.hpp"
#include "ownership/call_site.hpp"
#include "sync/guards_of_std.hpp"
#include "thread_safety.hpp"

#include <system_error>
#include <utility>

namespace rwl {

// Interface and meaning are those of std::unique_lock, and the forms with a stop token are added:
// they return when a stop is requested, and then do not own the lock. L is any lock of the library
// that has the upgradeable mode. Blocking, complexity and memory order are those of L's functions,
// and so is the precondition: who locks does not hold the lock yet, unless L is recursive. The lock
// outlives the guard. The call site is the caller's, for an L that wants to know it; leave it out.
//
// Errors: to lock without a lock or to unlock what is not owned is operation_not_permitted, to lock
// what is owned already is resource_deadlock_would_occur; both are reported by rwl::misuse and
// change nothing.
template <class L>
class upgrade_lock {
public:
  using mutex_type = L;
  using stop_token = typename L::stop_token;

  upgrade_lock() noexcept = default;
  explicit upgrade_lock(L& m, call_site at = call_site::current())
      : upgrade_lock(m, std::defer_lock) {
    lock(at);
  }
  upgrade_lock(L& m, std::defer_lock_t) noexcept : mutex_(&m) {}
  upgrade_lock(L& m, std::try_to_lock_t, call_site at = call_site::current())
      : upgrade_lock(m, std::defer_lock) {
    owns_ = ask<ownership::at_once>(at);
  }
  // Precondition: the caller holds m in the upgradeable mode.
  upgrade_lock(L& m, std::adopt_lock_t) noexcept : mutex_(&m), owns_(true) {}
  upgrade_lock(L& m, const stop_token& stop, call_site at = call_site::current())
      : upgrade_lock(m, std::defer_lock) {
    owns_ = ask<ownership::unless_stopped>(at, stop);
  }
  template <class Rep, class Period>
  upgrade_lock(L& m, const std::chrono::duration<Rep, Period>& d, const stop_token& stop = {},
               call_site at = call_site::current())
      : upgrade_lock(m, std::defer_lock) {
    owns_ = ask<ownership::within>(at, d, stop);
  }
  template <class Clock, class Duration>
  upgrade_lock(L& m, const std::chrono::time_point<Clock, Duration>& t, const stop_token& stop = {},
               call_site at = call_site::current())
      : upgrade_lock(m, std::defer_lock) {
    owns_ = ask<ownership::before>(at, t, stop);
  }

  upgrade_lock(upgrade_lock&& other) noexcept
      : mutex_(std::exchange(other.mutex_, nullptr)), owns_(std::exchange(other.owns_, false)) {}
  // Releases what this guard owned.
  upgrade_lock& operator=(upgrade_lock&& other) noexcept {
    upgrade_lock(std::move(other)).swap(*this);
    return *this;
  }
  ~upgrade_lock() {
    if (owns_)
      mutex_->unlock_upgrade();
  }

  void lock(call_site at = call_site::current()) { owns_ = ask<ownership::for_ever>(at); }
  [[nodiscard]] bool lock(const stop_token& stop, call_site at = call_site::current()) {
    return owns_ = ask<ownership::unless_stopped>(at, stop);
  }
  [[nodiscard]] bool try_lock(call_site at = call_site::current()) {
    return owns_ = ask<ownership::at_once>(at);
  }
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(const std::chrono::duration<Rep, Period>& d,
                                  const stop_token& stop = {},
                                  call_site at = call_site::current()) {
    return owns_ = ask<ownership::within>(at, d, stop);
  }
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(const std::chrono::time_point<Clock, Duration>& t,
                                    const stop_token& stop = {},
                                    call_site at = call_site::current()) {
    return owns_ = ask<ownership::before>(at, t, stop);
  }
  void unlock() RWL_NO_THREAD_SAFETY_ANALYSIS {
    if (!owns_)
      misuse(std::errc::operation_not_permitted,
             "rwl::upgrade_lock::unlock: the guard does not own the lock");
    mutex_->unlock_upgrade();
    owns_ = false;
  }

  void swap(upgrade_lock& other) noexcept {
    std::swap(mutex_, other.mutex_);
    std::swap(owns_, other.owns_);
  }
  friend void swap(upgrade_lock& a, upgrade_lock& b) noexcept { a.swap(b); }
  // Forgets the lock without unlocking it: that is up to the caller from now on.
  L* release() noexcept {
    owns_ = false;
    return std::exchange(mutex_, nullptr);
  }

  [[nodiscard]] bool owns_lock() const noexcept { return owns_; }
  explicit operator bool() const noexcept { return owns_; }
  [[nodiscard]] L* mutex() const noexcept { return mutex_; }

private:
  template <class Way, class... Limits>
  bool ask(const call_site& at, const Limits&... limits) {
    return ownership::ask<Way>(lockable(), ownership::kind::upgradeable, at, limits...);
  }

  L& lockable() {
    if (!mutex_)
      misuse(std::errc::operation_not_permitted, "rwl::upgrade_lock: the guard has no lock");
    if (owns_)
      misuse(std::errc::resource_deadlock_would_occur,
             "rwl::upgrade_lock: the guard owns the lock already");
    return *mutex_;
  }

  L* mutex_ = nullptr;
  bool owns_ = false;
};

} // namespace rwl
