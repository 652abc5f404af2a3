// Conditions, over either mode.
#include "table.hpp"
#include "tests/unit/guards/misuse_check.hpp"

#include <rwl/condition.hpp>
#include <rwl/guards.hpp>

#include <atomic>
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <system_error>
#include <type_traits>
#include <utility>

#include <cppunit/TestAssert.h>

namespace rwl::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

template <class Lock>
concept waits_for_conditions = core::condition_access::offered_by<Lock>;

// visit.operator()<Guard>() for the guard of each mode.
template <class Lock, class Visit>
void for_each_guard(Visit visit) {
  visit.template operator()<std::unique_lock<Lock>>();
  visit.template operator()<std::shared_lock<Lock>>();
}

// Threads that wait for one notification each.
template <class Lock>
class sleepers {
public:
  explicit sleepers(Lock& m) : m_(m) {}
  ~sleepers() { changed.notify_all(); } // if an assertion failed, nobody is left to be waited for

  // Returns when they wait: they give the lock up no earlier.
  template <class Guard>
  void add(int n) {
    const int target = asleep_ += n;
    for (int i = 0; i < n; ++i)
      crowd_.add([this] {
        Guard guard(m_);
        ++came_;
        changed.wait(guard);
        ++woken;
      });
    poll([&] {
      const std::lock_guard nobody_inside(m_);
      return came_ == target;
    });
  }
  void await_woken(int n) {
    poll([&] { return woken >= n; });
    CPPUNIT_ASSERT_EQUAL(n, woken.load());
  }
  void join() { crowd_.join(); }

  rwl::condition changed;
  std::atomic<int> woken = 0;

private:
  Lock& m_;
  int asleep_ = 0;
  std::atomic<int> came_ = 0;
  crowd crowd_;
};

template <waits_for_conditions Lock>
void V1_wait_without_the_lock_is_an_error(Lock& m) {
  rwl::condition changed;
  for_each_guard<Lock>([&]<class Guard> {
    Guard guard(m, std::defer_lock);
    check_misuse(std::errc::operation_not_permitted, [&] { changed.wait(guard); });
  });
  changed.notify_one(); // needs no lock
  changed.notify_all();
}

template <waits_for_conditions Lock>
void V2_notify_wakes_one(Lock& m) {
  for_each_guard<Lock>([&m]<class Guard> {
    sleepers all(m);
    all.template add<Guard>(2);
    all.changed.notify_one();
    all.await_woken(1);
    all.changed.notify_one();
    all.await_woken(2);
    all.join();
  });
}

template <waits_for_conditions Lock>
void V2_wait_for_is_ended_by_a_notification(Lock& m) {
  for_each_guard<Lock>([&m]<class Guard> {
    rwl::condition changed;
    bool ready = false, seen = false;
    crowd waiter;
    waiter.add([&] {
      Guard guard(m);
      seen = changed.wait_for(guard, 1h, [&] { return ready; });
    });
    {
      const std::lock_guard inside(m);
      ready = true;
    }
    changed.notify_one();
    waiter.join();
    CPPUNIT_ASSERT(seen);
  });
}

template <waits_for_conditions Lock>
void V3_notify_all_wakes_five_and_a_hundred(Lock& m) {
  for (const int n : {5, 100}) {
    sleepers all(m);
    all.template add<std::unique_lock<Lock>>(n / 2);
    all.template add<std::shared_lock<Lock>>(n - n / 2);
    all.changed.notify_all();
    all.join();
    CPPUNIT_ASSERT_EQUAL(n, all.woken.load());
  }
}

template <waits_for_conditions Lock>
void V4_notify_two_of_four_wakes_exactly_two(Lock& m) {
  for_each_guard<Lock>([&m]<class Guard> {
    sleepers all(m);
    all.template add<Guard>(4);
    all.changed.notify(2);
    all.await_woken(2);
    all.changed.notify(1); // a third that was awake would count
    all.await_woken(3);
    all.changed.notify(2);
    all.await_woken(4);
    all.join();
  });
}

