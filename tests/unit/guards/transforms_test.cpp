// Guard transforms: one call of the lock each, and the guard that comes out owns it or not.
#include "misuse_check.hpp"
#include "recording_lock.hpp"

#include <rwl/guards.hpp>

#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;
using rwl::test::check_misuse;
using rwl::test::recording_lock;
using std::string;
using writer = std::unique_lock<recording_lock>;
using reader = std::shared_lock<recording_lock>;
using upgrader = rwl::upgrade_lock<recording_lock>;

constexpr std::chrono::steady_clock::time_point at_seven(7ms);

class transforms_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(transforms_test);
  CPPUNIT_TEST(transforms_that_cannot_fail);
  CPPUNIT_TEST(transforms_that_may_fail);
  CPPUNIT_TEST(exception_after_a_downgrade_releases_the_read_side);
  CPPUNIT_TEST(refused_by_the_lock_the_guard_keeps_it);
  CPPUNIT_TEST(guard_must_own);
  CPPUNIT_TEST_SUITE_END();

  recording_lock m;
  std::stop_source source;

  void check_calls(const string& expected) { CPPUNIT_ASSERT_EQUAL(expected, m.calls()); }

  template <class From, class F>
  void check_certain(const string& calls, F change) {
    {
      From from(m);
      const auto to = change(std::move(from));
      CPPUNIT_ASSERT(to && to.mutex() == &m);
      CPPUNIT_ASSERT(!from && !from.mutex());
    }
    check_calls(calls);
  }

  void transforms_that_cannot_fail() {
    check_certain<writer>("lock unlock_and_lock_shared unlock_shared",
                          [](writer&& g) -> reader { return rwl::downgrade(std::move(g)); });
    check_certain<writer>(
        "lock unlock_and_lock_upgrade unlock_upgrade",
        [](writer&& g) -> upgrader { return rwl::downgrade_to_upgradeable(std::move(g)); });
    check_certain<upgrader>("lock_upgrade unlock_upgrade_and_lock_shared unlock_shared",
                            [](upgrader&& g) -> reader { return rwl::downgrade(std::move(g)); });
    check_certain<upgrader>("lock_upgrade unlock_upgrade_and_lock unlock",
                            [](upgrader&& g) -> writer { return rwl::upgrade(std::move(g)); });
  }

  // In vain, then with success.
  template <class From, class F>
  void check_attempt(const string& lock, const string& call, F change) {
    {
      From from(m);
      m.grants = false;
      const writer none = change(from);
      CPPUNIT_ASSERT(!none && !none.mutex());
      CPPUNIT_ASSERT(from && from.mutex() == &m);
      m.grants = true;
      const writer to = change(from);
      CPPUNIT_ASSERT(to && to.mutex() == &m);
      CPPUNIT_ASSERT(!from && !from.mutex());
    }
    check_calls(lock + ' ' + call + ' ' + call + " unlock");
  }
  template <class F>
  void check_upgrade(const string& call, F change) {
    check_attempt<upgrader>("lock_upgrade", call, change);
  }

  void transforms_that_may_fail() {
    const std::stop_token stop = source.get_token();
    check_upgrade("unlock_upgrade_and_lock(stop)",
                  [&](upgrader& g) { return rwl::upgrade(g, stop); });
    check_upgrade("try_unlock_upgrade_and_lock", [](upgrader& g) { return rwl::try_upgrade(g); });
    check_upgrade("try_unlock_upgrade_and_lock_for(5ms)",
                  [](upgrader& g) { return rwl::try_upgrade_for(g, 5ms); });
    check_upgrade("try_unlock_upgrade_and_lock_for(5ms,stop)",
                  [&](upgrader& g) { return rwl::try_upgrade_for(g, 5ms, stop); });
    check_upgrade("try_unlock_upgrade_and_lock_until(@7ms)",
                  [](upgrader& g) { return rwl::try_upgrade_until(g, at_seven); });
    check_upgrade("try_unlock_upgrade_and_lock_until(@7ms,stop)",
                  [&](upgrader& g) { return rwl::try_upgrade_until(g, at_seven, stop); });
    check_attempt<reader>("lock_shared", "try_unlock_shared_and_lock",
                          [](reader& g) { return rwl::try_upgrade(g); });
  }

  void exception_after_a_downgrade_releases_the_read_side() {
    try {
      writer writing(m);
      const reader reading = rwl::downgrade(std::move(writing));
      throw std::runtime_error("in the section");
    } catch (const std::runtime_error&) {
    }
    check_calls("lock unlock_and_lock_shared unlock_shared");
  }

  // A checked lock refuses those who do not own it.
  void refused_by_the_lock_the_guard_keeps_it() {
    struct refusing_lock : recording_lock {
      [[noreturn]] void unlock_and_lock_shared() { throw std::runtime_error("refused"); }
    } refusing;
    {
      std::unique_lock writing(refusing);
      CPPUNIT_ASSERT_THROW((void)rwl::downgrade(std::move(writing)), std::runtime_error);
      CPPUNIT_ASSERT(writing.owns_lock());
    }
    CPPUNIT_ASSERT_EQUAL(string("lock unlock"), refusing.calls());
  }

  template <class Guard, class F>
  void check_must_own(F change) {
    Guard empty, deferred(m, std::defer_lock);
    check_misuse(std::errc::operation_not_permitted, [&] { (void)change(empty); });
    check_misuse(std::errc::operation_not_permitted, [&] { (void)change(deferred); });
    CPPUNIT_ASSERT(deferred.mutex() == &m);
    check_calls("");
  }

  void guard_must_own() {
    check_must_own<writer>([](writer& g) { return rwl::downgrade(std::move(g)); });
    check_must_own<writer>([](writer& g) { return rwl::downgrade_to_upgradeable(std::move(g)); });
    check_must_own<upgrader>([](upgrader& g) { return rwl::downgrade(std::move(g)); });
    check_must_own<upgrader>([](upgrader& g) { return rwl::upgrade(std::move(g)); });
    check_must_own<upgrader>([](upgrader& g) { return rwl::try_upgrade(g); });
    check_must_own<upgrader>([](upgrader& g) { return rwl::try_upgrade_for(g, 5ms); });
    check_must_own<reader>([](reader& g) { return rwl::try_upgrade(g); });
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(transforms_test);

} // namespace
