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

template <nests Lock>
void E1_nested_write_is_free_at_the_outermost_unlock(Lock& m) {
  m.lock();
  m.lock();
  CPPUNIT_ASSERT(m.try_lock());
  for (int depth = 3; depth > 0; --depth) {
    check_exclusive(m);
    m.unlock();
  }
}

template <nests Lock>
requires shares<Lock>
void E2_nested_reads_of_several_threads_at_once(Lock& m) {
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

template <nests Lock>
requires shares<Lock> && tells_who_waits<Lock>
void E2_nested_read_succeeds_behind_a_waiting_writer(Lock& m) {
  crowd writer;
  const std::shared_lock outer(m);
  writer.add([&m] { const std::lock_guard later(m); });
  await_writers(m, 1);
  {
    const std::shared_lock inner(m);
    const std::shared_lock tried(m, std::try_to_lock);
    CPPUNIT_ASSERT(tried.owns_lock());
  }
  check_admits(m, promised<Lock>.next == order::readers, false);
}

template <nests Lock>
void E3_read_inside_a_write_excludes_others(Lock& m) {
  const std::lock_guard writing(m);
  {
    const std::shared_lock inside(m);
    check_exclusive(m);
  }
  check_exclusive(m);
}

template <nests Lock>
void E5_write_that_ends_above_a_read_leaves_the_read(Lock& m) {
  std::unique_lock writing(m);
  const std::shared_lock inside(m);
  if constexpr (tells_mode<Lock>)
    check_tells(m, true, true);
  writing.unlock();
  if constexpr (tells_mode<Lock>)
    check_tells(m, false, true);
  check_shared(m);
}

template <nests Lock>
requires checks_owner<Lock>
void U13_write_that_ends_above_reads_cannot_be_taken_up_again(Lock& m) {
  std::unique_lock writing(m);
  const std::shared_lock first(m), second(m);
  std::shared_lock third(m);
  third.unlock();
  writing.unlock();
  check_shared(m);
  check_misuse(std::errc::resource_deadlock_would_occur, [&m] { m.lock(); });
  check_shared(m);
}

// Counts who asks for its identity.
struct asking_sync : std_sync {
  static inline std::atomic<int> asked = 0;
  static thread_id self() noexcept {
    ++asked;
    return std_sync::self();
  }
  template <class T>
  struct tls {
    static T& get() {
      ++asked;
      return std_sync::tls<T>::get();
    }
  };
};

template <class Strategy>
void E6_plain_lock_asks_nobody_who_he_is(basic_rwlock<Strategy>&) {
  asking_sync::asked = 0;
  basic_rwlock<Strategy, asking_sync> m;
  { const std::shared_lock inside(m); }
  { const std::lock_guard inside(m); }
  CPPUNIT_ASSERT_EQUAL(0, asking_sync::asked.load());
}

const chapter nesting{
    BEHAVIOUR(E1_nested_write_is_free_at_the_outermost_unlock),
    BEHAVIOUR(E2_nested_reads_of_several_threads_at_once),
    BEHAVIOUR(E2_nested_read_succeeds_behind_a_waiting_writer),
    BEHAVIOUR(E3_read_inside_a_write_excludes_others),
    BEHAVIOUR(E5_write_that_ends_above_a_read_leaves_the_read),
    BEHAVIOUR(E6_plain_lock_asks_nobody_who_he_is),
    BEHAVIOUR(U13_write_that_ends_above_reads_cannot_be_taken_up_again),
};

} // namespace
} // namespace rwl::test
