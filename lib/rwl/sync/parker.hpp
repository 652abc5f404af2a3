// The parker: a binary semaphore with a single waiter, on which every wait of the library ends.
//
//   park():    wait until there is a token; take it
//   unpark():  leave the token (a second one before the first is taken changes nothing)
//
// Only one thread at a time may park; any thread may unpark. What happened before unpark() is
// visible after the park() that takes its token. The parked thread may destroy the parker as soon
// as park() has returned, even if the unpark() that woke it has not returned yet.
#pragma once

#include "spin.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#if defined(__linux__)
#include <cerrno>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace rwl {

#if defined(__linux__)

// One 32-bit word and the futex system call; neither call enters the kernel when nobody sleeps.
class futex_parker {
public:
  using deadline = std::chrono::steady_clock::time_point;

  constexpr futex_parker() noexcept = default;
  futex_parker(const futex_parker&) = delete;
  futex_parker& operator=(const futex_parker&) = delete;

  // Waits for the token and takes it. Never returns without one.
  void park() noexcept { wait(nullptr); }

  // As park(), but gives up at the deadline: false means that no token was taken. A token that is
  // there is taken however late it is.
  bool park_until(deadline d) noexcept {
    const std::timespec t = absolute(d);
    return wait(&t);
  }

  // Leaves the token. The exchange is the last access to the parker's memory: from then on the
  // owner may take the token and be gone. Waking uses the address as a mere name, without looking
  // behind it. Should other memory live there by then, its futex sees a spurious wake-up, which
  // every user of futexes has to expect anyway.
  void unpark() noexcept {
    // Release: pairs with the exchange in wait(), what precedes unpark() is seen after park().
    if (state_.exchange(token, std::memory_order_release) == parked)
      ::syscall(SYS_futex, &state_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  }

private:
  enum : std::uint32_t { empty, parked, token };

  bool wait(const std::timespec* until) noexcept {
    static constinit thread_local spin_estimate spin;
    // Relaxed, here and below: a mere hint, the token is taken by the exchange at the end.
    if (!spin([this] { return state_.load(std::memory_order_relaxed) == token; })) {
      std::uint32_t none = empty;
      // Relaxed: only announces the sleeper; if it fails there is a token.
      state_.compare_exchange_strong(none, parked, std::memory_order_relaxed,
                                     std::memory_order_relaxed);
      while (state_.load(std::memory_order_relaxed) == parked && sleep(until)) {
      }
    }
    // Takes the token, or withdraws the announcement when time is up, in one step: an unpark is
    // either seen here or leaves its token for the next park.
    // Acquire: pairs with the exchange in unpark().
    return state_.exchange(empty, std::memory_order_acquire) == token;
  }

  // Sleeps while the state is parked; false when the time is up. Signals and stray wake-ups end it
  // early, so the caller looks again. A bit-set wait is the one whose deadline is absolute, on
  // CLOCK_MONOTONIC, which is the steady clock.
  bool sleep(const std::timespec* until) noexcept {
    const long result = ::syscall(SYS_futex, &state_, FUTEX_WAIT_BITSET_PRIVATE, parked, until,
                                  nullptr, FUTEX_BITSET_MATCH_ANY);
    return result == 0 || errno != ETIMEDOUT;
  }

  // The kernel refuses a negative time, but any time in the past serves as well.
  static std::timespec absolute(deadline d) noexcept {
    using namespace std::chrono;
    const auto since_boot = std::max(d.time_since_epoch(), deadline::duration::zero());
    const auto whole = duration_cast<seconds>(since_boot);
    return {.tv_sec = static_cast<std::time_t>(whole.count()),
            .tv_nsec = static_cast<long>(nanoseconds(since_boot - whole).count())};
  }

  std::atomic<std::uint32_t> state_{empty};
};

#endif

// The same contract from the standard library alone.
class portable_parker {
public:
  using deadline = std::chrono::steady_clock::time_point;

  portable_parker() = default;
  portable_parker(const portable_parker&) = delete;
  portable_parker& operator=(const portable_parker&) = delete;

  void park() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return token_; });
    token_ = false;
  }

  bool park_until(deadline d) {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_until(lock, d, [this] { return token_; }))
      return false;
    token_ = false;
    return true;
  }

  // Notifies while holding the mutex: the owner cannot take the token, and destroy the parker,
  // before unpark() is through with the condition variable.
  void unpark() {
    const std::lock_guard lock(mutex_);
    token_ = true;
    arrived_.notify_one();
  }

private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  bool token_ = false;
};

} // namespace rwl
