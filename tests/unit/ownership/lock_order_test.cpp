// The graph of lock orders: which orders are reported, when, and with which places.
#include "tests/unit/threads.hpp"

#include <rwl/checked.hpp>
#include <rwl/condition.hpp>
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>

#include <chrono>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;
using rwl::test::elsewhere;
using lock = rwl::checked<rwl::phase_fair_rwlock>;

struct heard_step {
  std::string first, second;
  unsigned first_line = 0, second_line = 0;
};
std::vector<std::vector<heard_step>> heard;

void hear(const rwl::lock_order_violation& v) {
  std::vector<heard_step> cycle;
  for (const rwl::lock_order_step& s : v.cycle)
    cycle.push_back({s.first.name, s.second.name, s.first.at.line, s.second.at.line});
  heard.push_back(std::move(cycle));
}

struct refused {};

void lock_both(lock& first, lock& second) {
  first.lock();
  second.lock();
  second.unlock();
  first.unlock();
}

std::string names(const std::vector<heard_step>& cycle) {
  std::string text;
  for (const heard_step& s : cycle)
    text += s.first + s.second + " ";
  return text;
}

class lock_order_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(lock_order_test);
  CPPUNIT_TEST(same_order_is_silent);
  CPPUNIT_TEST(opposite_orders_are_reported_once_with_all_places);
  CPPUNIT_TEST(circle_of_three_is_reported);
  CPPUNIT_TEST(shortest_circle_is_reported);
  CPPUNIT_TEST(orders_of_different_threads_count);
  CPPUNIT_TEST(reported_before_the_wait);
  CPPUNIT_TEST(readers_count);
  CPPUNIT_TEST(tries_and_time_limits_add_no_order);
  CPPUNIT_TEST(order_of_what_a_try_got_counts);
  CPPUNIT_TEST(upgrade_waits_anew);
  CPPUNIT_TEST(condition_wait_waits_anew);
  CPPUNIT_TEST(nested_lock_adds_no_order);
  CPPUNIT_TEST(destroyed_lock_leaves_the_graph);
  CPPUNIT_TEST(guards_tell_where_they_are);
  CPPUNIT_TEST(handler_that_throws_leaves_the_lock_alone);
  CPPUNIT_TEST(handlers_are_replaced);
  CPPUNIT_TEST(all_checked_locks_share_a_graph);
  CPPUNIT_TEST_SUITE_END();

  rwl::lock_order_handler before = nullptr;
  lock a{"a"}, b{"b"}, c{"c"}, d{"d"};

public:
  void setUp() override {
    heard.clear();
    before = rwl::set_lock_order_handler(hear);
  }
  void tearDown() override { rwl::set_lock_order_handler(before); }

