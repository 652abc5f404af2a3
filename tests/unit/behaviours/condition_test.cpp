// Conditions, over either mode.
#include "table.hpp"
#include "tests/unit/guards/misuse_check.hpp"
#include "tests/unit/sleepers.hpp"

#include <rwl/condition.hpp>
#include <rwl/guards.hpp>

#include <chrono>
#include <future>
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

// visit.operator()<Guard>() for the guard of each mode.
template <class Visit>
void for_each_guard(Visit visit) {
  visit.template operator()<std::unique_lock<any_lock>>();
  visit.template operator()<std::shared_lock<any_lock>>();
}

void V1_wait_without_the_lock_is_an_error(any_lock& m) {
  rwl::condition changed;
  for_each_guard([&]<class Guard> {
    Guard guard(m, std::defer_lock);
    check_misuse(std::errc::operation_not_permitted, [&] { changed.wait(guard); });
  });
  changed.notify_one(); // needs no lock
  changed.notify_all();
}

// Whoever is notified while somebody is inside requests the lock again before the notification
// returns, and gets no further.
void V2_notify_wakes_one(any_lock& m) {
  for_each_guard([&m]<class Guard> {
    sleepers<any_lock> all(m);
    all.add<Guard>(2);
    {
      const std::lock_guard inside(m);
      all.changed.notify_one();
      CPPUNIT_ASSERT_EQUAL(1u, m.waiting());
    }
    all.await_woken(1);
    all.changed.notify_one();
    all.await_woken(2);
    all.join();
  });
}

void V2_wait_for_is_ended_by_a_notification(any_lock& m) {
  for_each_guard([&m]<class Guard> {
    bool ready = false, seen = false;
    sleepers<any_lock> all(m);
    all.add<Guard>(1, [&](rwl::condition& changed, Guard& guard) {
      seen = changed.wait_for(guard, 1h, [&] { return ready; });
    });
    {
      const std::lock_guard inside(m);
      ready = true;
    }
    all.changed.notify_one();
    all.join();
    CPPUNIT_ASSERT(seen);
  });
}

void V3_notify_all_wakes_five_and_a_hundred(any_lock& m) {
  for (const int n : {5, 100}) {
    sleepers<any_lock> all(m);
    all.add<std::unique_lock<any_lock>>(n / 2);
    all.add<std::shared_lock<any_lock>>(n - n / 2);
    all.changed.notify_all();
    all.join();
    CPPUNIT_ASSERT_EQUAL(n, all.woken.load());
  }
}

void V4_notify_two_of_four_wakes_exactly_two(any_lock& m) {
  for_each_guard([&m]<class Guard> {
    sleepers<any_lock> all(m);
    all.add<Guard>(4);
    for (const int woken : {2, 4}) {
      {
        const std::lock_guard inside(m);
        all.changed.notify(2);
        CPPUNIT_ASSERT_EQUAL(2u, m.waiting());
      }
      all.await_woken(woken);
    }
    all.join();
  });
}

void T4_wait_gives_up_in_time_and_wait_for_tells_the_predicate(any_lock& m) {
  rwl::condition changed;
  for_each_guard([&]<class Guard> {
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

void C7_cancelled_wait_returns_with_the_lock_held_in_its_mode(any_lock& m) {
  for_each_guard([&m]<class Guard> {
    std::stop_source stop = new_stop_source();
    sleepers<any_lock> all(m);
    all.add<Guard>(1, [&](rwl::condition& changed, Guard& guard) {
      CPPUNIT_ASSERT(!changed.wait(guard, stop.get_token(), [] { return false; }));
      CPPUNIT_ASSERT(guard.owns_lock());
      check_admits(m, std::is_same_v<Guard, std::shared_lock<any_lock>>, false);
    });
    stop.request_stop();
    all.join();
    check_free(m);
  });
}

// Of two that wait one is told, at the moment in which the first gives up.
void C8_notification_is_not_lost_with_a_cancelled_waiter(any_lock& m) {
  for (int round = 0; round < 20; ++round) {
    std::stop_source stop = new_stop_source();
    std::promise<bool> first_notified;
    sleepers<any_lock> all(m);
    using first_guard = std::unique_lock<any_lock>;
    all.add<first_guard>(1, [&](rwl::condition& changed, first_guard& guard) {
      first_notified.set_value(changed.wait(guard, stop.get_token()));
    });
    all.add<std::shared_lock<any_lock>>(1);
    crowd other;
    other.add([&stop] { stop.request_stop(); });
    all.changed.notify_one();
    if (first_notified.get_future().get())
      all.changed.notify_one();
    all.join(); // or never
    other.join();
  }
}

void U10_scope_exit_after_a_wait_and_a_downgrade_releases_the_read_side(any_lock& m) {
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
    BEHAVIOUR(V1_wait_without_the_lock_is_an_error, waits_for_conditions),
    BEHAVIOUR(V2_notify_wakes_one, waits_for_conditions | tells_waiting),
    BEHAVIOUR(V2_wait_for_is_ended_by_a_notification, waits_for_conditions),
    BEHAVIOUR(V3_notify_all_wakes_five_and_a_hundred, waits_for_conditions),
    BEHAVIOUR(V4_notify_two_of_four_wakes_exactly_two, waits_for_conditions | tells_waiting),
    BEHAVIOUR(T4_wait_gives_up_in_time_and_wait_for_tells_the_predicate, waits_for_conditions),
    BEHAVIOUR(C7_cancelled_wait_returns_with_the_lock_held_in_its_mode, waits_for_conditions),
    BEHAVIOUR(C8_notification_is_not_lost_with_a_cancelled_waiter, waits_for_conditions),
    BEHAVIOUR(U10_scope_exit_after_a_wait_and_a_downgrade_releases_the_read_side,
              waits_for_conditions | downgradable),
};

} // namespace
} // namespace rwl::test
