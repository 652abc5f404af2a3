// guarded: a value and the lock that guards it. No way leads to the value but under the lock, and
// who shares the lock sees it const.
//
//   rwl::guarded<std::map<int, int>> table;
//   table.write()->insert({1, 2});
//   if (auto reading = table.read(); reading->contains(1)) ... // locked until the end of the if
//   table.with([](auto& map) { map.clear(); });
#pragma once

#include "guarded_handle.hpp"
#include "rwlock.hpp"
#include "sync/guards_of_std.hpp"
#include "upgrade.hpp"

#include <concepts>
#include <functional>
#include <utility>

namespace rwl {

// A T and its lock, of any type L of the library. Neither copyable nor movable. A const guarded<>
// can be read and no more.
//
// Blocking, complexity, memory order and errors are those of the functions of L; beyond them the
// handles cost nothing. The forms with a stop token, and all that try, return a handle that may be
// false.
template <class T, class L = rwlock>
class guarded {
public:
  using value_type = T;
  using lock_type = L;
  using stop_token = typename L::stop_token;
  using read_handle = rwl::read_handle<T, L>;
  using write_handle = rwl::write_handle<T, L>;
  using upgradeable_handle = rwl::upgradeable_handle<T, L>;

  // Constant-initialised if T is, as the lock is.
  constexpr guarded() requires std::default_initializable<T> : value_() {}
  constexpr explicit guarded(T value) : value_(std::move(value)) {}
  template <class... Args>
  requires std::constructible_from<T, Args...>
  constexpr explicit guarded(std::in_place_t, Args&&... args)
      : value_(std::forward<Args>(args)...) {}

  [[nodiscard]] read_handle read() const { return {std::shared_lock(lock_), value_}; }
  [[nodiscard]] read_handle read(const stop_token& stop) const {
    return held<read_handle>(value_, lock_.lock_shared(stop));
  }
  [[nodiscard]] read_handle try_read() const {
    return held<read_handle>(value_, lock_.try_lock_shared());
  }
  template <class Rep, class Period>
  [[nodiscard]] read_handle try_read_for(const std::chrono::duration<Rep, Period>& d,
                                         const stop_token& stop = {}) const {
    return held<read_handle>(value_, lock_.try_lock_shared_for(d, stop));
  }
  template <class Clock, class Duration>
  [[nodiscard]] read_handle try_read_until(const std::chrono::time_point<Clock, Duration>& t,
                                           const stop_token& stop = {}) const {
    return held<read_handle>(value_, lock_.try_lock_shared_until(t, stop));
  }

  [[nodiscard]] write_handle write() { return {std::unique_lock(lock_), value_}; }
  [[nodiscard]] write_handle write(const stop_token& stop) {
    return held<write_handle>(value_, lock_.lock(stop));
  }
  [[nodiscard]] write_handle try_write() { return held<write_handle>(value_, lock_.try_lock()); }
  template <class Rep, class Period>
  [[nodiscard]] write_handle try_write_for(const std::chrono::duration<Rep, Period>& d,
                                           const stop_token& stop = {}) {
    return held<write_handle>(value_, lock_.try_lock_for(d, stop));
  }
  template <class Clock, class Duration>
  [[nodiscard]] write_handle try_write_until(const std::chrono::time_point<Clock, Duration>& t,
                                             const stop_token& stop = {}) {
    return held<write_handle>(value_, lock_.try_lock_until(t, stop));
  }

  // The upgradeable mode: looks, among readers, and may become the writer.
  [[nodiscard]] upgradeable_handle upgradeable() { return {upgrade_lock(lock_), value_}; }
  [[nodiscard]] upgradeable_handle upgradeable(const stop_token& stop) {
    return held<upgradeable_handle>(value_, lock_.lock_upgrade(stop));
  }
  [[nodiscard]] upgradeable_handle try_upgradeable() {
    return held<upgradeable_handle>(value_, lock_.try_lock_upgrade());
  }
  template <class Rep, class Period>
  [[nodiscard]] upgradeable_handle try_upgradeable_for(const std::chrono::duration<Rep, Period>& d,
                                                       const stop_token& stop = {}) {
    return held<upgradeable_handle>(value_, lock_.try_lock_upgrade_for(d, stop));
  }
  template <class Clock, class Duration>
  [[nodiscard]] upgradeable_handle
  try_upgradeable_until(const std::chrono::time_point<Clock, Duration>& t,
                        const stop_token& stop = {}) {
    return held<upgradeable_handle>(value_, lock_.try_lock_upgrade_until(t, stop));
  }

  // f(value) under the lock: with() writes, with_read() reads. What f returns is returned by value,
  // so no reference to the value gets out by the way.
  template <std::invocable<T&> F>
  auto with(F&& f) {
    const std::unique_lock writing(lock_);
    return std::invoke(std::forward<F>(f), value_);
  }
  template <std::invocable<const T&> F>
  auto with_read(F&& f) const {
    const std::shared_lock reading(lock_);
    return std::invoke(std::forward<F>(f), value_);
  }

private:
  template <class Handle, class U>
  Handle held(U& value, bool owned) const {
    using guard = typename Handle::guard_type;
    return {owned ? guard(lock_, std::adopt_lock) : guard(lock_, std::defer_lock), value};
  }

  mutable L lock_;
  T value_;
};

} // namespace rwl
