// What the tests of the textbook locks share: a Sync policy whose ghosts count, and threads that
// wait.
#pragma once

#include "tests/unit/threads.hpp"

#include <rwl/sync/std_sync.hpp>

#include <array>
#include <atomic>
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

using rwl::test::admits_reader;
using rwl::test::admits_writer;
using rwl::test::elsewhere;

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
