// What an owner may do with a lock that it holds. The behaviours are those of re-entrant locks
// elsewhere: E1 to E6 nesting, U1 to U13 upgrade and downgrade, X1 and X2 misuse, D1 drop-in.
#include "tests/unit/guards/misuse_check.hpp"
#include "tests/unit/threads.hpp"

#include <rwl/checked.hpp>
#include <rwl/condition.hpp>
#include <rwl/guards.hpp>
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>

#include <barrier>
#include <chrono>
#include <condition_variable>
#include <latch>
#include <sstream>
#include <stop_token>
#include <string>
#include <system_error>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;
using rwl::test::check_misuse;
using rwl::test::crowd;
using rwl::test::elsewhere;
using rwl::test::poll;

constexpr std::errc deadlock = std::errc::resource_deadlock_would_occur;
constexpr std::errc not_permitted = std::errc::operation_not_permitted;

std::stop_token stopped_token() {
  std::stop_source source;
  source.request_stop();
  return source.get_token();
}

template <class Lock>
class reentrant_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(reentrant_test);
  CPPUNIT_TEST(E1_nested_writes_are_free_at_the_outermost);
  CPPUNIT_TEST(E2_nested_reads_of_many_owners_in_parallel);
  CPPUNIT_TEST(E2_nested_read_passes_a_waiting_writer);
  CPPUNIT_TEST(E3_read_inside_a_write_excludes_all_others);
  CPPUNIT_TEST(E5_write_then_read_reports_both);
  CPPUNIT_TEST(E5_nobody_writes_while_the_write_goes_before_the_read);
  CPPUNIT_TEST(U1_reader_that_writes_is_refused_at_once);
  CPPUNIT_TEST(U1_try_lock_by_a_reader_just_fails);
  CPPUNIT_TEST(U2_downgrade_admits_readers_and_refuses_upgrade);
  CPPUNIT_TEST(U3_downgrade_by_a_stranger_is_refused);
  CPPUNIT_TEST(U4_downgrade_wakes_a_queued_reader);
  CPPUNIT_TEST(U5_downgrade_of_a_nested_write_is_refused);
  CPPUNIT_TEST(U6_nothing_sticks_after_a_downgrade);
  CPPUNIT_TEST(U13_write_and_three_reads);
  CPPUNIT_TEST(X1_release_of_a_free_lock_is_refused);
  CPPUNIT_TEST(X2_release_by_another_thread_is_refused);
  CPPUNIT_TEST(D1_used_as_a_plain_lock_it_is_exclusive);
  CPPUNIT_TEST(upgradeable_mode_is_nested);
  CPPUNIT_TEST(upgrade_waits_for_others_only);
  CPPUNIT_TEST(upgrade_of_a_nested_hold_is_refused);
  CPPUNIT_TEST(failed_upgrade_keeps_the_upgradeable_mode);
  CPPUNIT_TEST(only_the_sole_reader_becomes_the_writer);
  CPPUNIT_TEST(write_ends_above_the_upgradeable_mode);
  CPPUNIT_TEST(nested_timed_and_cancellable_forms_succeed_at_once);
  CPPUNIT_TEST(conflicting_timed_and_cancellable_forms_are_refused_at_once);
  CPPUNIT_TEST(stopped_request_is_refused);
  CPPUNIT_TEST(timed_forms_give_up_on_others);
  CPPUNIT_TEST(condition_waits_and_holds_the_lock_again);
  CPPUNIT_TEST(condition_wait_of_a_nested_hold_is_refused);
  CPPUNIT_TEST(state_is_shown);
  CPPUNIT_TEST_SUITE_END();

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
  bool others_may_write() { return rwl::test::admits_writer(m); }
  bool others_may_read() { return rwl::test::admits_reader(m); }
  bool others_may_take_upgradeable() { return rwl::test::admits_upgradeable(m); }

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

  void E1_nested_writes_are_free_at_the_outermost() {
    m.lock();
    m.lock();
    CPPUNIT_ASSERT(m.try_lock());
    for (unsigned depth = 3; depth > 0; --depth) {
      check_depths(depth, 0, 0);
      CPPUNIT_ASSERT(m.is_locked());
      CPPUNIT_ASSERT(!others_may_write() && !others_may_read());
      m.unlock();
    }
    check_free();
  }

  void E2_nested_reads_of_many_owners_in_parallel() {
    constexpr int owners = 4;
    std::barrier all(owners);
    const auto read = [&] {
      const std::shared_lock outer(m);
      all.arrive_and_wait();
      {
        const std::shared_lock inner(m);
        all.arrive_and_wait();
      }
      CPPUNIT_ASSERT_EQUAL(1u, m.held_shared());
      all.arrive_and_wait();
    };
    rwl::test::together(read, read, read, read);
    check_free();
  }

  void E2_nested_read_passes_a_waiting_writer() {
    crowd writer;
    m.lock_shared();
    add_waiting_writer(writer);
    m.lock_shared();
    CPPUNIT_ASSERT(m.try_lock_shared());
    check_depths(0, 0, 3);
    m.unlock_shared();
    m.unlock_shared();
    CPPUNIT_ASSERT(!m.is_locked());
    m.unlock_shared();
    writer.join();
    check_free();
  }

  void E3_read_inside_a_write_excludes_all_others() {
    m.lock();
    m.lock_shared();
    CPPUNIT_ASSERT(!others_may_read() && !others_may_write());
    m.lock(); // still the writer: no upgrade
    m.unlock();
    m.unlock_shared();
    CPPUNIT_ASSERT(!others_may_read() && !others_may_write());
    m.unlock();
    check_free();
  }

  void E5_write_then_read_reports_both() {
    m.lock();
    m.lock_shared();
    CPPUNIT_ASSERT(m.is_locked());
    CPPUNIT_ASSERT(m.is_locked_shared());
    CPPUNIT_ASSERT_EQUAL(1u, m.reader_count());
    m.unlock_shared();
    CPPUNIT_ASSERT(m.is_locked() && !m.is_locked_shared());
    m.unlock();
    check_free();
  }

  void E5_nobody_writes_while_the_write_goes_before_the_read() {
    m.lock();
    crowd writer;
    m.lock_shared();
    add_waiting_writer(writer);
    m.unlock();
    CPPUNIT_ASSERT(!m.is_locked() && m.is_locked_shared());
    CPPUNIT_ASSERT_EQUAL(1u, m.waiting_writers());
    check_depths(0, 0, 1);
    m.unlock_shared();
    writer.join();
    check_free();
  }

  void U1_reader_that_writes_is_refused_at_once() {
    m.lock_shared();
    check_misuse(deadlock, [this] { m.lock(); });
    check_misuse(deadlock, [this] { m.lock_upgrade(); });
    check_depths(0, 0, 1);
    CPPUNIT_ASSERT(others_may_read() && !others_may_write());
    m.unlock_shared();
    check_free();
  }

  void U1_try_lock_by_a_reader_just_fails() {
    m.lock_shared();
    CPPUNIT_ASSERT(!m.try_lock());
    CPPUNIT_ASSERT(!m.try_lock_upgrade());
    check_depths(0, 0, 1);
    m.unlock_shared();
    check_free();
  }

  void U2_downgrade_admits_readers_and_refuses_upgrade() {
    m.lock();
    m.unlock_and_lock_shared();
    check_depths(0, 0, 1);
    CPPUNIT_ASSERT(others_may_read() && !others_may_write());
    check_misuse(deadlock, [this] { m.lock(); });
    check_misuse(not_permitted, [this] { m.unlock_upgrade_and_lock(); });
    CPPUNIT_ASSERT(others_may_read() && !others_may_write());
    m.unlock_shared();
    check_free();
  }

  void U3_downgrade_by_a_stranger_is_refused() {
    m.lock();
    elsewhere([this] {
      check_misuse(not_permitted, [this] { m.unlock_and_lock_shared(); });
      check_misuse(not_permitted, [this] { m.unlock_and_lock_upgrade(); });
    });
    CPPUNIT_ASSERT(m.is_locked());
    CPPUNIT_ASSERT(!others_may_read());
    m.unlock();
    check_misuse(not_permitted, [this] { m.unlock_and_lock_shared(); });
    check_free();
  }

  void U4_downgrade_wakes_a_queued_reader() {
    crowd reader;
    std::latch inside(1);
    m.lock();
    reader.add([&] {
      const std::shared_lock reading(m);
      inside.count_down();
    });
    poll([this] { return m.waiting_readers() > 0; });
    m.unlock_and_lock_shared();
    inside.wait();
    reader.join();
    m.unlock_shared();
    check_free();
  }

  void U5_downgrade_of_a_nested_write_is_refused() {
    m.lock();
    m.lock();
    check_misuse(not_permitted, [this] { m.unlock_and_lock_shared(); });
    check_misuse(not_permitted, [this] { m.unlock_and_lock_upgrade(); });
    check_depths(2, 0, 0);
    CPPUNIT_ASSERT(!others_may_read());
    m.unlock();
    m.unlock_and_lock_shared();
    m.unlock_shared();
    check_free();
  }

  void U6_nothing_sticks_after_a_downgrade() {
    for (int round = 0; round < 3; ++round) {
      m.lock();
      m.unlock_and_lock_shared();
      m.unlock_shared();
      m.lock();
      m.unlock();
      check_free();
    }
  }

  void U13_write_and_three_reads() {
    m.lock();
    for (int i = 0; i < 3; ++i)
      m.lock_shared();
    m.unlock_shared();
    m.unlock();
    CPPUNIT_ASSERT(!m.is_locked() && m.is_locked_shared());
    check_misuse(deadlock, [this] { m.lock(); });
    CPPUNIT_ASSERT(others_may_read() && !others_may_write());
    m.unlock_shared();
    m.unlock_shared();
    check_free();
  }

  void check_releases_are_refused() {
    check_misuse(not_permitted, [this] { m.unlock(); });
    check_misuse(not_permitted, [this] { m.unlock_shared(); });
    check_misuse(not_permitted, [this] { m.unlock_upgrade(); });
    check_misuse(not_permitted, [this] { m.unlock_upgrade_and_lock(); });
    check_misuse(not_permitted, [this] { (void)m.try_unlock_upgrade_and_lock(); });
    check_misuse(not_permitted, [this] { (void)m.try_unlock_shared_and_lock(); });
    check_misuse(not_permitted, [this] { m.unlock_and_lock_shared(); });
    check_misuse(not_permitted, [this] { m.unlock_and_lock_upgrade(); });
    check_misuse(not_permitted, [this] { m.unlock_upgrade_and_lock_shared(); });
  }

  void X1_release_of_a_free_lock_is_refused() {
    check_releases_are_refused();
    check_free();
    m.lock();
    check_misuse(not_permitted, [this] { m.unlock_shared(); });
    check_misuse(not_permitted, [this] { m.unlock_upgrade(); });
    m.unlock();
    m.lock_shared();
    check_misuse(not_permitted, [this] { m.unlock(); });
    check_misuse(not_permitted, [this] { m.unlock_upgrade(); });
    m.unlock_shared();
    check_free();
  }

  void X2_release_by_another_thread_is_refused() {
    const auto strangers_are_refused = [this] {
      elsewhere([this] { check_releases_are_refused(); });
    };
    m.lock_shared();
    strangers_are_refused();
    CPPUNIT_ASSERT(!others_may_write());
    m.unlock_shared();
    m.lock();
    strangers_are_refused();
    CPPUNIT_ASSERT(!others_may_read());
    m.unlock();
    m.lock_upgrade();
    strangers_are_refused();
    CPPUNIT_ASSERT(!others_may_take_upgradeable());
    m.unlock_upgrade();
    check_free();
  }

  void D1_used_as_a_plain_lock_it_is_exclusive() {
    {
      const std::lock_guard outer(m);
      const std::scoped_lock inner(m, m.writer());
      check_depths(3, 0, 0);
      const std::lock_guard reading(m.reader());
      check_depths(3, 0, 1);
      CPPUNIT_ASSERT(!others_may_read());
    }
    Lock other;
    {
      const std::scoped_lock both(m.reader(), other);
      check_depths(0, 0, 1);
      CPPUNIT_ASSERT(others_may_read() && !rwl::test::admits_reader(other));
    }
    std::condition_variable_any changed;
    std::unique_lock writing(m);
    CPPUNIT_ASSERT(changed.wait_for(writing, 1ms) == std::cv_status::timeout);
    check_depths(1, 0, 0);
    writing.unlock();
    check_free();
  }

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
    std::latch may_leave(1);
    crowd reader;
    add_reader(reader, may_leave);
    m.lock_upgrade();
    m.lock_shared(); // its own, in nobody's way
    CPPUNIT_ASSERT(!m.try_unlock_upgrade_and_lock());
    may_leave.count_down();
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

  void upgrade_of_a_nested_hold_is_refused() {
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
    check_free();
  }

  void failed_upgrade_keeps_the_upgradeable_mode() {
    std::latch may_leave(1);
    crowd reader;
    add_reader(reader, may_leave);
    m.lock_upgrade();
    const auto later = std::chrono::steady_clock::now() + 1ms;
    CPPUNIT_ASSERT(!m.try_unlock_upgrade_and_lock_for(1ms));
    CPPUNIT_ASSERT(!m.try_unlock_upgrade_and_lock_for(1h, stopped_token()));
    CPPUNIT_ASSERT(!m.try_unlock_upgrade_and_lock_until(later));
    CPPUNIT_ASSERT(!m.try_unlock_upgrade_and_lock_until(later, std::stop_token()));
    CPPUNIT_ASSERT(!m.unlock_upgrade_and_lock(stopped_token()));
    check_depths(0, 1, 0);
    may_leave.count_down();
    CPPUNIT_ASSERT(m.unlock_upgrade_and_lock(std::stop_token()));
    check_depths(1, 0, 0);
    m.unlock();
    reader.join();
    check_free();
  }

  void only_the_sole_reader_becomes_the_writer() {
    m.lock_shared();
    std::latch may_leave(1);
    crowd reader;
    add_reader(reader, may_leave);
    CPPUNIT_ASSERT(!m.try_unlock_shared_and_lock());
    may_leave.count_down();
    reader.join();
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

  void nested_timed_and_cancellable_forms_succeed_at_once() {
    const std::stop_token never;
    const auto past = std::chrono::steady_clock::now();
    m.lock();
    CPPUNIT_ASSERT(m.lock(never));
    CPPUNIT_ASSERT(m.try_lock_for(0s) && m.try_lock_for(0s, never));
    CPPUNIT_ASSERT(m.try_lock_until(past) && m.try_lock_until(past, never));
    CPPUNIT_ASSERT(m.lock_upgrade(never));
    CPPUNIT_ASSERT(m.try_lock_upgrade_for(0s) && m.try_lock_upgrade_for(0s, never));
    CPPUNIT_ASSERT(m.try_lock_upgrade_until(past) && m.try_lock_upgrade_until(past, never));
    CPPUNIT_ASSERT(m.lock_shared(never));
    CPPUNIT_ASSERT(m.try_lock_shared_for(0s) && m.try_lock_shared_for(0s, never));
    CPPUNIT_ASSERT(m.try_lock_shared_until(past) && m.try_lock_shared_until(past, never));
    check_depths(6, 5, 5);
    for (int i = 0; i < 6; ++i)
      m.unlock();
    CPPUNIT_ASSERT(others_may_read() && !others_may_take_upgradeable());
    for (int i = 0; i < 5; ++i)
      m.unlock_upgrade();
    CPPUNIT_ASSERT(others_may_take_upgradeable());
    for (int i = 0; i < 5; ++i)
      m.unlock_shared();
    check_free();
  }

  void conflicting_timed_and_cancellable_forms_are_refused_at_once() {
    const std::stop_token never;
    const auto later = std::chrono::steady_clock::now() + 1h;
    m.lock_shared();
    check_misuse(deadlock, [&] { (void)m.lock(never); });
    check_misuse(deadlock, [&] { (void)m.try_lock_for(1h); });
    check_misuse(deadlock, [&] { (void)m.try_lock_for(1h, never); });
    check_misuse(deadlock, [&] { (void)m.try_lock_until(later); });
    check_misuse(deadlock, [&] { (void)m.lock_upgrade(never); });
    check_misuse(deadlock, [&] { (void)m.try_lock_upgrade_for(1h); });
    check_misuse(deadlock, [&] { (void)m.try_lock_upgrade_until(later, never); });
    check_depths(0, 0, 1);
    m.unlock_shared();
    check_free();
  }

  void stopped_request_is_refused() {
    const std::stop_token stopped = stopped_token();
    CPPUNIT_ASSERT(!m.lock(stopped) && !m.lock_shared(stopped) && !m.lock_upgrade(stopped));
    m.lock();
    CPPUNIT_ASSERT(!m.lock(stopped) && !m.lock_shared(stopped) && !m.lock_upgrade(stopped));
    CPPUNIT_ASSERT(!m.try_lock_for(1h, stopped));
    check_depths(1, 0, 0);
    m.unlock();
    check_free();
  }

  void timed_forms_give_up_on_others() {
    m.lock();
    elsewhere([this] {
      const std::stop_token never;
      CPPUNIT_ASSERT(!m.try_lock_for(1ms));
      CPPUNIT_ASSERT(!m.try_lock_shared_for(1ms, never));
      CPPUNIT_ASSERT(!m.try_lock_upgrade_until(std::chrono::system_clock::now() + 1ms));
      check_depths(0, 0, 0);
    });
    m.unlock();
    CPPUNIT_ASSERT(m.try_lock_for(1ms));
    m.unlock();
    check_free();
  }

  void condition_waits_and_holds_the_lock_again() {
    rwl::condition changed;
    bool ready = false;
    crowd waiter;
    waiter.add([&] {
      std::shared_lock reading(m);
      changed.wait(reading, [&] { return ready; });
      CPPUNIT_ASSERT_EQUAL(1u, m.held_shared());
    });
    {
      const std::lock_guard writing(m);
      ready = true;
    }
    changed.notify_all();
    waiter.join();
    std::unique_lock writing(m);
    CPPUNIT_ASSERT(!changed.wait_for(writing, 1ms));
    check_depths(1, 0, 0);
    writing.unlock();
    check_free();
  }

  void condition_wait_of_a_nested_hold_is_refused() {
    rwl::condition changed;
    std::unique_lock writing(m);
    std::shared_lock reading(m);
    check_misuse(not_permitted, [&] { changed.wait(writing); });
    check_misuse(not_permitted, [&] { changed.wait(reading); });
    check_depths(1, 0, 1);
  }

  void state_is_shown() {
    m.lock();
    m.lock();
    m.lock_shared();
    std::ostringstream text;
    text << m;
    CPPUNIT_ASSERT_EQUAL(std::string("W=1 U=0 R=0, mine W=2 U=0 R=1"), text.str());
    m.unlock_shared();
    m.unlock();
    m.unlock();
    check_free();
  }
};

