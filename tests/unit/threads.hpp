// What tests of locks share: other threads, and what they find.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <latch>
#include <optional>
#include <shared_mutex>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <cppunit/TestAssert.h>

namespace rwl::test {

// The result of f() in another thread.
template <class F>
auto elsewhere(F f) {
  if constexpr (std::is_void_v<decltype(f())>) {
    std::async(std::launch::async, std::function<void()>(f)).get();
  } else {
    std::optional<decltype(f())> result;
    elsewhere([&] { result = f(); });
    return *result;
  }
}

// Not inlined: g++ 12 takes the constructor, which refers to what it constructs, for a use of
// something uninitialised.
[[gnu::noinline]] inline std::stop_source new_stop_source() { return {}; }

// Returns when it holds; what does not within a minute never will.
template <class Condition>
void poll(Condition holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end)
      CPPUNIT_FAIL("polled in vain");
    std::this_thread::yield();
  }
}

// Threads in the background; what they throw, a failed assertion for example, join() throws again.
// To be declared before the guard that keeps them waiting: if an assertion fails in the thread of
// the test, the lock is released before its waiters are waited for.
class crowd {
public:
  void add(std::function<void()> f) {
    members_.push_back(std::async(std::launch::async, std::move(f)));
  }
  void join() {
    for (std::future<void>& member : members_)
      member.get();
    members_.clear();
  }

private:
  std::vector<std::future<void>> members_;
};

// Runs each function in a thread of its own and waits for all.
template <class... F>
void together(F... f) {
  crowd all;
  (all.add(f), ...);
  all.join();
}

// A thread that reads from here to the end of the scope, unless it is told to leave before.
template <class Lock>
class reader_elsewhere {
public:
  explicit reader_elsewhere(Lock& m)
      : thread_([this, &m] {
          const std::shared_lock reading(m);
          inside_.count_down();
          may_leave_.wait(false);
        }) {
    inside_.wait();
  }
  ~reader_elsewhere() { leave(); }

  void may_leave() {
    may_leave_ = true;
    may_leave_.notify_one();
  }
  // Returns when it has left.
  void leave() {
    may_leave();
    if (thread_.joinable())
      thread_.join();
  }

private:
  std::latch inside_{1};
  std::atomic<bool> may_leave_ = false;
  std::thread thread_;
};

// Whether another thread gets in at once; it leaves again.
template <class Lock>
bool admits_writer(Lock& m) {
  return elsewhere([&m] { return m.try_lock() && (m.unlock(), true); });
}
template <class Lock>
bool admits_reader(Lock& m) {
  return elsewhere([&m] { return m.try_lock_shared() && (m.unlock_shared(), true); });
}
template <class Lock>
bool admits_upgradeable(Lock& m) {
  return elsewhere([&m] { return m.try_lock_upgrade() && (m.unlock_upgrade(), true); });
}

} // namespace rwl::test
