// Conditions beyond the behaviours that they show with every lock (behaviours/condition_test.cpp).
#include "guards/misuse_check.hpp"
#include "sleepers.hpp"
#include "threads.hpp"

#include <rwl/condition.hpp>
#include <rwl/rwlock.hpp>

#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <system_error>
#include <utility>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;
using rwl::test::check_misuse;
using rwl::test::crowd;
using rwl::test::new_stop_source;
using rwl::test::poll;
using rwl::test::together;
using std::chrono::steady_clock;
using std::chrono::system_clock;

using lock = rwl::phase_fair_rwlock; // hands over: whoever gives it up while another waits notices
using writer = std::unique_lock<lock>;
using reader = std::shared_lock<lock>;
using sleepers = rwl::test::sleepers<lock>;

struct refusal {};

class condition_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(condition_test);
  CPPUNIT_TEST(all_wait_with_one_lock_at_a_time);
  CPPUNIT_TEST(waits_until_a_time_of_the_system_clock);
  CPPUNIT_TEST(timed_wait_gives_up_when_stopped);
  CPPUNIT_TEST(timed_wait_that_may_be_stopped_is_notified_or_gives_up_in_time);
  CPPUNIT_TEST(wait_that_was_stopped_before_keeps_the_lock);
  CPPUNIT_TEST(notify_of_none_tells_nobody);
  CPPUNIT_TEST(notification_of_nobody_is_forgotten);
  CPPUNIT_TEST(predicate_that_throws_leaves_the_lock_held);
  CPPUNIT_TEST(two_notifications_at_once_tell_two);
  CPPUNIT_TEST(notified_in_order_of_arrival);
  CPPUNIT_TEST_SUITE_END();

  lock m;

  // visit(condition, guard), with the lock held in either mode.
  template <class Visit>
  void with_each_guard(Visit visit) {
    rwl::condition changed;
    {
      writer writing(m);
      visit(changed, writing);
      check_holds(writing);
    }
    reader reading(m);
    visit(changed, reading);
    check_holds(reading);
  }

  void check_holds(const writer& guard) { CPPUNIT_ASSERT(guard.owns_lock() && m.is_locked()); }
  void check_holds(const reader& guard) {
    CPPUNIT_ASSERT(guard.owns_lock() && m.is_locked_shared() && !m.is_locked());
  }

  // How many threads request the lock.
  unsigned requests() const { return m.waiting_readers() + m.waiting_writers(); }

  void all_wait_with_one_lock_at_a_time() {
    lock other;
    sleepers all(m);
    all.add<reader>(1);
    writer guard(other);
    check_misuse(std::errc::operation_not_permitted, [&] { all.changed.wait(guard); });
    CPPUNIT_ASSERT(guard.owns_lock() && other.is_locked());
    all.changed.notify_one();
    all.join();
    CPPUNIT_ASSERT(!all.changed.wait_for(guard, 1ms)); // it is the other's turn
    CPPUNIT_ASSERT(guard.owns_lock() && other.is_locked());
  }

  void waits_until_a_time_of_the_system_clock() {
    with_each_guard([](rwl::condition& changed, auto& guard) {
      const auto soon = system_clock::now() + 2ms;
      CPPUNIT_ASSERT(!changed.wait_until(guard, soon));
      CPPUNIT_ASSERT(system_clock::now() >= soon);
      CPPUNIT_ASSERT(!changed.wait_until(guard, soon - 1h));
      CPPUNIT_ASSERT(!changed.wait_until(guard, system_clock::now() + 1ms, [] { return false; }));
      CPPUNIT_ASSERT(changed.wait_until(guard, soon, [] { return true; }));
    });
    bool notified = false;
    sleepers all(m);
    all.add<reader>(1, [&](rwl::condition& changed, reader& guard) {
      notified = changed.wait_until(guard, system_clock::now() + 1h);
    });
    all.changed.notify_one();
    all.join();
    CPPUNIT_ASSERT(notified);
  }

  void timed_wait_gives_up_when_stopped() {
    std::stop_source source = new_stop_source();
    const std::stop_token stop = source.get_token();
    const auto never = [] { return false; };
    sleepers all(m);
    all.add<writer>(1, [&](rwl::condition& changed, writer& guard) {
      CPPUNIT_ASSERT(!changed.wait_for(guard, 1h, stop));
      check_holds(guard);
    });
    all.add<reader>(1, [&](rwl::condition& changed, reader& guard) {
      CPPUNIT_ASSERT(!changed.wait_for(guard, 1h, stop, never));
      check_holds(guard);
    });
    all.add<writer>(1, [&](rwl::condition& changed, writer& guard) {
      CPPUNIT_ASSERT(!changed.wait_until(guard, steady_clock::now() + 1h, stop));
      check_holds(guard);
    });
    all.add<reader>(1, [&](rwl::condition& changed, reader& guard) {
      CPPUNIT_ASSERT(!changed.wait_until(guard, system_clock::now() + 1h, stop, never));
      check_holds(guard);
    });
    source.request_stop();
    all.join();
  }

  void timed_wait_that_may_be_stopped_is_notified_or_gives_up_in_time() {
    std::stop_source source = new_stop_source();
    const std::stop_token stop = source.get_token();
    with_each_guard([&](rwl::condition& changed, auto& guard) {
      const auto start = steady_clock::now();
      CPPUNIT_ASSERT(!changed.wait_for(guard, 2ms, stop));
      CPPUNIT_ASSERT(steady_clock::now() - start >= 2ms);
      CPPUNIT_ASSERT(!changed.wait_until(guard, steady_clock::now() + 1ms, stop));
    });
    bool notified = false;
    sleepers all(m);
    all.add<reader>(1, [&](rwl::condition& changed, reader& guard) {
      notified = changed.wait_for(guard, 1h, stop);
    });
    all.changed.notify_one();
    all.join();
    CPPUNIT_ASSERT(notified);
  }

  template <class Guard>
  void wait_that_was_stopped_before() {
    rwl::condition changed;
    std::stop_source source = new_stop_source();
    source.request_stop();
    const std::stop_token stop = source.get_token();
    crowd other;
    Guard guard(m);
    other.add([this] { const writer later(m); });
    poll([this] { return requests() == 1; });
    CPPUNIT_ASSERT(!changed.wait(guard, stop));
    CPPUNIT_ASSERT(!changed.wait(guard, stop, [] { return false; }));
    CPPUNIT_ASSERT(changed.wait(guard, stop, [] { return true; }));
    CPPUNIT_ASSERT(!changed.wait_for(guard, 1h, stop));
    CPPUNIT_ASSERT(!changed.wait_until(guard, steady_clock::now() + 1h, stop));
    CPPUNIT_ASSERT_EQUAL(1u, requests()); // the other has not been let in
    check_holds(guard);
  }
  void wait_that_was_stopped_before_keeps_the_lock() {
    wait_that_was_stopped_before<writer>();
    wait_that_was_stopped_before<reader>();
  }

  void notify_of_none_tells_nobody() {
    sleepers all(m);
    all.add<reader>(2);
    {
      const writer inside(m);
      all.changed.notify(0);
      CPPUNIT_ASSERT_EQUAL(0u, requests());
      all.changed.notify(2);
      CPPUNIT_ASSERT_EQUAL(2u, requests());
    }
    all.join();
  }

  void notification_of_nobody_is_forgotten() {
    with_each_guard([](rwl::condition& changed, auto& guard) {
      changed.notify_one();
      changed.notify_all();
      CPPUNIT_ASSERT(!changed.wait_for(guard, 1ms));
    });
  }

  // At once, and after a wait.
  void predicate_that_throws_leaves_the_lock_held() {
    const std::stop_token never;
    const auto refuse = []() -> bool { throw refusal(); };
    with_each_guard([&](rwl::condition& changed, auto& guard) {
      CPPUNIT_ASSERT_THROW(changed.wait(guard, refuse), refusal);
      CPPUNIT_ASSERT_THROW((void)changed.wait(guard, never, refuse), refusal);
      CPPUNIT_ASSERT_THROW((void)changed.wait_for(guard, 1h, refuse), refusal);
      CPPUNIT_ASSERT_THROW((void)changed.wait_until(guard, steady_clock::now(), refuse), refusal);
    });
    const auto wait = [&](rwl::condition& changed, auto& guard) {
      bool waited = false;
      const auto refuse_later = [&] { return std::exchange(waited, true) && refuse(); };
      CPPUNIT_ASSERT_THROW(changed.wait(guard, refuse_later), refusal);
      check_holds(guard);
    };
    sleepers all(m);
    all.add<writer>(1, wait);
    all.add<reader>(1, wait);
    all.changed.notify_all();
    all.join();
  }

  void two_notifications_at_once_tell_two() {
    for (int round = 0; round < 50; ++round) {
      sleepers all(m);
      all.add<writer>(2);
      all.add<reader>(1);
      {
        const writer inside(m);
        const auto notify = [&] { all.changed.notify_one(); };
        together(notify, notify);
        CPPUNIT_ASSERT_EQUAL(2u, requests());
      }
      all.await_woken(2);
      all.changed.notify_one();
      all.join();
    }
  }

  void notified_in_order_of_arrival() {
    std::string order;
    sleepers all(m);
    for (const char name : {'a', 'b', 'c'})
      all.add<writer>(1, [&order, name](rwl::condition& changed, writer& guard) {
        changed.wait(guard);
        order += name;
      });
    all.changed.notify_one();
    all.await_woken(1);
    all.changed.notify_all();
    all.join();
    CPPUNIT_ASSERT_EQUAL(std::string("abc"), order);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(condition_test);

} // namespace
