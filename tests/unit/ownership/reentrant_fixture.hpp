// What the tests of reentrant<L> share: a lock, how often the caller holds it, and the list of
// locks that they run over.
#pragma once

#include "tests/unit/threads.hpp"

#include <rwl/checked.hpp>
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>

#include <latch>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <system_error>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::test {

inline constexpr std::errc deadlock = std::errc::resource_deadlock_would_occur;
inline constexpr std::errc not_permitted = std::errc::operation_not_permitted;

inline std::stop_token stopped_token() {
  std::stop_source source;
  source.request_stop();
  return source.get_token();
}

template <class Lock>
class reentrant_fixture : public CppUnit::TestFixture {
protected:
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

  void add_waiting_writer(crowd& others) {
    others.add([this] { const std::lock_guard writing(m); });
    poll([this] { return m.waiting_writers() > 0; });
  }
  // A reader elsewhere, until the latch opens.
  void add_reader(crowd& others, std::latch& may_leave) {
    std::latch inside(1);
    others.add([&] {
      const std::shared_lock reading(m);
      inside.count_down();
      may_leave.wait();
    });
    inside.wait();
  }
};

// Registers Suite<Lock> for each strategy, and for locks that are checked as well.
template <template <class> class Suite>
class on_reentrant_locks {
  template <class Lock>
  using registered = CppUnit::AutoRegisterSuite<Suite<Lock>>;

  registered<reentrant<reader_preferring_rwlock>> reader_preferring_;
  registered<reentrant<writer_preferring_rwlock>> writer_preferring_;
  registered<reentrant<phase_fair_rwlock>> phase_fair_;
  registered<reentrant<fifo_rwlock>> fifo_;
  registered<reentrant<rwlock>> throughput_;
  registered<checked<reentrant<phase_fair_rwlock>>> checked_phase_fair_;
  registered<checked<reentrant<rwlock>>> checked_throughput_;
};

} // namespace rwl::test
