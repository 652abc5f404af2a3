// Which waits checked<L> refuses because nobody but the caller could end them, and which not.
#include "tests/unit/guards/misuse_check.hpp"
#include "tests/unit/threads.hpp"

#include <rwl/checked.hpp>
#include <rwl/exclusive_adapter.hpp>
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>

#include <chrono>
#include <mutex>
#include <stop_token>
#include <system_error>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;
using rwl::checked;
using rwl::exclusive_adapter;
using rwl::phase_fair_rwlock;
using rwl::reentrant;
using rwl::test::admits_reader;
using rwl::test::admits_writer;
using rwl::test::check_misuse;

constexpr std::errc deadlock = std::errc::resource_deadlock_would_occur;

// A recursive mutex of one's own says so itself.
struct own_mutex {
  static constexpr bool recursive = true;
  void lock() {}
  void unlock() {}
};
static_assert(exclusive_adapter<std::recursive_mutex>::recursive);
static_assert(exclusive_adapter<std::recursive_timed_mutex&>::recursive);
static_assert(exclusive_adapter<own_mutex>::recursive);
static_assert(!exclusive_adapter<std::mutex>::recursive);
static_assert(!exclusive_adapter<phase_fair_rwlock>::recursive);

class checked_waits_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(checked_waits_test);
  CPPUNIT_TEST(upgrade_beside_an_own_read_is_refused);
  CPPUNIT_TEST(try_upgrade_beside_an_own_read_just_fails);
  CPPUNIT_TEST(upgrade_beside_a_counted_read_succeeds);
  CPPUNIT_TEST(recursive_mutex_is_locked_again);
  CPPUNIT_TEST(stronger_mode_of_a_recursive_mutex_is_refused);
  CPPUNIT_TEST(member_of_an_aggregate);
  CPPUNIT_TEST_SUITE_END();

  checked<phase_fair_rwlock> m{"cache"};

  void check_upgradeable_and_reading() {
    CPPUNIT_ASSERT_EQUAL(1u, m.held_upgradeable());
    CPPUNIT_ASSERT_EQUAL(1u, m.held_shared());
    CPPUNIT_ASSERT(admits_reader(m) && !admits_writer(m)); // no upgrade is pending
  }

  void upgrade_beside_an_own_read_is_refused() {
    m.lock_upgrade();
    CPPUNIT_ASSERT(m.try_lock_shared());
    check_misuse(deadlock, [this] { m.unlock_upgrade_and_lock(); });
    check_misuse(deadlock, [this] { (void)m.unlock_upgrade_and_lock(std::stop_token()); });
    check_misuse(deadlock, [this] { (void)m.try_unlock_upgrade_and_lock_for(1h); });
    check_upgradeable_and_reading();
    m.unlock_shared();
    m.unlock_upgrade_and_lock();
    CPPUNIT_ASSERT_EQUAL(1u, m.held_exclusively());
    m.unlock();
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void try_upgrade_beside_an_own_read_just_fails() {
    m.lock_upgrade();
    CPPUNIT_ASSERT(m.try_lock_shared());
    CPPUNIT_ASSERT(!m.try_unlock_upgrade_and_lock());
    check_upgradeable_and_reading();
    m.unlock_shared();
    m.unlock_upgrade();
  }

  void upgrade_beside_a_counted_read_succeeds() {
    checked<reentrant<phase_fair_rwlock>> r("cache");
    r.lock_upgrade();
    r.lock_shared();
    r.unlock_upgrade_and_lock();
    CPPUNIT_ASSERT_EQUAL(1u, r.held_exclusively());
    CPPUNIT_ASSERT_EQUAL(1u, r.held_shared());
    r.unlock();
    r.unlock_shared();
    CPPUNIT_ASSERT(admits_writer(r));
  }

  void recursive_mutex_is_locked_again() {
    checked<exclusive_adapter<std::recursive_mutex>> r("journal");
    r.lock();
    r.lock();
    r.lock_shared();
    CPPUNIT_ASSERT_EQUAL(2u, r.held_exclusively());
    CPPUNIT_ASSERT_EQUAL(1u, r.held_shared());
    r.unlock();
    r.unlock_shared();
    CPPUNIT_ASSERT(!admits_writer(r));
    r.unlock();
    CPPUNIT_ASSERT(admits_writer(r));
  }

  void stronger_mode_of_a_recursive_mutex_is_refused() {
    checked<exclusive_adapter<std::recursive_mutex>> r("journal");
    r.lock_shared();
    check_misuse(deadlock, [&] { r.lock(); });
    r.unlock_shared();
    CPPUNIT_ASSERT(admits_writer(r));
  }

  void member_of_an_aggregate() {
    struct cache {
      checked<rwl::rwlock> m;
      int value;
    };
    cache c{{}, 5};
    c.m.lock();
    CPPUNIT_ASSERT_EQUAL(5, c.value);
    c.m.unlock();
    CPPUNIT_ASSERT(c.m.name() == nullptr);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(checked_waits_test);

constinit checked<rwl::rwlock> nameless;

} // namespace
