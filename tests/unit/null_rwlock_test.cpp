// The lock of programs that have one thread.
#include <rwl/null_rwlock.hpp>

#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <stop_token>
#include <string>
#include <type_traits>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;

static_assert(!std::is_copy_constructible_v<rwl::null_rwlock>);
static_assert(!std::is_move_constructible_v<rwl::null_rwlock>);

constinit rwl::null_rwlock global;

class null_rwlock_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(null_rwlock_test);
  CPPUNIT_TEST(takes_no_space);
  CPPUNIT_TEST(every_request_succeeds);
  CPPUNIT_TEST(every_conversion_succeeds);
  CPPUNIT_TEST(a_stopped_request_is_refused);
  CPPUNIT_TEST(is_always_free);
  CPPUNIT_TEST(standard_guards);
  CPPUNIT_TEST_SUITE_END();

  rwl::null_rwlock m;

  void takes_no_space() {
    struct counter {
      [[no_unique_address]] rwl::null_rwlock lock;
      int value;
    };
    CPPUNIT_ASSERT_EQUAL(sizeof(int), sizeof(counter));
    const std::lock_guard writing(global);
  }

  void every_request_succeeds() {
    const auto now = std::chrono::system_clock::now();
    const std::stop_token never;
    m.lock();
    m.lock_shared();
    m.lock_upgrade();
    CPPUNIT_ASSERT(m.try_lock() && m.try_lock_shared() && m.try_lock_upgrade());
    CPPUNIT_ASSERT(m.try_lock_for(0s) && m.try_lock_until(now));
    CPPUNIT_ASSERT(m.try_lock_shared_for(0s) && m.try_lock_shared_until(now));
    CPPUNIT_ASSERT(m.try_lock_upgrade_for(0s, never) && m.try_lock_upgrade_until(now, never));
    CPPUNIT_ASSERT(m.lock(never) && m.lock_shared(never) && m.lock_upgrade(never));
    m.unlock();
    m.unlock_shared();
    m.unlock_upgrade();
  }

  void every_conversion_succeeds() {
    m.unlock_upgrade_and_lock();
    m.unlock_and_lock_upgrade();
    CPPUNIT_ASSERT(m.try_unlock_upgrade_and_lock());
    m.unlock_and_lock_shared();
    CPPUNIT_ASSERT(m.try_unlock_shared_and_lock());
    m.unlock_upgrade_and_lock_shared();
    CPPUNIT_ASSERT(m.try_unlock_upgrade_and_lock_for(0s));
  }

  void a_stopped_request_is_refused() {
    std::stop_source source;
    source.request_stop();
    const std::stop_token stopped = source.get_token();
    CPPUNIT_ASSERT(!m.lock(stopped) && !m.lock_shared(stopped) && !m.lock_upgrade(stopped));
    CPPUNIT_ASSERT(!m.try_lock_for(1s, stopped) && !m.unlock_upgrade_and_lock(stopped));
  }

  void is_always_free() {
    const std::scoped_lock writing(m);
    CPPUNIT_ASSERT(!m.is_locked() && !m.is_locked_shared() && !m.is_locked_upgrade());
    CPPUNIT_ASSERT_EQUAL(0u, m.reader_count() + m.waiting_readers() + m.waiting_writers());
    std::ostringstream shown;
    shown << m;
    CPPUNIT_ASSERT_EQUAL(std::string("null"), shown.str());
  }

  void standard_guards() {
    const std::unique_lock writing(m);
    const std::shared_lock reading(m);
    const std::scoped_lock both(m.reader(), global.writer());
    CPPUNIT_ASSERT(writing.owns_lock() && reading.owns_lock());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(null_rwlock_test);

} // namespace
