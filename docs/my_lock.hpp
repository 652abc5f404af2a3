// A lock to start your own from, with a mistake to find:
//
//   make verify LOCK=docs/my_lock.hpp
//
// A lock is a class template over Sync, with the name of its file (or LOCK_NAME=some::name). It
// uses nothing of the machine but Sync (lib/rwl/sync/policy.hpp), keeps what threads share in
// Sync::atomic or Sync::var, since races on plain members could not be seen, spells out each memory
// order, and waits by Sync::await, Sync::parker or Sync::condition_variable instead of spinning.
//
// lock, unlock, lock_shared and unlock_shared must be there. What else std::shared_timed_mutex and
// the locks of this library offer (tries, time limits, stop tokens, the upgradeable mode,
// downgrades) is checked if it is there, and shown as - if not. A lock that says
// `using follows = rwl::strategy::phase_fair;` (or another) and reports its steps by Sync::observe
// is held to that specification as well.
#pragma once

#include <atomic>

template <class Sync>
class my_lock {
public:
  void lock() {
    for (int free = 0; !replace(free, writing); free = 0)
      Sync::await(
          state_, [](int s) { return s == 0; }, std::memory_order_relaxed);
  }
  void unlock() { state_.store(0, std::memory_order_release); }

  void lock_shared() {
    for (int readers = 0; !replace(readers, readers + 1);)
      if (readers == writing)
        readers = Sync::await(
            state_, [](int s) { return s != writing; }, std::memory_order_relaxed);
  }
  // Nobody is shut out by it, and the writer sees that the count is zero. What else must it see?
  void unlock_shared() { state_.fetch_sub(1, std::memory_order_relaxed); }

private:
  static constexpr int writing = -1;

  bool replace(int& expected, int desired) {
    Sync::live(Sync::here(), expected, desired); // all that still matters of the past
    return state_.compare_exchange_strong(expected, desired, std::memory_order_acquire,
                                          std::memory_order_relaxed);
  }

  typename Sync::template atomic<int> state_{0}; // the readers inside, or `writing`
};
