// Mutual exclusion and the state that a lock tells.
#include "table.hpp"

#include <rwl/upgrade.hpp>

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

#include <cppunit/TestAssert.h>

namespace rwl::test {
namespace {

template <class Lock>
void M1_new_lock_is_free(Lock& m) {
  check_free(m);
}

template <shares Lock>
void M2_readers_share(Lock& m) {
  constexpr int n = 4;
  std::atomic<int> met = 0;
  const auto read = [&] {
    const std::shared_lock reading(m);
    ++met;
    poll([&] { return met == n; }); // all inside, or for ever
  };
  together(read, read, read, read);
}

template <class Lock>
void M3_writer_excludes_reader_and_writer(Lock& m) {
  const std::lock_guard writing(m);
  check_exclusive(m);
}

template <class Lock>
void M4_reader_excludes_writer_and_admits_reader(Lock& m) {
  const std::shared_lock reading(m);
  check_shared(m);
}

template <class Lock>
void M5_readers_and_writers_never_overlap(Lock& m) {
  constexpr int rounds = 200;
  std::atomic<int> readers = 0, writers = 0;
  std::atomic<bool> excluded = true, readers_met = !shares<Lock>;
  const auto write = [&] {
    for (int i = 0; i < rounds; ++i) {
      const std::lock_guard writing(m);
      if (++writers > 1 || readers > 0)
        excluded = false;
      std::this_thread::yield();
      --writers;
    }
  };
  const auto read = [&] {
    for (int i = 0; i < rounds || !readers_met; ++i) {
      const std::shared_lock reading(m);
      if (++readers > 1)
        readers_met = true;
      if (writers > 0)
        excluded = false;
      std::this_thread::yield();
      --readers;
    }
  };
  together(write, read, write, read, read);
  CPPUNIT_ASSERT(excluded);
}

template <tells_mode Lock>
void M6_tells_the_mode_in_which_it_is_held(Lock& m) {
  {
    const std::lock_guard writing(m);
    check_tells(m, true, false);
  }
  {
    const std::shared_lock reading(m);
    check_tells(m, false, true);
    CPPUNIT_ASSERT_EQUAL(1u, m.reader_count());
  }
  if constexpr (upgradeable<Lock>) {
    const rwl::upgrade_lock looking(m);
    check_tells(m, false, false);
    CPPUNIT_ASSERT(m.is_locked_upgrade());
  }
}

template <class Lock>
void M7_guards_hold_inside_and_release_outside(Lock& m) {
  {
    std::unique_lock writing(m);
    check_exclusive(m);
    writing.unlock();
    check_free(m);
    CPPUNIT_ASSERT(writing.try_lock());
    check_exclusive(m);
  }
  check_free(m);
  {
    const std::scoped_lock writing(m);
    check_exclusive(m);
  }
  check_free(m);
  {
    const std::shared_lock reading(m, std::try_to_lock);
    CPPUNIT_ASSERT(reading.owns_lock());
    check_shared(m);
  }
}

template <upgradeable Lock>
void M7_upgrade_lock_holds_inside_and_releases_outside(Lock& m) {
  const rwl::upgrade_lock looking(m);
  check_upgradeable(m);
}

template <has_views Lock>
void M7_guards_over_views_hold_inside_and_release_outside(Lock& m) {
  {
    const std::scoped_lock writing(m.writer());
    check_exclusive(m);
  }
  check_free(m);
  const std::scoped_lock reading(m.reader());
  check_shared(m);
}

template <class Guard, class Lock>
void throw_inside(Lock& m) {
  try {
    const Guard inside(m);
    throw std::runtime_error("in the section");
  } catch (const std::runtime_error&) {
  }
  check_free(m);
}

template <class Lock>
void M8_exception_inside_releases(Lock& m) {
  throw_inside<std::unique_lock<Lock>>(m);
  throw_inside<std::shared_lock<Lock>>(m);
  if constexpr (upgradeable<Lock>)
    throw_inside<rwl::upgrade_lock<Lock>>(m);
}

template <class Lock>
bool shows(const Lock& m, const std::string& what) {
  std::ostringstream shown;
  shown << m;
  return shown.str().find(what) != std::string::npos;
}

template <printable Lock>
void M12_shows_its_state(Lock& m) {
  CPPUNIT_ASSERT(shows(m, "W=0 U=0 R=0"));
  {
    const std::lock_guard writing(m);
    CPPUNIT_ASSERT(shows(m, "W=1 U=0 R=0"));
  }
  {
    const std::shared_lock reading(m);
    CPPUNIT_ASSERT(shows(m, "W=0 U=0 R=1"));
  }
  const rwl::upgrade_lock looking(m);
  CPPUNIT_ASSERT(shows(m, "W=0 U=1 R=0"));
}

template <printable Lock>
requires tells_who_waits<Lock>
void M12_shows_who_waits(Lock& m) {
  crowd others;
  const std::lock_guard writing(m);
  others.add([&m] { const std::lock_guard later(m); });
  await_writers(m, 1);
  CPPUNIT_ASSERT(shows(m, "W=1 U=0 R=0 waiting W"));
  others.add([&m] { const std::shared_lock later(m); });
  await_readers(m, 1);
  CPPUNIT_ASSERT(shows(m, "W=1 U=0 R=0 waiting W R"));
}

const chapter exclusion{
    BEHAVIOUR(M1_new_lock_is_free),
    BEHAVIOUR(M2_readers_share),
    BEHAVIOUR(M3_writer_excludes_reader_and_writer),
    BEHAVIOUR(M4_reader_excludes_writer_and_admits_reader),
    BEHAVIOUR(M5_readers_and_writers_never_overlap),
    BEHAVIOUR(M6_tells_the_mode_in_which_it_is_held),
    BEHAVIOUR(M7_guards_hold_inside_and_release_outside),
    BEHAVIOUR(M7_upgrade_lock_holds_inside_and_releases_outside),
    BEHAVIOUR(M7_guards_over_views_hold_inside_and_release_outside),
    BEHAVIOUR(M8_exception_inside_releases),
    BEHAVIOUR(M12_shows_its_state),
    BEHAVIOUR(M12_shows_who_waits),
};

} // namespace
} // namespace rwl::test