private:
  void same_order_is_silent() {
    for (int i = 0; i < 2; ++i) {
      lock_both(a, b);
      lock_both(b, c);
      lock_both(a, c);
    }
    CPPUNIT_ASSERT(heard.empty());
  }

  void opposite_orders_are_reported_once_with_all_places() {
    const unsigned line = __LINE__;
    a.lock();
    b.lock_shared();
    b.unlock_shared();
    a.unlock();
    for (int i = 0; i < 2; ++i) {
      b.lock();
      a.lock_upgrade();
      a.unlock_upgrade();
      b.unlock();
    }
    lock_both(a, b);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, heard.size());
    CPPUNIT_ASSERT_EQUAL(std::string("ba ab "), names(heard[0]));
    CPPUNIT_ASSERT_EQUAL(line + 6, heard[0][0].first_line);
    CPPUNIT_ASSERT_EQUAL(line + 7, heard[0][0].second_line);
    CPPUNIT_ASSERT_EQUAL(line + 1, heard[0][1].first_line);
    CPPUNIT_ASSERT_EQUAL(line + 2, heard[0][1].second_line);
  }

  void circle_of_three_is_reported() {
    lock_both(a, b);
    lock_both(b, c);
    CPPUNIT_ASSERT(heard.empty());
    lock_both(c, a);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, heard.size());
    CPPUNIT_ASSERT_EQUAL(std::string("ca ab bc "), names(heard[0]));
  }

  void shortest_circle_is_reported() {
    lock_both(a, b);
    lock_both(b, c);
    lock_both(c, d);
    lock_both(b, d);
    lock_both(d, a);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, heard.size());
    CPPUNIT_ASSERT_EQUAL(std::string("da ab bd "), names(heard[0]));
  }

  void orders_of_different_threads_count() {
    elsewhere([this] { lock_both(a, b); });
    elsewhere([this] { lock_both(b, a); });
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, heard.size());
  }

  void reported_before_the_wait() {
    lock_both(a, b);
    a.lock();
    elsewhere([this] {
      b.lock();
      static std::size_t heard_while_free;
      rwl::set_lock_order_handler([](const rwl::lock_order_violation& v) {
        heard_while_free = v.cycle.size();
        throw refused();
      });
      CPPUNIT_ASSERT_THROW(a.lock(), refused); // or it would wait for ever
      CPPUNIT_ASSERT_EQUAL(std::size_t{2}, heard_while_free);
      b.unlock();
    });
    a.unlock();
  }

  void readers_count() {
    { const std::shared_lock first(a), second(b); }
    { const std::shared_lock first(b), second(a); }
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, heard.size());
  }

  void tries_and_time_limits_add_no_order() {
    lock_both(a, b);
    {
      const std::lock_guard first(b);
      const std::unique_lock tried(a, std::try_to_lock);
      CPPUNIT_ASSERT(tried.owns_lock());
    }
    {
      const std::lock_guard first(b);
      const std::unique_lock timed(a, 1s);
      CPPUNIT_ASSERT(timed.owns_lock());
    }
    CPPUNIT_ASSERT(heard.empty());
    std::scoped_lock any_order(b, a); // waits for one at a time, holding none
    CPPUNIT_ASSERT(heard.empty());
  }

  void order_of_what_a_try_got_counts() {
    {
      const std::unique_lock tried(a, std::try_to_lock);
      const std::lock_guard second(b);
    }
    lock_both(b, a);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, heard.size());
  }

  void upgrade_waits_anew() {
    a.lock_upgrade();
    b.lock();
    CPPUNIT_ASSERT(heard.empty());
    a.unlock_upgrade_and_lock(); // for readers of a, who may wait for b
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, heard.size());
    CPPUNIT_ASSERT_EQUAL(std::string("ba ab "), names(heard[0]));
    a.unlock();
    b.unlock();
  }

  void condition_wait_waits_anew() {
    rwl::condition changed;
    std::unique_lock first(a);
    const std::unique_lock second(b);
    (void)changed.wait_for(first, 1ms); // whoever has a meanwhile may wait for b
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, heard.size());
    CPPUNIT_ASSERT_EQUAL(std::string("ba ab "), names(heard[0]));
  }

  void nested_lock_adds_no_order() {
    rwl::checked<rwl::reentrant<rwl::rwlock>> outer("outer"), inner("inner");
    outer.lock();
    inner.lock();
    outer.lock();
    outer.unlock();
    inner.unlock();
    outer.unlock();
    CPPUNIT_ASSERT(heard.empty());
  }

  void destroyed_lock_leaves_the_graph() {
    std::optional<lock> passing;
    passing.emplace("x");
    lock_both(a, *passing);
    lock_both(*passing, b);
    passing.emplace("y"); // at the same address
    lock_both(b, *passing);
    lock_both(*passing, a);
    lock_both(b, a); // a was before b only by way of x
    CPPUNIT_ASSERT(heard.empty());
  }

  void guards_tell_where_they_are() {
    const unsigned line = __LINE__;
    {
      const std::unique_lock first(a.here());
      const std::shared_lock second(b.here());
    }
    {
      const std::scoped_lock first(b.here());
      const std::lock_guard second(a.here().reader());
    }
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, heard.size());
    CPPUNIT_ASSERT_EQUAL(line + 6, heard[0][0].first_line);
    CPPUNIT_ASSERT_EQUAL(line + 7, heard[0][0].second_line);
    CPPUNIT_ASSERT_EQUAL(line + 2, heard[0][1].first_line);
    CPPUNIT_ASSERT_EQUAL(line + 3, heard[0][1].second_line);
  }

  void handler_that_throws_leaves_the_lock_alone() {
    rwl::set_lock_order_handler([](const rwl::lock_order_violation&) { throw refused(); });
    lock_both(a, b);
    b.lock();
    CPPUNIT_ASSERT_THROW(a.lock(), refused);
    CPPUNIT_ASSERT_EQUAL(0u, a.held_exclusively());
    CPPUNIT_ASSERT(!a.is_locked());
    b.unlock();
  }

  void handlers_are_replaced() {
    CPPUNIT_ASSERT(rwl::set_lock_order_handler(nullptr) == hear);
    CPPUNIT_ASSERT(rwl::set_lock_order_handler(hear) == before); // prints, as it did at first
  }

  void all_checked_locks_share_a_graph() {
    rwl::checked<rwl::fifo_rwlock> other("other");
    a.lock();
    other.lock();
    other.unlock();
    a.unlock();
    other.lock();
    a.lock();
    a.unlock();
    other.unlock();
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, heard.size());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(lock_order_test);

} // namespace
