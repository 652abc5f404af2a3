// Upgrades and downgrades.
#include "table.hpp"
#include "tests/unit/guards/misuse_check.hpp"

#include <rwl/guards.hpp>

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <cppunit/TestAssert.h>

namespace rwl::test {
namespace {

void U1_upgrade_of_a_reader_that_is_not_alone_fails_at_once(any_lock& m) {
  std::shared_lock inside(m);
  elsewhere([&m] {
    std::shared_lock second(m);
    CPPUNIT_ASSERT(!rwl::try_upgrade(second) && second);
    check_shared(m);
  });
  const std::unique_lock alone = rwl::try_upgrade(inside);
  CPPUNIT_ASSERT(alone && !inside);
  check_exclusive(m);
}

void U1_write_by_a_reader_is_an_error_and_changes_nothing(any_lock& m) {
  const std::shared_lock inside(m);
  check_misuse(std::errc::resource_deadlock_would_occur, [&m] { m.lock(); });
  check_shared(m);
}

void U2_downgraded_writer_shares_with_readers_and_its_release_frees(any_lock& m) {
  m.lock();
  m.unlock_and_lock_shared();
  check_shared(m);
  m.unlock_shared();
}

void U2_downgraded_writer_cannot_upgrade_beside_another_reader(any_lock& m) {
  std::unique_lock writing(m);
  std::shared_lock inside = rwl::downgrade(std::move(writing));
  {
    const reader_elsewhere other(m);
    CPPUNIT_ASSERT(!rwl::try_upgrade(inside) && inside);
    check_shared(m);
  }
  CPPUNIT_ASSERT(rwl::try_upgrade(inside));
}

void U2_downgraded_writer_that_asks_to_write_is_refused(any_lock& m) {
  std::unique_lock writing(m);
  const std::shared_lock inside = rwl::downgrade(std::move(writing));
  check_misuse(std::errc::resource_deadlock_would_occur, [&m] { m.lock(); });
  check_shared(m);
}

void U3_downgrade_by_another_thread_is_refused(any_lock& m) {
  const std::lock_guard inside(m);
  elsewhere([&m] {
    check_misuse(std::errc::operation_not_permitted, [&m] { m.unlock_and_lock_shared(); });
  });
  check_exclusive(m);
}

void U4_downgrade_wakes_a_queued_reader(any_lock& m) {
  crowd reader;
  std::unique_lock writing(m);
  reader.add([&m] { const std::shared_lock later(m); });
  await_readers(m, 1);
  const std::shared_lock inside = rwl::downgrade(std::move(writing));
  reader.join(); // while this thread reads
  check_shared(m);
}

void U5_downgrade_of_a_nested_write_is_refused(any_lock& m) {
  const std::lock_guard outer(m);
  const std::lock_guard inner(m);
  check_misuse(std::errc::operation_not_permitted, [&m] { m.unlock_and_lock_shared(); });
  check_exclusive(m);
}

void U6_lock_is_good_as_new_after_a_downgrade_and_the_release_by_hand(any_lock& m) {
  for (int i = 0; i < 3; ++i) {
    m.lock();
    m.unlock_and_lock_shared();
    m.unlock_shared();
    check_free(m);
    m.lock();
    check_exclusive(m);
    m.unlock();
  }
}

void U8_downgrade_admits_readers_past_a_waiting_writer_only_if_they_are_preferred(any_lock& m) {
  crowd writer;
  std::unique_lock writing(m);
  writer.add([&m] { const std::lock_guard later(m); });
  await_writers(m, 1);
  const std::shared_lock inside = rwl::downgrade(std::move(writing));
  check_admits(m, m.promised().next == order::readers, false);
}

void U10_scope_exit_after_a_downgrade_releases_the_read_side(any_lock& m) {
  {
    std::unique_lock writing(m);
    const std::shared_lock inside = rwl::downgrade(std::move(writing));
    check_shared(m);
  }
  check_free(m);
}

void U11_nobody_writes_between_write_and_downgrade(any_lock& m) {
  constexpr int rounds = 100;
  long value = 0;
  std::atomic<bool> atomic = true;
  const auto write_and = [&](auto downgrade) {
    for (int i = 0; i < rounds; ++i) {
      std::unique_lock writing(m);
      const long written = ++value;
      const auto inside = downgrade(std::move(writing));
      std::this_thread::yield();
      if (value != written)
        atomic = false;
    }
  };
  const auto write_and_read = [&] {
    write_and([](auto&& writing) { return rwl::downgrade(std::move(writing)); });
  };
  const auto write_and_look = [&] {
    write_and([](auto&& writing) { return rwl::downgrade_to_upgradeable(std::move(writing)); });
  };
  const auto read = [&] {
    for (int i = 0; i < rounds; ++i) {
      const std::shared_lock inside(m);
      const long seen = value;
      std::this_thread::yield();
      if (value != seen)
        atomic = false;
    }
  };
  if (m.offers(upgradeable))
    together(write_and_read, read, write_and_look, read);
  else
    together(write_and_read, read, write_and_read, read);
  CPPUNIT_ASSERT(atomic);
  CPPUNIT_ASSERT_EQUAL(2L * rounds, value);
}

void U12_downgrade_moves_ownership_from_guard_to_guard(any_lock& m) {
  std::unique_lock writing(m, std::defer_lock);
  check_misuse(std::errc::operation_not_permitted,
               [&] { static_cast<void>(rwl::downgrade(std::move(writing))); });
  check_free(m);
  writing.lock();
  const std::shared_lock inside = rwl::downgrade(std::move(writing));
  CPPUNIT_ASSERT(!writing.owns_lock() && inside.owns_lock());
  check_shared(m);
}

const chapter conversions{
    BEHAVIOUR(U1_upgrade_of_a_reader_that_is_not_alone_fails_at_once,
              sole_reader_may_write | shares),
    BEHAVIOUR(U1_write_by_a_reader_is_an_error_and_changes_nothing, checks_owner),
    BEHAVIOUR(U2_downgraded_writer_shares_with_readers_and_its_release_frees, downgradable),
    BEHAVIOUR(U2_downgraded_writer_cannot_upgrade_beside_another_reader,
              downgradable | sole_reader_may_write | shares),
    BEHAVIOUR(U2_downgraded_writer_that_asks_to_write_is_refused, downgradable | checks_owner),
    BEHAVIOUR(U3_downgrade_by_another_thread_is_refused, downgradable | checks_owner),
    BEHAVIOUR(U4_downgrade_wakes_a_queued_reader, downgradable | tells_who_waits | shares),
    BEHAVIOUR(U5_downgrade_of_a_nested_write_is_refused, downgradable | nests | checks_owner),
    BEHAVIOUR(U6_lock_is_good_as_new_after_a_downgrade_and_the_release_by_hand, downgradable),
    BEHAVIOUR(U8_downgrade_admits_readers_past_a_waiting_writer_only_if_they_are_preferred,
              downgradable | ordered | tells_who_waits),
    BEHAVIOUR(U10_scope_exit_after_a_downgrade_releases_the_read_side, downgradable),
    BEHAVIOUR(U11_nobody_writes_between_write_and_downgrade, downgradable),
    BEHAVIOUR(U12_downgrade_moves_ownership_from_guard_to_guard, downgradable),
};

} // namespace
} // namespace rwl::test
