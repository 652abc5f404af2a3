// A spinning lock whose timed request was a stub once, and still is.
#pragma once

#include <atomic>

template <class Sync>
class empty_promise {
public:
  void lock() {
    for (int none = 0; !users_.compare_exchange_strong(none, -1, std::memory_order_acquire,
                                                       std::memory_order_relaxed);
         none = 0)
      Sync::await(
          users_, [](int n) { return n == 0; }, std::memory_order_relaxed);
  }
  template <class Duration>
  bool try_lock_for(const Duration&) {
    return false;
  }
  void unlock() { users_.store(0, std::memory_order_release); }

  void lock_shared() {
    for (int n = 0; !users_.compare_exchange_strong(n, n + 1, std::memory_order_acquire,
                                                    std::memory_order_relaxed);)
      n = Sync::await(
          users_, [](int users) { return users >= 0; }, std::memory_order_relaxed);
  }
  void unlock_shared() { users_.fetch_sub(1, std::memory_order_release); }

private:
  typename Sync::template atomic<int> users_{0}; // -1: a writer
};
