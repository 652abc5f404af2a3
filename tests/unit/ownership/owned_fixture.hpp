// What the tests of locks that know their owner share: a lock, how often the caller holds it, what
// it may not do, and the lists of locks that they run over.
#pragma once

#include "tests/unit/guards/misuse_check.hpp"
#include "tests/unit/production_locks.hpp"
#include "tests/unit/threads.hpp"

#include <rwl/checked.hpp>
#include <rwl/ownership/hold.hpp>
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>

#include <mutex>
#include <stop_token>
#include <system_error>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::test {

inline constexpr std::errc deadlock = std::errc::resource_deadlock_would_occur;
inline constexpr std::errc not_permitted = std::errc::operation_not_permitted;

inline std::stop_token stopped_token() {
  std::stop_source source = new_stop_source();
  source.request_stop();
  return source.get_token();
}

template <class Lock>
class owned_fixture : public CppUnit::TestFixture {
protected:
  using mode = ownership::mode;

  template <class... Args>
  explicit owned_fixture(Args... args) : m(args...) {}

  Lock m;

  void check_depths(unsigned writes, unsigned upgrades, unsigned reads) const {
    CPPUNIT_ASSERT_EQUAL(writes, m.held_exclusively());
    CPPUNIT_ASSERT_EQUAL(upgrades, m.held_upgradeable());
    CPPUNIT_ASSERT_EQUAL(reads, m.held_shared());
  }
  void check_free() {
    check_depths(0, 0, 0);
    CPPUNIT_ASSERT(!m.is_locked() && !m.is_locked_shared() && !m.is_locked_upgrade());
    CPPUNIT_ASSERT(others_may_write());
  }
  bool others_may_write() { return admits_writer(m); }
  bool others_may_read() { return admits_reader(m); }
  bool others_may_take_upgradeable() { return admits_upgradeable(m); }

  // To give up a mode, or to change it, but for the one that the caller holds.
  void check_refuses_all_but(mode held) {
    if (held != mode::exclusive) {
      check_misuse(not_permitted, [this] { m.unlock(); });
      check_misuse(not_permitted, [this] { m.unlock_and_lock_shared(); });
      check_misuse(not_permitted, [this] { m.unlock_and_lock_upgrade(); });
    }
    if (held != mode::upgradeable) {
      check_misuse(not_permitted, [this] { m.unlock_upgrade(); });
      check_misuse(not_permitted, [this] { m.unlock_upgrade_and_lock(); });
      check_misuse(not_permitted, [this] { (void)m.try_unlock_upgrade_and_lock(); });
      check_misuse(not_permitted, [this] { m.unlock_upgrade_and_lock_shared(); });
    }
    if (held != mode::shared) {
      check_misuse(not_permitted, [this] { m.unlock_shared(); });
      check_misuse(not_permitted, [this] { (void)m.try_unlock_shared_and_lock(); });
    }
  }

  void add_waiting_writer(crowd& others) {
    others.add([this] { const std::lock_guard writing(m); });
    poll([this] { return m.waiting_writers() > 0; });
  }
};

// Registers Suite<checked<Lock>> for each strategy.
template <template <class> class Suite>
class on_checked_locks {
  template <class Lock>
  using over_checked = Suite<checked<Lock>>;
  on_production_locks<over_checked> checked_;
};

// Registers Suite<reentrant<Lock>> for each strategy, and for locks that are checked as well.
template <template <class> class Suite>
class on_reentrant_locks {
  template <class Lock>
  using over_reentrant = Suite<reentrant<Lock>>;
  on_production_locks<over_reentrant> reentrant_;
  CppUnit::AutoRegisterSuite<Suite<checked<reentrant<phase_fair_rwlock>>>> checked_phase_fair_;
  CppUnit::AutoRegisterSuite<Suite<checked<reentrant<rwlock>>>> checked_throughput_;
};

} // namespace rwl::test
