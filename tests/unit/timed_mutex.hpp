#pragma once

#include <chrono>
#include <mutex>
#include <thread>

namespace rwl::test {

// Stands in for std::timed_mutex, whose timed lock is a system call that the ThreadSanitizer of
// these compilers does not know.
class timed_mutex : public std::mutex {
public:
  bool try_lock_until(std::chrono::steady_clock::time_point t) {
    while (!try_lock()) {
      if (std::chrono::steady_clock::now() >= t)
        return false;
      std::this_thread::yield();
    }
    return true;
  }
};

} // namespace rwl::test
