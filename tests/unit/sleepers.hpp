// Threads that wait with a condition, so that a test can say for sure that they do.
#pragma once

#include "threads.hpp"

#include <rwl/condition.hpp>

#include <atomic>
#include <mutex>

#include <cppunit/TestAssert.h>

namespace rwl::test {

template <class Lock, class Condition = rwl::condition>
class sleepers {
public:
  explicit sleepers(Lock& m) : m_(m) {}
  ~sleepers() { changed.notify_all(); } // if an assertion failed, nobody is left to be waited for

  // n threads that call wait(changed, guard). Returns when they sleep: they give the lock up no
  // earlier.
  template <class Guard, class Wait>
  void add(int n, Wait wait) {
    const int target = asleep_ += n;
    for (int i = 0; i < n; ++i)
      crowd_.add([this, wait] {
        Guard guard(m_);
        ++came_;
        wait(changed, guard);
        ++woken;
      });
    poll([&] {
      const std::lock_guard nobody_inside(m_);
      return came_ == target;
    });
  }
  // For one notification each.
  template <class Guard>
  void add(int n) {
    add<Guard>(n, [](Condition& condition, Guard& guard) { condition.wait(guard); });
  }

  void await_woken(int n) {
    poll([&] { return woken >= n; });
    CPPUNIT_ASSERT_EQUAL(n, woken.load());
  }
  void join() { crowd_.join(); }

  Condition changed;
  std::atomic<int> woken = 0;

private:
  Lock& m_;
  int asleep_ = 0;
  std::atomic<int> came_ = 0;
  crowd crowd_;
};

} // namespace rwl::test
