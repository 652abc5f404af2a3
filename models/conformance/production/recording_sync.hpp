// The Sync policy of recorded runs: that of production, but each word and each mutex counts its
// changes, and the ghosts are heard.
#pragma once

#include "recorder.hpp"

#include <rwl/sync/std_sync.hpp>

#include <atomic>
#include <concepts>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <type_traits>

namespace rwl::conformance {

// A 32-bit word and, in the other half of 64 bits, how often it has been changed: both change in
// one step. Orders are passed on as they are given. What processors do in one step is a loop here
// if it does not fit, as for the or and the plain store.
class counted_word {
  using order = std::memory_order;
  static constexpr std::uint64_t one_change = std::uint64_t{1} << 32;

public:
  constexpr counted_word(std::uint32_t value = 0) : both_(value) {}

  std::uint32_t load(order mo) const { return value(both_.load(mo)); }
  void store(std::uint32_t v, order mo) {
    change(mo, [v](std::uint32_t) { return v; });
  }
  std::uint32_t exchange(std::uint32_t v, order mo) {
    return change(mo, [v](std::uint32_t) { return v; });
  }
  std::uint32_t fetch_add(std::uint32_t v, order mo) {
    return change(mo, [v](std::uint32_t old) { return old + v; });
  }
  std::uint32_t fetch_sub(std::uint32_t v, order mo) {
    return change(mo, [v](std::uint32_t old) { return old - v; });
  }
  std::uint32_t fetch_or(std::uint32_t v, order mo) {
    return change(mo, [v](std::uint32_t old) { return old | v; });
  }
  std::uint32_t fetch_and(std::uint32_t v, order mo) {
    return change(mo, [v](std::uint32_t old) { return old & v; });
  }
  bool compare_exchange_strong(std::uint32_t& expected, std::uint32_t v, order success,
                               order failure) {
    std::uint64_t seen = both_.load(failure);
    do {
      if (value(seen) != expected) {
        expected = value(seen);
        recorder::mine().looked(changes(seen));
        return false;
      }
    } while (!both_.compare_exchange_weak(seen, after(seen, v), success, failure));
    recorder::mine().changed(changes(seen) + 1, v);
    return true;
  }
  bool compare_exchange_weak(std::uint32_t& expected, std::uint32_t v, order success,
                             order failure) {
    return compare_exchange_strong(expected, v, success, failure);
  }

private:
  static std::uint32_t value(std::uint64_t both) { return static_cast<std::uint32_t>(both); }
  static std::uint32_t changes(std::uint64_t both) {
    return static_cast<std::uint32_t>(both >> 32);
  }
  static std::uint64_t after(std::uint64_t both, std::uint32_t value) {
    return (both & ~(one_change - 1)) + one_change + value;
  }

  template <class F>
  std::uint32_t change(order mo, F f) {
    // Relaxed: a guess; the exchange has the order.
    std::uint64_t seen = both_.load(std::memory_order_relaxed);
    std::uint32_t now = f(value(seen));
    while (!both_.compare_exchange_weak(seen, after(seen, now), mo, std::memory_order_relaxed))
      now = f(value(seen));
    recorder::mine().changed(changes(seen) + 1, now);
    return value(seen);
  }

  std::atomic<std::uint64_t> both_;
};

// For monitors, whose sections are their steps.
class counted_mutex {
public:
  void lock() {
    mutex_.lock();
    recorder::mine().entered(++sections_);
  }
  bool try_lock() {
    if (!mutex_.try_lock())
      return false;
    recorder::mine().entered(++sections_);
    return true;
  }
  void unlock() { mutex_.unlock(); }

private:
  std::mutex mutex_;
  std::uint32_t sections_ = 0;
};

struct recording_sync : std_sync {
  // All linearisation points of the locks are changes of their 32-bit word. Tickets order nothing
  // that the word does not.
  template <class T>
  using atomic = std::conditional_t<std::same_as<T, std::uint32_t>, counted_word, std::atomic<T>>;
  using mutex = counted_mutex;
  using unique_lock = std::unique_lock<mutex>;
  using condition_variable = std::condition_variable_any;

  using std_sync::await;
  template <std::predicate<std::uint32_t> Pred>
  static std::uint32_t await(const counted_word& a, Pred ready, std::memory_order order) {
    backoff wait;
    std::uint32_t value = a.load(order);
    for (; !ready(value); value = a.load(order))
      wait();
    return value;
  }

  using token = std::int8_t;
  static token owner() noexcept { return recorder::mine().thread(); }
  static void observe(event e, const void*, token t) { recorder::mine().note(e, t); }
};

static_assert(sync_policy<recording_sync>);

} // namespace rwl::conformance
