// What the tests of the textbook locks share: a Sync policy whose ghosts count, and other threads.
#pragma once

#include <rwl/sync/std_sync.hpp>

#include <array>
#include <atomic>
#include <future>
#include <thread>

namespace rwl::textbook::test {

// Production's policy, except that events are counted. A lock reports a request under its mutex and
// keeps the mutex until the thread sleeps, so once a request is counted whoever uses the lock next
// finds that thread registered: tests order their threads by counts, and never sleep.
struct watched_sync : std_sync {
  static void observe(event e, const void*, token) noexcept {
    counter(e).fetch_add(1, std::memory_order_release); // pairs with the load in count()
  }

  static int count(event e) { return counter(e).load(std::memory_order_acquire); }

  static void await_count(event e, int n) {
    while (count(e) < n)
      std::this_thread::yield();
  }

  // Precondition: no other thread uses a watched lock.
  static void reset() {
    for (std::atomic<int>& c : counters)
      c.store(0, std::memory_order_relaxed); // relaxed: the threads to come synchronise by starting
  }

private:
  static std::atomic<int>& counter(event e) { return counters[static_cast<std::size_t>(e)]; }

  static inline std::array<std::atomic<int>, event_count> counters{};
};

static_assert(sync_policy<watched_sync>);

// The result of f() in another thread.
template <class F>
auto elsewhere(F f) {
  return std::async(std::launch::async, f).get();
}

// Whether another thread gets in at once; it leaves again.
template <class Lock>
bool admits_writer(Lock& m) {
  return elsewhere([&m] {
    const bool entered = m.try_lock();
    if (entered)
      m.unlock();
    return entered;
  });
}

template <class Lock>
bool admits_reader(Lock& m) {
  return elsewhere([&m] {
    const bool entered = m.try_lock_shared();
    if (entered)
      m.unlock_shared();
    return entered;
  });
}

// A thread that writes or reads once, and has requested when the function returns.
template <class Lock, class F>
std::jthread waiting_writer(Lock& m, F section) {
  const int before = watched_sync::count(event::write_request);
  std::jthread writer{[&m, section] {
    m.lock();
    section();
    m.unlock();
  }};
  watched_sync::await_count(event::write_request, before + 1);
  return writer;
}

template <class Lock, class F>
std::jthread waiting_reader(Lock& m, F section) {
  const int before = watched_sync::count(event::read_request);
  std::jthread reader{[&m, section] {
    m.lock_shared();
    section();
    m.unlock_shared();
  }};
  watched_sync::await_count(event::read_request, before + 1);
  return reader;
}

} // namespace rwl::textbook::test
