// What guarded<> gives out: access to its value for as long as the lock is held.
//
// A handle changes its mode as a guard does, and by the functions of the same names:
//
//   auto looking = table.upgradeable();
//   if (looking->empty())
//     rwl::upgrade(std::move(looking))->insert({1, 2}); // it is still empty
#pragma once

#include "guards.hpp"
#include "misuse.hpp"
#include "sync/guards_of_std.hpp"
#include "upgrade.hpp"

#include <concepts>
#include <memory>
#include <system_error>
#include <type_traits>
#include <utility>

namespace rwl {

// A guard that is also a pointer to the value it guards. True while it owns the lock; false after a
// try in vain, when moved from, or once its guard has let go. The guarded<> must outlive it.
template <class T, class Guard>
class guarded_handle {
public:
  using guard_type = Guard;
  // Only a writer may change the value.
  using element_type =
      std::conditional_t<std::same_as<Guard, std::unique_lock<typename Guard::mutex_type>>, T,
                         const T>;

  guarded_handle() = default;
  // The value of another handle, under a guard of the same lock.
  template <class U, class Other>
  requires std::convertible_to<U*, T*> guarded_handle(Guard guard,
                                                      const guarded_handle<U, Other>& from)
      : guard_(std::move(guard)), value_(from.value_) {}

  [[nodiscard]] bool owns_lock() const noexcept { return guard_.owns_lock(); }
  explicit operator bool() const noexcept { return owns_lock(); }

  // Error: operation_not_permitted, reported by rwl::misuse, if the handle does not own the lock:
  // one test of a flag, and without it the race would go unnoticed.
  element_type& operator*() const {
    if (!owns_lock())
      misuse(std::errc::operation_not_permitted,
             "rwl::guarded: access through a handle that does not own the lock");
    return *value_;
  }
  element_type* operator->() const { return std::addressof(**this); }

  // The guard itself, to wait on a condition or to let go before the end of the scope.
  [[nodiscard]] Guard& guard() noexcept { return guard_; }

private:
  template <class, class>
  friend class guarded;
  template <class, class>
  friend class guarded_handle;

  guarded_handle(Guard guard, T& value) : guard_(std::move(guard)), value_(std::addressof(value)) {}

  Guard guard_;
  T* value_ = nullptr;
};

template <class T, class L>
using read_handle = guarded_handle<const T, std::shared_lock<L>>;
template <class T, class L>
using write_handle = guarded_handle<T, std::unique_lock<L>>;
template <class T, class L>
using upgradeable_handle = guarded_handle<T, upgrade_lock<L>>;

// The guard transforms of guards.hpp, for handles.
template <class T, class L>
[[nodiscard]] read_handle<T, L> downgrade(write_handle<T, L>&& writing) {
  return {downgrade(std::move(writing.guard())), writing};
}
template <class T, class L>
[[nodiscard]] upgradeable_handle<T, L> downgrade_to_upgradeable(write_handle<T, L>&& writing) {
  return {downgrade_to_upgradeable(std::move(writing.guard())), writing};
}
template <class T, class L>
[[nodiscard]] read_handle<T, L> downgrade(upgradeable_handle<T, L>&& looking) {
  return {downgrade(std::move(looking.guard())), looking};
}
template <class T, class L>
[[nodiscard]] write_handle<T, L> upgrade(upgradeable_handle<T, L>&& looking) {
  return {upgrade(std::move(looking.guard())), looking};
}
template <class T, class L>
[[nodiscard]] write_handle<T, L> upgrade(upgradeable_handle<T, L>& looking,
                                         const typename L::stop_token& stop) {
  return {upgrade(looking.guard(), stop), looking};
}
template <class T, class L>
[[nodiscard]] write_handle<T, L> try_upgrade(upgradeable_handle<T, L>& looking) {
  return {try_upgrade(looking.guard()), looking};
}
template <class T, class L, class Rep, class Period>
[[nodiscard]] write_handle<T, L> try_upgrade_for(upgradeable_handle<T, L>& looking,
                                                 const std::chrono::duration<Rep, Period>& d,
                                                 const typename L::stop_token& stop = {}) {
  return {try_upgrade_for(looking.guard(), d, stop), looking};
}
template <class T, class L, class Clock, class Duration>
[[nodiscard]] write_handle<T, L>
try_upgrade_until(upgradeable_handle<T, L>& looking,
                  const std::chrono::time_point<Clock, Duration>& t,
                  const typename L::stop_token& stop = {}) {
  return {try_upgrade_until(looking.guard(), t, stop), looking};
}

} // namespace rwl
