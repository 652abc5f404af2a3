// The Sync policy of production: std atomics, the futex parker, ghosts that compile to nothing.
//
// Define RWL_PORTABLE (in the whole program, or it breaks the one-definition rule) to use nothing
// but the standard library: parkers of a mutex and a condition variable, and full fences.
#pragma once

#include "membarrier.hpp"
#include "parker.hpp"
#include "policy.hpp"
#include "spin.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <concepts>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace rwl {

namespace detail {

// How far it is from one duration to another, rounded up; the most or the least there is beyond
// some 146 years. Durations may be of any kind: minutes, infinite, 44100 to the second.
template <class From, class To>
std::chrono::nanoseconds distance(const From& from, const To& to) {
  using namespace std::chrono;
  // Roughly first, in floating point: the difference, or a conversion alone, may overflow.
  constexpr duration<double> far = nanoseconds::max() / 2;
  const duration<double> roughly = duration<double>(to) - duration<double>(from);
  if (roughly > far)
    return nanoseconds::max();
  if (!(roughly > -far)) // nor is it a number, perhaps
    return nanoseconds::min();
  // Whole seconds apart: a common unit of nanoseconds and odd fractions has no room for years.
  const seconds start = duration_cast<seconds>(from);
  const seconds end = duration_cast<seconds>(to);
  return (end - start) + (ceil<nanoseconds>(to - end) - floor<nanoseconds>(from - start));
}

} // namespace detail

struct std_sync {
  template <class T>
  using atomic = std::atomic<T>;
  template <class T>
  using var = T;

#if defined(__linux__) && !defined(RWL_PORTABLE)
  using parker = futex_parker;
#else
  using parker = portable_parker;
#endif
  using mutex = std::mutex;
  using unique_lock = std::unique_lock<std::mutex>;
  using condition_variable = std::condition_variable;

  using deadline = std::chrono::steady_clock::time_point;
  static deadline now() noexcept { return std::chrono::steady_clock::now(); }

  template <class Rep, class Period>
  static deadline after(const std::chrono::duration<Rep, Period>& d) {
    const deadline start = now();
    const deadline::duration wait = detail::distance(std::chrono::seconds(0), d);
    return wait > deadline::max() - start ? deadline::max() : start + std::max(wait, {});
  }
  template <class Clock, class Duration>
  static deadline until(const std::chrono::time_point<Clock, Duration>& t) {
    return after(detail::distance(Clock::now().time_since_epoch(), t.time_since_epoch()));
  }
  template <class Clock, class Duration>
  static bool passed(const std::chrono::time_point<Clock, Duration>& t) {
    return detail::distance(Clock::now().time_since_epoch(), t.time_since_epoch()).count() <= 0;
  }

  using stop_token = std::stop_token;
  template <class F>
  using stop_callback = std::stop_callback<F>;

  // Two of them are four bytes of every lock. With 65536 threads in the slow paths of one lock at
  // the same time, mutual exclusion would be lost.
  using ticket = std::uint16_t;

  // One T for each thread and each type T, value-initialised at the thread's first use.
  template <class T>
  struct tls {
    static T& get() noexcept(noexcept(T())) {
      thread_local T slot{};
      return slot;
    }
  };

  // The address of something of which each thread has its own: unique among living threads, never
  // null (so a default-initialised id is nobody's), and cheaper than asking the system.
  using thread_id = const void*;
  static thread_id self() noexcept {
    static constinit thread_local char anchor{};
    return &anchor;
  }

  static void pause() noexcept { cpu_pause(); }

  template <class T, std::predicate<T> Pred>
  static T await(const std::atomic<T>& a, Pred pred, std::memory_order order) {
    backoff wait;
    T value = a.load(order);
    while (!pred(value)) {
      wait();
      value = a.load(order);
    }
    return value;
  }

  static void fence_light() noexcept { rwl::fence_light(); }
  static void fence_heavy() noexcept { rwl::fence_heavy(); }

  // Ghosts.
  struct token {
    friend constexpr bool operator==(token, token) noexcept = default;
  };
  struct site {};
  static constexpr token owner() noexcept { return {}; }
  static constexpr void observe(event, const void*, token) noexcept {}
  static constexpr site here() noexcept { return {}; }
  template <class... Locals>
  static constexpr void live(site, const Locals&...) noexcept {}
};

static_assert(sync_policy<std_sync>);

} // namespace rwl
