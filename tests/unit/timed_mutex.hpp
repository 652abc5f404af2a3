#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

namespace rwl::test {

// Stands in for std::timed_mutex, whose timed lock is a system call that the ThreadSanitizer of
// these compilers does not know; and tells how many threads wait in it.
class timed_mutex : public std::mutex {
public:
  bool try_lock_until(std::chrono::steady_clock::time_point t) {
    if (try_lock())
      return true;
    ++waiting_;
    bool locked = false;
    while (!locked && std::chrono::steady_clock::now() < t) {
      std::this_thread::yield();
      locked = try_lock();
    }
    --waiting_;
    return locked;
  }
  unsigned waiting() const { return waiting_; }

private:
  std::atomic<unsigned> waiting_ = 0;
};

} // namespace rwl::test
