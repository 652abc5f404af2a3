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

void M1_new_lock_is_free(any_lock& m) { check_free(m); }

void M2_readers_share(any_lock& m) {
  constexpr int n = 4;
  std::atomic<int> met = 0;
  const auto read = [&] {
    const std::shared_lock reading(m);
    ++met;
    poll([&] { return met == n; }); // all inside, or for ever
  };
  together(read, read, read, read);
}

void M3_writer_excludes_reader_and_writer(any_lock& m) {
  const std::lock_guard writing(m);
  check_exclusive(m);
}

void M4_reader_excludes_writer_and_admits_reader(any_lock& m) {
  const std::shared_lock reading(m);
  check_shared(m);
}

void M5_readers_and_writers_never_overlap(any_lock& m) {
  constexpr int rounds = 200;
  std::atomic<int> readers = 0, writers = 0;
  std::atomic<bool> excluded = true, readers_met = !m.offers(shares);
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

void M6_tells_the_mode_in_which_it_is_held(any_lock& m) {
  {
    const std::lock_guard writing(m);
    check_tells(m, true, false);
  }
  {
    const std::shared_lock reading(m);
    check_tells(m, false, true);
    CPPUNIT_ASSERT_EQUAL(1u, m.reader_count());
  }
  if (m.offers(upgradeable)) {
    const rwl::upgrade_lock looking(m);
    check_tells(m, false, false);
    CPPUNIT_ASSERT(m.is_locked_upgrade());
  }
}

struct guarding {
  guard by;
  void (*check)(any_lock&);
  features needed = every_lock;
};

constexpr guarding all_guards[] = {
    {guard::unique_lock, check_exclusive},
    {guard::scoped_lock, check_exclusive},
    {guard::writer_view, check_exclusive, has_views},
    {guard::shared_lock, check_shared},
    {guard::reader_view, check_shared, has_views},
    {guard::upgrade_lock, check_upgradeable, upgradeable},
};

void M7_guards_hold_inside_and_release_outside(any_lock& m) {
  for (const guarding& g : all_guards)
    if (m.offers(g.needed)) {
      m.under(g.by, [&] { g.check(m); });
      check_free(m);
    }
}

void M7_guard_may_unlock_and_lock_again(any_lock& m) {
  std::unique_lock writing(m);
  writing.unlock();
  check_free(m);
  CPPUNIT_ASSERT(writing.try_lock());
  check_exclusive(m);
  writing.unlock();
  const std::shared_lock reading(m, std::try_to_lock);
  CPPUNIT_ASSERT(reading.owns_lock());
  check_shared(m);
}

void M8_exception_inside_releases(any_lock& m) {
  for (const guarding& g : all_guards)
    if (m.offers(g.needed)) {
      const auto fail = [] { throw std::runtime_error("in the section"); };
      CPPUNIT_ASSERT_THROW(m.under(g.by, fail), std::runtime_error);
      check_free(m);
    }
}

bool shows(const any_lock& m, const std::string& what) {
  std::ostringstream shown;
  shown << m;
  return shown.str().find(what) != std::string::npos;
}

void M12_shows_its_state(any_lock& m) {
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

void M12_shows_who_waits(any_lock& m) {
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
    BEHAVIOUR(M1_new_lock_is_free, every_lock),
    BEHAVIOUR(M2_readers_share, shares),
    BEHAVIOUR(M3_writer_excludes_reader_and_writer, every_lock),
    BEHAVIOUR(M4_reader_excludes_writer_and_admits_reader, every_lock),
    BEHAVIOUR(M5_readers_and_writers_never_overlap, every_lock),
    BEHAVIOUR(M6_tells_the_mode_in_which_it_is_held, tells_mode),
    BEHAVIOUR(M7_guards_hold_inside_and_release_outside, every_lock),
    BEHAVIOUR(M7_guard_may_unlock_and_lock_again, every_lock),
    BEHAVIOUR(M8_exception_inside_releases, every_lock),
    BEHAVIOUR(M12_shows_its_state, printable),
    BEHAVIOUR(M12_shows_who_waits, printable | tells_who_waits),
};

} // namespace
} // namespace rwl::test
