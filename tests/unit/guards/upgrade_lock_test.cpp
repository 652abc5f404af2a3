// upgrade_lock: which functions of the lock it calls, and when.
#include "misuse_check.hpp"
#include "recording_lock.hpp"

#include <rwl/upgrade.hpp>

#include <chrono>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;
using rwl::test::check_misuse;
using rwl::test::recording_lock;
using guard = rwl::upgrade_lock<recording_lock>;
using std::string;

constexpr std::chrono::steady_clock::time_point at_seven(7ms);

class upgrade_lock_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(upgrade_lock_test);
  CPPUNIT_TEST(empty_guard_has_no_lock);
  CPPUNIT_TEST(locks_for_its_scope);
  CPPUNIT_TEST(deferred_and_adopted);
  CPPUNIT_TEST(constructors_that_may_fail);
  CPPUNIT_TEST(functions_that_may_fail);
  CPPUNIT_TEST(unlocks_and_locks_again);
  CPPUNIT_TEST(move_hands_the_lock_over);
  CPPUNIT_TEST(move_assignment_releases_the_old_lock);
  CPPUNIT_TEST(swap_exchanges);
  CPPUNIT_TEST(release_forgets_the_lock);
  CPPUNIT_TEST(exception_in_the_section_releases);
  CPPUNIT_TEST(misuse_of_an_empty_guard);
  CPPUNIT_TEST(misuse_of_an_owning_guard);
  CPPUNIT_TEST(misuse_of_a_guard_that_does_not_own);
  CPPUNIT_TEST_SUITE_END();

  static_assert(!std::is_copy_constructible_v<guard> && !std::is_copy_assignable_v<guard>);
  static_assert(std::is_nothrow_move_constructible_v<guard> &&
                std::is_nothrow_move_assignable_v<guard> && std::is_nothrow_swappable_v<guard>);
  static_assert(!std::is_convertible_v<recording_lock&, guard>);
  static_assert(!std::is_convertible_v<guard, bool> && std::is_constructible_v<bool, guard>);

  recording_lock m;
  std::stop_source source;

  void check_calls(const string& expected) { CPPUNIT_ASSERT_EQUAL(expected, m.calls()); }

  void empty_guard_has_no_lock() {
    const guard g;
    CPPUNIT_ASSERT(!g && !g.owns_lock() && !g.mutex());
  }

  void locks_for_its_scope() {
    {
      const rwl::upgrade_lock g(m);
      CPPUNIT_ASSERT(g && g.owns_lock() && g.mutex() == &m);
      check_calls("lock_upgrade");
    }
    check_calls("unlock_upgrade");
  }

  void deferred_and_adopted() {
    {
      const guard g(m, std::defer_lock);
      CPPUNIT_ASSERT(!g && g.mutex() == &m);
    }
    check_calls("");
    {
      const guard g(m, std::adopt_lock);
      CPPUNIT_ASSERT(g && g.mutex() == &m);
    }
    check_calls("unlock_upgrade");
  }

  // Makes a guard in vain, then with success; both call the same function.
  template <class... How>
  void check_constructor(const string& call, const How&... how) {
    m.grants = false;
    {
      const guard g(m, how...);
      CPPUNIT_ASSERT(!g && g.mutex() == &m);
    }
    check_calls(call);
    m.grants = true;
    {
      const guard g(m, how...);
      CPPUNIT_ASSERT(g && g.mutex() == &m);
    }
    check_calls(call + " unlock_upgrade");
  }

  void constructors_that_may_fail() {
    check_constructor("try_lock_upgrade", std::try_to_lock);
    check_constructor("lock_upgrade(stop)", source.get_token());
    check_constructor("try_lock_upgrade_for(5ms)", 5ms);
    check_constructor("try_lock_upgrade_for(5ms,stop)", 5ms, source.get_token());
    check_constructor("try_lock_upgrade_until(@7ms)", at_seven);
    check_constructor("try_lock_upgrade_until(@7ms,stop)", at_seven, source.get_token());
  }

  template <class F>
  void check_function(const string& call, F lock) {
    guard g(m, std::defer_lock);
    m.grants = false;
    CPPUNIT_ASSERT(!lock(g) && !g);
    m.grants = true;
    CPPUNIT_ASSERT(lock(g) && g);
    g.unlock();
    CPPUNIT_ASSERT(!g);
    check_calls(call + ' ' + call + " unlock_upgrade");
  }

  void functions_that_may_fail() {
    const std::stop_token stop = source.get_token();
    check_function("try_lock_upgrade", [](guard& g) { return g.try_lock(); });
    check_function("lock_upgrade(stop)", [&](guard& g) { return g.lock(stop); });
    check_function("try_lock_upgrade_for(5ms)", [](guard& g) { return g.try_lock_for(5ms); });
    check_function("try_lock_upgrade_for(5ms,stop)",
                   [&](guard& g) { return g.try_lock_for(5ms, stop); });
    check_function("try_lock_upgrade_until(@7ms)",
                   [](guard& g) { return g.try_lock_until(at_seven); });
    check_function("try_lock_upgrade_until(@7ms,stop)",
                   [&](guard& g) { return g.try_lock_until(at_seven, stop); });
  }

  void unlocks_and_locks_again() {
    {
      guard g(m);
      g.unlock();
      g.lock();
      CPPUNIT_ASSERT(g);
    }
    check_calls("lock_upgrade unlock_upgrade lock_upgrade unlock_upgrade");
  }

  void move_hands_the_lock_over() {
    {
      guard from(m);
      const guard to(std::move(from));
      CPPUNIT_ASSERT(to && to.mutex() == &m);
      CPPUNIT_ASSERT(!from && !from.mutex());
    }
    check_calls("lock_upgrade unlock_upgrade");
  }

  void move_assignment_releases_the_old_lock() {
    recording_lock other;
    {
      guard to(m);
      guard from(other);
      to = std::move(from);
      check_calls("lock_upgrade unlock_upgrade");
      CPPUNIT_ASSERT(to && to.mutex() == &other);
      CPPUNIT_ASSERT(!from && !from.mutex());
      guard& same = to;
      to = std::move(same);
      CPPUNIT_ASSERT(to && to.mutex() == &other);
    }
    check_calls("");
    CPPUNIT_ASSERT_EQUAL(string("lock_upgrade unlock_upgrade"), other.calls());
  }

  void swap_exchanges() {
    guard a(m), b;
    swap(a, b);
    CPPUNIT_ASSERT(!a && !a.mutex() && b && b.mutex() == &m);
    b.swap(a);
    CPPUNIT_ASSERT(a && a.mutex() == &m && !b && !b.mutex());
    check_calls("lock_upgrade");
  }

  void release_forgets_the_lock() {
    {
      guard g(m);
      CPPUNIT_ASSERT(g.release() == &m);
      CPPUNIT_ASSERT(!g && !g.mutex());
      CPPUNIT_ASSERT(!g.release());
    }
    check_calls("lock_upgrade");
  }

  void exception_in_the_section_releases() {
    try {
      const guard g(m);
      throw std::runtime_error("in the section");
    } catch (const std::runtime_error&) {
    }
    check_calls("lock_upgrade unlock_upgrade");
  }

  // Each way to lock is this misuse of g, and calls nothing.
  void check_refuses_to_lock(guard& g, std::errc error) {
    const std::stop_token stop = source.get_token();
    check_misuse(error, [&] { g.lock(); });
    check_misuse(error, [&] { (void)g.lock(stop); });
    check_misuse(error, [&] { (void)g.try_lock(); });
    check_misuse(error, [&] { (void)g.try_lock_for(5ms); });
    check_misuse(error, [&] { (void)g.try_lock_until(at_seven); });
    check_calls("");
  }

  void misuse_of_an_empty_guard() {
    guard g;
    check_refuses_to_lock(g, std::errc::operation_not_permitted);
    check_misuse(std::errc::operation_not_permitted, [&] { g.unlock(); });
  }

  void misuse_of_an_owning_guard() {
    guard g(m);
    m.calls();
    check_refuses_to_lock(g, std::errc::resource_deadlock_would_occur);
    CPPUNIT_ASSERT(g);
  }

  void misuse_of_a_guard_that_does_not_own() {
    guard g(m, std::defer_lock);
    check_misuse(std::errc::operation_not_permitted, [&] { g.unlock(); });
    check_calls("");
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(upgrade_lock_test);

} // namespace
