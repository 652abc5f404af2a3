// Requests of a thread that holds the lock already.
#include "table.hpp"
#include "tests/unit/guards/misuse_check.hpp"

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <system_error>

#include <cppunit/TestAssert.h>

namespace rwl::test {
namespace {

void E1_nested_write_is_free_at_the_outermost_unlock(any_lock& m) {
  m.lock();
  m.lock();
  CPPUNIT_ASSERT(m.try_lock());
  for (int depth = 3; depth > 0; --depth) {
    check_exclusive(m);
    m.unlock();
  }
}

void E2_nested_reads_of_several_threads_at_once(any_lock& m) {
  constexpr int n = 4;
  std::atomic<int> met = 0;
  const auto read = [&] {
    const std::shared_lock outer(m);
    const std::shared_lock inner(m);
    ++met;
    poll([&] { return met == n; });
  };
  together(read, read, read, read);
}

void E2_nested_read_succeeds_behind_a_waiting_writer(any_lock& m) {
  crowd writer;
  const std::shared_lock outer(m);
  writer.add([&m] { const std::lock_guard later(m); });
  await_writers(m, 1);
  {
    const std::shared_lock inner(m);
    const std::shared_lock tried(m, std::try_to_lock);
    CPPUNIT_ASSERT(tried.owns_lock());
  }
  check_admits(m, m.promised().next == order::readers, false);
}

void E3_read_inside_a_write_excludes_others(any_lock& m) {
  const std::lock_guard writing(m);
  {
    const std::shared_lock inside(m);
    check_exclusive(m);
  }
  check_exclusive(m);
}

void E5_write_that_ends_above_a_read_leaves_the_read(any_lock& m) {
  std::unique_lock writing(m);
  const std::shared_lock inside(m);
  if (m.offers(tells_mode))
    check_tells(m, true, true);
  writing.unlock();
  if (m.offers(tells_mode))
    check_tells(m, false, true);
  check_shared(m);
}

void U13_write_that_ends_above_reads_cannot_be_taken_up_again(any_lock& m) {
  std::unique_lock writing(m);
  const std::shared_lock first(m), second(m);
  std::shared_lock third(m);
  third.unlock();
  writing.unlock();
  check_shared(m);
  check_misuse(std::errc::resource_deadlock_would_occur, [&m] { m.lock(); });
  check_shared(m);
}

const chapter nesting{
    BEHAVIOUR(E1_nested_write_is_free_at_the_outermost_unlock, nests),
    BEHAVIOUR(E2_nested_reads_of_several_threads_at_once, nests | shares),
    BEHAVIOUR(E2_nested_read_succeeds_behind_a_waiting_writer, nests | shares | tells_who_waits),
    BEHAVIOUR(E3_read_inside_a_write_excludes_others, nests),
    BEHAVIOUR(E5_write_that_ends_above_a_read_leaves_the_read, nests),
    BEHAVIOUR(U13_write_that_ends_above_reads_cannot_be_taken_up_again, nests | checks_owner),
};

} // namespace
} // namespace rwl::test
