// What tests of locks share: other threads, and what they find.
#pragma once

#include <functional>
#include <future>
#include <optional>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

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

template <class Condition>
void poll(Condition holds) {
  while (!holds())
    std::this_thread::yield();
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
