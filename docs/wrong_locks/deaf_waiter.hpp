// A spinning lock whose requests look at their stop token once, and then wait for as long as it
// takes.
#pragma once

#include <atomic>

template <class Sync>
class deaf_waiter {
public:
  void lock() {
    while (!become(0, -1))
      Sync::await(
          users_, [](int n) { return n == 0; }, std::memory_order_relaxed);
  }
  bool lock(const typename Sync::stop_token& stop) {
    if (stop.stop_requested())
      return false;
    lock();
    return true;
  }
  void unlock() { users_.store(0, std::memory_order_release); }

  void lock_shared() {
    for (int n = 0; !become(n, n + 1);)
      n = Sync::await(
          users_, [](int users) { return users >= 0; }, std::memory_order_relaxed);
  }
  void unlock_shared() { users_.fetch_sub(1, std::memory_order_release); }

private:
  bool become(int now, int next) {
    Sync::live(Sync::here(), now, next);
    return users_.compare_exchange_strong(now, next, std::memory_order_acquire,
                                          std::memory_order_relaxed);
  }

  typename Sync::template atomic<int> users_{0}; // -1: a writer
};