using rwl::checked;
using rwl::reentrant;
using reader_preferring_test = reentrant_test<reentrant<rwl::reader_preferring_rwlock>>;
using writer_preferring_test = reentrant_test<reentrant<rwl::writer_preferring_rwlock>>;
using phase_fair_test = reentrant_test<reentrant<rwl::phase_fair_rwlock>>;
using fifo_test = reentrant_test<reentrant<rwl::fifo_rwlock>>;
using throughput_test = reentrant_test<reentrant<rwl::rwlock>>;
using checked_phase_fair_test = reentrant_test<checked<reentrant<rwl::phase_fair_rwlock>>>;
using checked_throughput_test = reentrant_test<checked<reentrant<rwl::rwlock>>>;

CPPUNIT_TEST_SUITE_REGISTRATION(reader_preferring_test);
CPPUNIT_TEST_SUITE_REGISTRATION(writer_preferring_test);
CPPUNIT_TEST_SUITE_REGISTRATION(phase_fair_test);
CPPUNIT_TEST_SUITE_REGISTRATION(fifo_test);
CPPUNIT_TEST_SUITE_REGISTRATION(throughput_test);
CPPUNIT_TEST_SUITE_REGISTRATION(checked_phase_fair_test);
CPPUNIT_TEST_SUITE_REGISTRATION(checked_throughput_test);

} // namespace