template <waits_for_conditions Lock>
void T4_wait_gives_up_in_time_and_wait_for_tells_the_predicate(Lock& m) {
  rwl::condition changed;
  for_each_guard<Lock>([&]<class Guard> {
    Guard guard(m);
    const auto start = steady_clock::now();
    CPPUNIT_ASSERT(!changed.wait_for(guard, 2ms));
    CPPUNIT_ASSERT(steady_clock::now() - start >= 2ms);
    CPPUNIT_ASSERT(!changed.wait_until(guard, steady_clock::now()));
    CPPUNIT_ASSERT(!changed.wait_for(guard, 1ms, [] { return false; }));
    CPPUNIT_ASSERT(changed.wait_for(guard, 1h, [] { return true; }));
    CPPUNIT_ASSERT(guard.owns_lock() && !admits_writer(m));
  });
}

template <waits_for_conditions Lock>
void C7_cancelled_wait_returns_with_the_lock_held_in_its_mode(Lock& m) {
  rwl::condition changed;
  for_each_guard<Lock>([&]<class Guard> {
    std::stop_source stop = new_stop_source();
    crowd waiter;
    waiter.add([&] {
      Guard guard(m);
      CPPUNIT_ASSERT(!changed.wait(guard, stop.get_token(), [] { return false; }));
      CPPUNIT_ASSERT(guard.owns_lock());
      check_admits(m, std::is_same_v<Guard, std::shared_lock<Lock>>, false);
    });
    stop.request_stop();
    waiter.join();
    check_free(m);
  });
}

// Of two that wait one is told, at the moment in which the first gives up.
template <waits_for_conditions Lock>
void C8_notification_is_not_lost_with_a_cancelled_waiter(Lock& m) {
  for (int round = 0; round < 20; ++round) {
    sleepers second(m);
    std::stop_source stop = new_stop_source();
    bool first_notified = false;
    std::atomic<bool> first_came = false;
    crowd others;
    others.add([&] {
      std::unique_lock guard(m);
      first_came = true;
      first_notified = second.changed.wait(guard, stop.get_token());
    });
    poll([&] {
      const std::lock_guard nobody_inside(m);
      return first_came.load();
    });
    second.template add<std::shared_lock<Lock>>(1);
    others.add([&stop] { stop.request_stop(); });
    second.changed.notify_one();
    others.join();
    if (first_notified)
      second.changed.notify_one();
    second.join(); // or never
    CPPUNIT_ASSERT_EQUAL(1, second.woken.load());
  }
}

template <waits_for_conditions Lock>
requires downgradable<Lock>
void U10_scope_exit_after_a_wait_and_a_downgrade_releases_the_read_side(Lock& m) {
  rwl::condition changed;
  {
    std::unique_lock writing(m);
    CPPUNIT_ASSERT(!changed.wait_for(writing, 0s));
    const std::shared_lock inside = rwl::downgrade(std::move(writing));
    check_shared(m);
  }
  check_free(m);
}

const chapter conditions{
    BEHAVIOUR(V1_wait_without_the_lock_is_an_error),
    BEHAVIOUR(V2_notify_wakes_one),
    BEHAVIOUR(V2_wait_for_is_ended_by_a_notification),
    BEHAVIOUR(V3_notify_all_wakes_five_and_a_hundred),
    BEHAVIOUR(V4_notify_two_of_four_wakes_exactly_two),
    BEHAVIOUR(T4_wait_gives_up_in_time_and_wait_for_tells_the_predicate),
    BEHAVIOUR(C7_cancelled_wait_returns_with_the_lock_held_in_its_mode),
    BEHAVIOUR(C8_notification_is_not_lost_with_a_cancelled_waiter),
    BEHAVIOUR(U10_scope_exit_after_a_wait_and_a_downgrade_releases_the_read_side),
};

} // namespace
} // namespace rwl::test
