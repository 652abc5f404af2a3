// The views: a lock as a Lockable in either mode, for the guards and algorithms of std.
#include "recording_lock.hpp"

#include <rwl/views.hpp>

#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;
using rwl::test::recording_lock;
using std::string;
using reader_view = rwl::reader_view<recording_lock>;

constexpr std::chrono::steady_clock::time_point at_seven(7ms);

// Takes no space, not even in a lock within a lock, and leaves constant initialisation.
struct word_lock : rwl::viewable<word_lock> {
  unsigned word = 0;
};
struct wrapper_lock : rwl::viewable<wrapper_lock> {
  word_lock inner;
};
static_assert(sizeof(wrapper_lock) == sizeof(unsigned));
constinit wrapper_lock global;

// Only as a base of its lock: a view that stood alone would be a view of nothing.
static_assert(!std::is_default_constructible_v<reader_view>);
static_assert(!std::is_copy_constructible_v<reader_view> && !std::is_destructible_v<reader_view>);

class views_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(views_test);
  CPPUNIT_TEST(the_view_of_a_constant_initialised_lock);
  CPPUNIT_TEST(reader_reads);
  CPPUNIT_TEST(writer_writes);
  CPPUNIT_TEST(scoped_lock_over_two_views);
  CPPUNIT_TEST(lock_over_three_views_backs_off);
  CPPUNIT_TEST(try_lock_names_the_view_that_refused);
  CPPUNIT_TEST(exception_releases_both_modes);
  CPPUNIT_TEST_SUITE_END();

  recording_lock a, b, c;

  static void check_calls(const string& expected, recording_lock& m) {
    CPPUNIT_ASSERT_EQUAL(expected, m.calls());
  }

  void the_view_of_a_constant_initialised_lock() {
    CPPUNIT_ASSERT(&global.writer() == &global);
    CPPUNIT_ASSERT(&static_cast<wrapper_lock&>(global.reader()) == &global);
  }

  void reader_reads() {
    std::unique_lock reading(a.reader());
    reading.unlock();
    check_calls("lock_shared unlock_shared", a);
    CPPUNIT_ASSERT(reading.try_lock());
    reading.unlock();
    CPPUNIT_ASSERT(reading.try_lock_for(5ms));
    reading.unlock();
    a.grants = false;
    CPPUNIT_ASSERT(!reading.try_lock_until(at_seven));
    check_calls("try_lock_shared unlock_shared try_lock_shared_for(5ms) unlock_shared "
                "try_lock_shared_until(@7ms)",
                a);
  }

  void writer_writes() {
    { const std::lock_guard writing(a.writer()); }
    check_calls("lock unlock", a);
  }

  void scoped_lock_over_two_views() {
    {
      const std::scoped_lock both{a.reader(), b.writer()};
      check_calls("lock_shared", a);
      check_calls("try_lock", b);
    }
    check_calls("unlock_shared", a);
    check_calls("unlock", b);
    { const std::scoped_lock one{a.reader()}; }
    check_calls("lock_shared unlock_shared", a);
  }

  void lock_over_three_views_backs_off() {
    // Refuses once.
    struct reluctant_lock : recording_lock {
      bool try_lock() { return recording_lock::try_lock() && std::exchange(willing, true); }
      bool willing = false;
    } reluctant;
    std::lock(a.reader(), reluctant, b.reader());
    check_calls("lock_shared unlock_shared try_lock_shared", a);
    check_calls("try_lock lock", reluctant);
    check_calls("try_lock_shared", b);
  }

  void try_lock_names_the_view_that_refused() {
    c.grants = false;
    CPPUNIT_ASSERT_EQUAL(2, std::try_lock(a.writer(), b.reader(), c.reader()));
    check_calls("try_lock unlock", a);
    check_calls("try_lock_shared unlock_shared", b);
    check_calls("try_lock_shared", c);
  }

  void exception_releases_both_modes() {
    try {
      const std::scoped_lock both{a.reader(), b.writer()};
      throw std::runtime_error("in the section");
    } catch (const std::runtime_error&) {
    }
    check_calls("lock_shared unlock_shared", a);
    check_calls("try_lock unlock", b);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(views_test);

} // namespace
