// From one guard to another: the lock changes its mode, the guard its type.
//
//   std::unique_lock writing(m);
//   ...
//   std::shared_lock reading = rwl::downgrade(std::move(writing)); // no writer came in between
//
//   from                to  unique_lock            upgrade_lock              shared_lock
//   std::unique_lock                               downgrade_to_upgradeable  downgrade
//   rwl::upgrade_lock       upgrade, try_upgrade                             downgrade
//   std::shared_lock        try_upgrade
//
// All are atomic on the lock: nobody writes between the two modes. What cannot fail takes its guard
// as an rvalue and leaves it empty. What can fail takes it as an lvalue: on success it is left
// empty, on failure it still owns the lock in its old mode and the result is an empty guard.
//
// Complexity and memory order are those of the lock's functions. The call site is the caller's, for
// a lock that wants to know it; leave it out. Errors: a guard that does not own its lock is
// operation_not_permitted, reported by rwl::misuse; whatever the lock reports is passed on. Both
// leave guard and lock as they were.
#pragma once

#include "misuse.hpp"
#include "ownership/asking.hpp"
#include "ownership/call_site.hpp"
#include "sync/guards_of_std.hpp"
#include "thread_safety.hpp"
#include "upgrade.hpp"

#include <system_error>

namespace rwl {

namespace detail {

// The lock of a guard that must own it.
template <class Guard>
auto& lock_of(const Guard& guard) {
  if (!guard.owns_lock())
    misuse(std::errc::operation_not_permitted,
           "rwl: a guard that does not own its lock cannot change the mode");
  return *guard.mutex();
}

// The lock of `from` is in the mode of To by now, and To's to unlock.
template <class To, class From>
To handed_over(From& from) {
  return To(*from.release(), std::adopt_lock);
}
template <class To, class From>
To handed_over_if(bool changed, From& from) {
  return changed ? handed_over<To>(from) : To();
}

template <class Way, class L, class... Limits>
std::unique_lock<L> upgraded(upgrade_lock<L>& looking, const call_site& at,
                             const Limits&... limits) {
  const bool changed =
      ownership::ask<Way>(lock_of(looking), ownership::kind::upgrader, at, limits...);
  return handed_over_if<std::unique_lock<L>>(changed, looking);
}

} // namespace detail

// Writer to reader. Never waits; readers that waited are let in as the strategy says.
template <class L>
[[nodiscard]] std::shared_lock<L>
downgrade(std::unique_lock<L>&& writing) RWL_NO_THREAD_SAFETY_ANALYSIS {
  detail::lock_of(writing).unlock_and_lock_shared();
  return detail::handed_over<std::shared_lock<L>>(writing);
}

// Writer to holder of the upgradeable mode. Never waits.
template <class L>
[[nodiscard]] upgrade_lock<L>
downgrade_to_upgradeable(std::unique_lock<L>&& writing) RWL_NO_THREAD_SAFETY_ANALYSIS {
  detail::lock_of(writing).unlock_and_lock_upgrade();
  return detail::handed_over<upgrade_lock<L>>(writing);
}

// Holder of the upgradeable mode to reader. Never waits.
template <class L>
[[nodiscard]] std::shared_lock<L>
downgrade(upgrade_lock<L>&& looking) RWL_NO_THREAD_SAFETY_ANALYSIS {
  detail::lock_of(looking).unlock_upgrade_and_lock_shared();
  return detail::handed_over<std::shared_lock<L>>(looking);
}

// Holder of the upgradeable mode to writer. Waits for the readers inside, and admits no new ones.
template <class L>
[[nodiscard]] std::unique_lock<L> upgrade(upgrade_lock<L>&& looking,
                                          call_site at = call_site::current()) {
  return detail::upgraded<ownership::for_ever>(looking, at);
}

// The same, but gives up when a stop is requested.
template <class L>
[[nodiscard]] std::unique_lock<L> upgrade(upgrade_lock<L>& looking,
                                          const typename L::stop_token& stop,
                                          call_site at = call_site::current()) {
  return detail::upgraded<ownership::unless_stopped>(looking, at, stop);
}

// The same, but gives up at once if there are readers inside.
template <class L>
[[nodiscard]] std::unique_lock<L> try_upgrade(upgrade_lock<L>& looking,
                                              call_site at = call_site::current()) {
  return detail::upgraded<ownership::at_once>(looking, at);
}

// The same, but gives up when the time is up or a stop is requested.
template <class L, class Rep, class Period>
[[nodiscard]] std::unique_lock<L>
try_upgrade_for(upgrade_lock<L>& looking, const std::chrono::duration<Rep, Period>& d,
                const typename L::stop_token& stop = {}, call_site at = call_site::current()) {
  return detail::upgraded<ownership::within>(looking, at, d, stop);
}
template <class L, class Clock, class Duration>
[[nodiscard]] std::unique_lock<L>
try_upgrade_until(upgrade_lock<L>& looking, const std::chrono::time_point<Clock, Duration>& t,
                  const typename L::stop_token& stop = {}, call_site at = call_site::current()) {
  return detail::upgraded<ownership::before>(looking, at, t, stop);
}

// Reader to writer, if it is the only reader and nobody else stands in the way. Never waits: of two
// readers that wait for each other to leave, neither ever would.
template <class L>
[[nodiscard]] std::unique_lock<L>
try_upgrade(std::shared_lock<L>& reading) RWL_NO_THREAD_SAFETY_ANALYSIS {
  const bool changed = detail::lock_of(reading).try_unlock_shared_and_lock();
  return detail::handed_over_if<std::unique_lock<L>>(changed, reading);
}

} // namespace rwl
