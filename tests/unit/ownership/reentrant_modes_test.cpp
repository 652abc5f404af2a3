// The upgradeable mode of an owner, and how the modes of what it holds change.
#include "owned_fixture.hpp"

#include <chrono>
#include <stop_token>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::test {
namespace {

using namespace std::chrono_literals;

template <class Lock>
class reentrant_modes_test : public owned_fixture<Lock> {
  CPPUNIT_TEST_SUITE(reentrant_modes_test);
  CPPUNIT_TEST(upgradeable_mode_is_nested);
  CPPUNIT_TEST(upgrade_waits_for_others_only);
  CPPUNIT_TEST(change_of_a_nested_hold_is_refused);
  CPPUNIT_TEST(failed_upgrade_keeps_the_upgradeable_mode);
  CPPUNIT_TEST(only_the_sole_reader_becomes_the_writer);
  CPPUNIT_TEST(write_ends_above_the_upgradeable_mode);
  CPPUNIT_TEST_SUITE_END();

  using base = owned_fixture<Lock>;
  using base::check_depths;
  using base::check_free;
  using base::m;
  using base::others_may_read;
  using base::others_may_take_upgradeable;
  using base::others_may_write;

  void upgradeable_mode_is_nested() {
    m.lock_upgrade();
    m.lock_upgrade();
    m.lock_shared();
    check_depths(0, 2, 1);
    CPPUNIT_ASSERT(m.is_locked_upgrade() && m.is_locked_shared());
    CPPUNIT_ASSERT(others_may_read() && !others_may_write() && !others_may_take_upgradeable());
    check_misuse(deadlock, [this] { m.lock(); });
    CPPUNIT_ASSERT(!m.try_lock());
    m.unlock_upgrade();
    CPPUNIT_ASSERT(!others_may_take_upgradeable());
    m.unlock_upgrade(); // the read is left
    CPPUNIT_ASSERT(others_may_take_upgradeable() && !others_may_write());
    m.unlock_shared();
    check_free();
  }

  void upgrade_waits_for_others_only() {
    reader_elsewhere reader(m);
    m.lock_upgrade();
    m.lock_shared(); // its own, in nobody's way
    CPPUNIT_ASSERT(!m.try_unlock_upgrade_and_lock());
    reader.may_leave();
    m.unlock_upgrade_and_lock();
    check_depths(1, 0, 1);
    CPPUNIT_ASSERT(!others_may_read());
    m.unlock_and_lock_upgrade();
    m.unlock_upgrade_and_lock_shared();
    check_depths(0, 0, 2);
    CPPUNIT_ASSERT(others_may_take_upgradeable());
    m.unlock_shared();
    m.unlock_shared();
    check_free();
  }

  void change_of_a_nested_hold_is_refused() {
    m.lock_upgrade();
    m.lock_upgrade();
    check_misuse(not_permitted, [this] { m.unlock_upgrade_and_lock(); });
    check_misuse(not_permitted, [this] { (void)m.try_unlock_upgrade_and_lock(); });
    check_misuse(not_permitted, [this] { m.unlock_upgrade_and_lock_shared(); });
    check_depths(0, 2, 0);
    m.unlock_upgrade();
    m.unlock_upgrade();
    m.lock_shared();
    m.lock_shared();
    check_misuse(not_permitted, [this] { (void)m.try_unlock_shared_and_lock(); });
    m.unlock_shared();
    m.unlock_shared();
    m.lock();
    m.lock();
    check_misuse(not_permitted, [this] { m.unlock_and_lock_shared(); });
    check_misuse(not_permitted, [this] { m.unlock_and_lock_upgrade(); });
    check_depths(2, 0, 0);
    m.unlock();
    m.unlock_and_lock_shared();
    m.unlock_shared();
    check_free();
  }

  void failed_upgrade_keeps_the_upgradeable_mode() {
    reader_elsewhere reader(m);
    m.lock_upgrade();
    const auto later = std::chrono::steady_clock::now() + 1ms;
    CPPUNIT_ASSERT(!m.try_unlock_upgrade_and_lock_for(1ms));
    CPPUNIT_ASSERT(!m.try_unlock_upgrade_and_lock_for(1h, stopped_token()));
    CPPUNIT_ASSERT(!m.try_unlock_upgrade_and_lock_until(later));
    CPPUNIT_ASSERT(!m.try_unlock_upgrade_and_lock_until(later, std::stop_token()));
    CPPUNIT_ASSERT(!m.unlock_upgrade_and_lock(stopped_token()));
    check_depths(0, 1, 0);
    reader.may_leave();
    CPPUNIT_ASSERT(m.unlock_upgrade_and_lock(std::stop_token()));
    check_depths(1, 0, 0);
    m.unlock();
    check_free();
  }

  void only_the_sole_reader_becomes_the_writer() {
    m.lock_shared();
    reader_elsewhere reader(m);
    CPPUNIT_ASSERT(!m.try_unlock_shared_and_lock());
    reader.leave();
    check_depths(0, 0, 1);
    CPPUNIT_ASSERT(m.try_unlock_shared_and_lock());
    check_depths(1, 0, 0);
    m.lock_shared();
    CPPUNIT_ASSERT(m.try_unlock_shared_and_lock()); // writes already
    check_depths(2, 0, 0);
    m.unlock();
    m.unlock_and_lock_upgrade();
    m.lock_shared();
    CPPUNIT_ASSERT(m.try_unlock_shared_and_lock()); // beside its own upgradeable mode
    check_depths(1, 1, 0);
    CPPUNIT_ASSERT(!others_may_read());
    m.unlock();
    CPPUNIT_ASSERT(others_may_read() && !others_may_take_upgradeable());
    m.unlock_upgrade();
    check_free();
  }

  void write_ends_above_the_upgradeable_mode() {
    m.lock();
    m.lock_upgrade();
    m.lock_shared();
    CPPUNIT_ASSERT(m.is_locked() && m.is_locked_upgrade() && m.is_locked_shared());
    m.unlock_upgrade_and_lock(); // one more write
    check_depths(2, 0, 1);
    m.unlock_shared();
    m.lock_upgrade();
    m.unlock();
    m.unlock();
    CPPUNIT_ASSERT(others_may_read() && !others_may_take_upgradeable());
    m.unlock_upgrade();
    check_free();
  }
};

const on_reentrant_locks<reentrant_modes_test> registered;

} // namespace
} // namespace rwl::test
