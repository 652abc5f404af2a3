// The guards of Boost over the locks of this library.
#define BOOST_THREAD_VERSION 4

#include "tests/unit/production_locks.hpp"
#include "tests/unit/threads.hpp"
#include "tests/unit/twins.hpp"

#include <rwl/rwlock.hpp>

#include <atomic>

#include <boost/thread/lock_guard.hpp>
#include <boost/thread/lock_types.hpp>
#include <boost/thread/shared_lock_guard.hpp>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using rwl::test::admits_reader;
using rwl::test::admits_upgradeable;
using rwl::test::admits_writer;

template <class Lock>
class boost_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(boost_test);
  CPPUNIT_TEST(shared_lock_guard_reads);
  CPPUNIT_TEST(shared_lock_reads);
  CPPUNIT_TEST(unique_lock_writes);
  CPPUNIT_TEST(upgrade_lock_shares_with_readers_only);
  CPPUNIT_TEST(upgrade_to_unique_lock_writes_and_goes_back);
  CPPUNIT_TEST(guards_turn_into_each_other);
  CPPUNIT_TEST(nobody_writes_between_look_and_upgrade);
  CPPUNIT_TEST_SUITE_END();

  Lock m;

  void check_others(bool read, bool look, bool write) {
    CPPUNIT_ASSERT_EQUAL(read, admits_reader(m));
    CPPUNIT_ASSERT_EQUAL(look, admits_upgradeable(m));
    CPPUNIT_ASSERT_EQUAL(write, admits_writer(m));
  }
  void check_free() { check_others(true, true, true); }

  void shared_lock_guard_reads() {
    {
      const boost::shared_lock_guard<Lock> reading(m);
      check_others(true, true, false);
    }
    check_free();
  }

  void shared_lock_reads() {
    {
      boost::shared_lock<Lock> reading(m);
      check_others(true, true, false);
      reading.unlock();
      CPPUNIT_ASSERT(reading.try_lock());
      check_others(true, true, false);
    }
    check_free();
  }

  void unique_lock_writes() {
    {
      const boost::unique_lock<Lock> writing(m, boost::try_to_lock);
      CPPUNIT_ASSERT(writing.owns_lock());
      check_others(false, false, false);
    }
    check_free();
    const boost::lock_guard<Lock> writing(m);
    check_others(false, false, false);
  }

  void upgrade_lock_shares_with_readers_only() {
    {
      boost::upgrade_lock<Lock> looking(m);
      CPPUNIT_ASSERT(m.is_locked_upgrade());
      check_others(true, false, false);
      looking.unlock();
      CPPUNIT_ASSERT(looking.try_lock());
      check_others(true, false, false);
    }
    check_free();
  }

  void upgrade_to_unique_lock_writes_and_goes_back() {
    {
      boost::upgrade_lock<Lock> looking(m);
      {
        const boost::upgrade_to_unique_lock<Lock> writing(looking);
        CPPUNIT_ASSERT(writing.owns_lock());
        check_others(false, false, false);
      }
      CPPUNIT_ASSERT(looking.owns_lock());
      check_others(true, false, false);
    }
    check_free();
  }

  void guards_turn_into_each_other() {
    {
      boost::unique_lock<Lock> writing(m);
      boost::upgrade_lock<Lock> looking(boost::move(writing));
      check_others(true, false, false);
      const boost::shared_lock<Lock> reading(boost::move(looking));
      check_others(true, true, false);
    }
    check_free();
    boost::unique_lock<Lock> writing(m);
    const boost::shared_lock<Lock> reading(boost::move(writing));
    check_others(true, true, false);
  }

  void nobody_writes_between_look_and_upgrade() {
    constexpr int rounds = 300;
    rwl::test::twins value;
    std::atomic<bool> stable = true;
    const auto upgrades = [&] {
      for (int i = 0; i < rounds; ++i) {
        boost::upgrade_lock<Lock> looking(m);
        const long seen = value.get();
        const boost::upgrade_to_unique_lock<Lock> writing(looking);
        if (value.get() != seen)
          stable = false;
        value.change();
      }
    };
    const auto writes = [&] {
      for (int i = 0; i < rounds; ++i) {
        const boost::unique_lock<Lock> writing(m);
        value.change();
      }
    };
    const auto reads = [&] {
      for (int i = 0; i < rounds; ++i) {
        const boost::shared_lock_guard<Lock> reading(m);
        if (!value.agree())
          stable = false;
      }
    };
    rwl::test::together(upgrades, writes, reads, upgrades);
    CPPUNIT_ASSERT(stable);
    CPPUNIT_ASSERT_EQUAL(3L * rounds, value.get());
    check_free();
  }
};

const rwl::test::on_production_locks<boost_test> registered;

} // namespace
