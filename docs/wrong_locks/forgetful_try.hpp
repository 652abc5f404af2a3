// A spinning lock whose readers count themselves first and look then. The try that finds a writer
// does not take its count back.
#pragma once

#include <atomic>

template <class Sync>
class forgetful_try {
public:
  void lock() {
    for (int none = 0; !users_.compare_exchange_strong(none, writer, std::memory_order_acquire,
                                                       std::memory_order_relaxed);
         none = 0)
      Sync::await(
          users_, [](int n) { return n == 0; }, std::memory_order_relaxed);
  }
  void unlock() { users_.fetch_sub(writer, std::memory_order_release); }

  void lock_shared() {
    users_.fetch_add(1, std::memory_order_relaxed);
    Sync::await(
        users_, [](int n) { return n < writer; }, std::memory_order_acquire);
  }
  bool try_lock_shared() { return users_.fetch_add(1, std::memory_order_acquire) < writer; }
  void unlock_shared() { users_.fetch_sub(1, std::memory_order_release); }

private:
  static constexpr int writer = 1000;

  typename Sync::template atomic<int> users_{0}; // readers, and `writer` while there is one
};
