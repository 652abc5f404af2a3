// What guarded<> gives out: access to its value for as long as the lock is held.
//
// A handle changes its mode as a guard does, and by the functions of the same names, but that a
// reader stays one:
//
//   auto looking = table.upgradeable();
//   if (looking->empty())
//     rwl::upgrade(std::move(looking))->insert({1, 2}); // it is still empty
#pragma once

#include "guards.hpp"
#include "misuse.hpp"
#include "ownership/call_site.hpp"
#include "sync/guards_of_std.hpp"
#include "upgrade.hpp"

#include <concepts>
#include <memory>
#include <system_error>
#include <type_traits>
#include <utility>

namespace rwl {

template <class Sync>
class basic_condition;

namespace detail {
struct handle_access;
}

// A guard that is also a pointer to the value it guards. True while it owns the lock; false after a
// try in vain, when moved from, or after unlock(). The guarded<> must outlive it. Only guarded<>
// and the transforms below make one that owns, so a value and the lock of another never meet.
//
// Error: operation_not_permitted, reported by rwl::misuse, if the handle does not own the lock and
// is asked for the value, to wait, or to unlock: one test of a flag, and without it the race would
// go unnoticed.
template <class T, class Guard>
class guarded_handle {
public:
  using guard_type = Guard;
  // Only a writer may change the value.
  using element_type =
      std::conditional_t<std::same_as<Guard, std::unique_lock<typename Guard::mutex_type>>, T,
                         const T>;

  guarded_handle() = default;

  [[nodiscard]] bool owns_lock() const noexcept { return guard_.owns_lock(); }
  explicit operator bool() const noexcept { return owns_lock(); }

  element_type& operator*() const {
    check_owned();
    return *value_;
  }
  element_type* operator->() const { return std::addressof(**this); }

  // Lets go before the end of the scope.
  void unlock() {
    check_owned();
    guard_.unlock();
  }

  // Of readers and writers: all forms of rwl::condition's functions of these names, which are
  // called with the guard. After the wait the lock is held again.
  //
  //   writing.wait(changed, [&] { return !writing->empty(); });
  template <class Sync, class... Limits>
  auto wait(basic_condition<Sync>& condition, Limits&&... limits) {
    return condition.wait(guard_, std::forward<Limits>(limits)...);
  }
  template <class Sync, class... Limits>
  bool wait_for(basic_condition<Sync>& condition, Limits&&... limits) {
    return condition.wait_for(guard_, std::forward<Limits>(limits)...);
  }
  template <class Sync, class... Limits>
  bool wait_until(basic_condition<Sync>& condition, Limits&&... limits) {
    return condition.wait_until(guard_, std::forward<Limits>(limits)...);
  }

private:
  template <class, class>
  friend class guarded;
  friend detail::handle_access;

  guarded_handle(Guard guard, T* value) : guard_(std::move(guard)), value_(value) {}

  void check_owned() const {
    if (!owns_lock())
      misuse(std::errc::operation_not_permitted, "rwl::guarded: the handle does not own the lock");
  }

  Guard guard_;
  T* value_ = nullptr;
};

template <class T, class L>
using read_handle = guarded_handle<const T, std::shared_lock<L>>;
template <class T, class L>
using write_handle = guarded_handle<T, std::unique_lock<L>>;
template <class T, class L>
using upgradeable_handle = guarded_handle<T, upgrade_lock<L>>;

namespace detail {

struct handle_access {
  // A handle of the same value, under what `change` makes of the guard.
  template <class To, class From, class F>
  static To changed(From& from, F change) {
    return To(change(from.guard_), from.value_);
  }
};

} // namespace detail

// The transforms of guards.hpp, for handles: blocking, order, errors and call sites are theirs.
template <class T, class L>
[[nodiscard]] read_handle<T, L> downgrade(write_handle<T, L>&& writing) {
  return detail::handle_access::changed<read_handle<T, L>>(
      writing, [](auto& guard) { return downgrade(std::move(guard)); });
}
template <class T, class L>
[[nodiscard]] upgradeable_handle<T, L> downgrade_to_upgradeable(write_handle<T, L>&& writing) {
  return detail::handle_access::changed<upgradeable_handle<T, L>>(
      writing, [](auto& guard) { return downgrade_to_upgradeable(std::move(guard)); });
}
template <class T, class L>
[[nodiscard]] read_handle<T, L> downgrade(upgradeable_handle<T, L>&& looking) {
  return detail::handle_access::changed<read_handle<T, L>>(
      looking, [](auto& guard) { return downgrade(std::move(guard)); });
}
template <class T, class L>
[[nodiscard]] write_handle<T, L> upgrade(upgradeable_handle<T, L>&& looking,
                                         call_site at = call_site::current()) {
  return detail::handle_access::changed<write_handle<T, L>>(
      looking, [&](auto& guard) { return upgrade(std::move(guard), at); });
}
template <class T, class L>
[[nodiscard]] write_handle<T, L> upgrade(upgradeable_handle<T, L>& looking,
                                         const typename L::stop_token& stop,
                                         call_site at = call_site::current()) {
  return detail::handle_access::changed<write_handle<T, L>>(
      looking, [&](auto& guard) { return upgrade(guard, stop, at); });
}
template <class T, class L>
[[nodiscard]] write_handle<T, L> try_upgrade(upgradeable_handle<T, L>& looking,
                                             call_site at = call_site::current()) {
  return detail::handle_access::changed<write_handle<T, L>>(
      looking, [&](auto& guard) { return try_upgrade(guard, at); });
}
template <class T, class L, class Rep, class Period>
[[nodiscard]] write_handle<T, L>
try_upgrade_for(upgradeable_handle<T, L>& looking, const std::chrono::duration<Rep, Period>& d,
                const typename L::stop_token& stop = {}, call_site at = call_site::current()) {
  return detail::handle_access::changed<write_handle<T, L>>(
      looking, [&](auto& guard) { return try_upgrade_for(guard, d, stop, at); });
}
template <class T, class L, class Clock, class Duration>
[[nodiscard]] write_handle<T, L>
try_upgrade_until(upgradeable_handle<T, L>& looking,
                  const std::chrono::time_point<Clock, Duration>& t,
                  const typename L::stop_token& stop = {}, call_site at = call_site::current()) {
  return detail::handle_access::changed<write_handle<T, L>>(
      looking, [&](auto& guard) { return try_upgrade_until(guard, t, stop, at); });
}

} // namespace rwl
