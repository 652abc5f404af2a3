// guarded: a value and the lock that guards it. No way leads to the value but under the lock, and
// who shares the lock sees it const.
//
//   rwl::guarded<std::map<int, int>> table;
//   table.write()->insert({1, 2});
//   if (auto reading = table.read(); reading->contains(1)) ... // locked until the end of the if
//   table.with([](auto& map) { map.clear(); });
//
// What no library can take back is a reference to the value, or into it, that is kept for longer
// than the handle or the function that got it.
#pragma once

#include "guarded_handle.hpp"
#include "ownership/asking.hpp"
#include "ownership/call_site.hpp"
#include "rwlock.hpp"
#include "sync/guards_of_std.hpp"
#include "upgrade.hpp"

#include <concepts>
#include <functional>
#include <memory>
#include <tuple>
#include <utility>

namespace rwl {

// A T and its lock, of any type L of the library. Neither copyable nor movable. A const guarded<>
// can be read and no more.
//
// Blocking, complexity, memory order and errors are those of the functions of L; beyond them the
// handles cost nothing. The forms with a stop token, and all that try, return a handle that may be
// false; the others one that owns the lock.
//
// Precondition of all that lock: the caller has no handle of this object that owns the lock, and is
// not in a function called by with() or with_read(), unless L is recursive. The call site is the
// caller's, for an L that wants to know it, as checked<> does; leave it out.
template <class T, class L = rwlock>
class guarded {
  using kind = ownership::kind;

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
  // The arguments of the lock, and those of the value, as for a std::pair:
  //
  //   rwl::guarded<table, rwl::checked<rwl::rwlock>> t(std::piecewise_construct,
  //                                                    std::tuple("table"), std::tuple());
  template <class... LockArgs, class... Args>
  requires std::constructible_from<L, LockArgs...> && std::constructible_from<T, Args...>
  constexpr guarded(std::piecewise_construct_t, std::tuple<LockArgs...> lock,
                    std::tuple<Args...> value)
      : lock_(std::make_from_tuple<L>(std::move(lock))),
        value_(std::make_from_tuple<T>(std::move(value))) {}

  // To read, beside other readers. Waits for writers, until a stop is requested if a token is
  // given.
  [[nodiscard]] read_handle read(call_site at = call_site::current()) const {
    return ask<read_handle, ownership::for_ever>(kind::reader, value_, at);
  }
  [[nodiscard]] read_handle read(const stop_token& stop,
                                 call_site at = call_site::current()) const {
    return ask<read_handle, ownership::unless_stopped>(kind::reader, value_, at, stop);
  }
  // The same, at once or not at all; or within a time.
  [[nodiscard]] read_handle try_read(call_site at = call_site::current()) const {
    return ask<read_handle, ownership::at_once>(kind::reader, value_, at);
  }
  template <class Rep, class Period>
  [[nodiscard]] read_handle try_read_for(const std::chrono::duration<Rep, Period>& d,
                                         const stop_token& stop = {},
                                         call_site at = call_site::current()) const {
    return ask<read_handle, ownership::within>(kind::reader, value_, at, d, stop);
  }
  template <class Clock, class Duration>
  [[nodiscard]] read_handle try_read_until(const std::chrono::time_point<Clock, Duration>& t,
                                           const stop_token& stop = {},
                                           call_site at = call_site::current()) const {
    return ask<read_handle, ownership::before>(kind::reader, value_, at, t, stop);
  }

  // To write, alone. Waits for everybody else, or only so long, as above.
  [[nodiscard]] write_handle write(call_site at = call_site::current()) {
    return ask<write_handle, ownership::for_ever>(kind::writer, value_, at);
  }
  [[nodiscard]] write_handle write(const stop_token& stop, call_site at = call_site::current()) {
    return ask<write_handle, ownership::unless_stopped>(kind::writer, value_, at, stop);
  }
  [[nodiscard]] write_handle try_write(call_site at = call_site::current()) {
    return ask<write_handle, ownership::at_once>(kind::writer, value_, at);
  }
  template <class Rep, class Period>
  [[nodiscard]] write_handle try_write_for(const std::chrono::duration<Rep, Period>& d,
                                           const stop_token& stop = {},
                                           call_site at = call_site::current()) {
    return ask<write_handle, ownership::within>(kind::writer, value_, at, d, stop);
  }
  template <class Clock, class Duration>
  [[nodiscard]] write_handle try_write_until(const std::chrono::time_point<Clock, Duration>& t,
                                             const stop_token& stop = {},
                                             call_site at = call_site::current()) {
    return ask<write_handle, ownership::before>(kind::writer, value_, at, t, stop);
  }

  // The upgradeable mode: looks, among readers, and may become the writer by rwl::upgrade(). Waits
  // for writers and for another who has the mode, or only so long, as above.
  [[nodiscard]] upgradeable_handle upgradeable(call_site at = call_site::current()) {
    return ask<upgradeable_handle, ownership::for_ever>(kind::upgradeable, value_, at);
  }
  [[nodiscard]] upgradeable_handle upgradeable(const stop_token& stop,
                                               call_site at = call_site::current()) {
    return ask<upgradeable_handle, ownership::unless_stopped>(kind::upgradeable, value_, at, stop);
  }
  [[nodiscard]] upgradeable_handle try_upgradeable(call_site at = call_site::current()) {
    return ask<upgradeable_handle, ownership::at_once>(kind::upgradeable, value_, at);
  }
  template <class Rep, class Period>
  [[nodiscard]] upgradeable_handle try_upgradeable_for(const std::chrono::duration<Rep, Period>& d,
                                                       const stop_token& stop = {},
                                                       call_site at = call_site::current()) {
    return ask<upgradeable_handle, ownership::within>(kind::upgradeable, value_, at, d, stop);
  }
  template <class Clock, class Duration>
  [[nodiscard]] upgradeable_handle
  try_upgradeable_until(const std::chrono::time_point<Clock, Duration>& t,
                        const stop_token& stop = {}, call_site at = call_site::current()) {
    return ask<upgradeable_handle, ownership::before>(kind::upgradeable, value_, at, t, stop);
  }

  // f(value) under the lock: with() writes, with_read() reads. What f returns is returned by value,
  // so no reference to the value gets out by the way.
  template <std::invocable<T&> F>
  auto with(F&& f, call_site at = call_site::current()) {
    const write_handle writing = write(at);
    return std::invoke(std::forward<F>(f), value_);
  }
  template <std::invocable<const T&> F>
  auto with_read(F&& f, call_site at = call_site::current()) const {
    const read_handle reading = read(at);
    return std::invoke(std::forward<F>(f), value_);
  }

private:
  template <class Handle, class Way, class U, class... Limits>
  Handle ask(kind k, U& value, const call_site& at, const Limits&... limits) const {
    using guard = typename Handle::guard_type;
    const bool owned = ownership::ask<Way>(lock_, k, at, limits...);
    return {owned ? guard(lock_, std::adopt_lock) : guard(lock_, std::defer_lock),
            std::addressof(value)};
  }

  mutable L lock_;
  T value_;
};

} // namespace rwl
