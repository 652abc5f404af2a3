// What an owner may ask for while it holds the lock; beyond the behaviours that all re-entrant
// locks show (../behaviours).
#include "owned_fixture.hpp"

#include <rwl/condition.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <stop_token>
#include <string>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::test {
namespace {

using namespace std::chrono_literals;

template <class Lock>
class reentrant_test : public owned_fixture<Lock> {
  CPPUNIT_TEST_SUITE(reentrant_test);
  CPPUNIT_TEST(nested_requests_pass_a_waiting_writer);
  CPPUNIT_TEST(reader_that_asks_for_more_is_refused_at_once);
  CPPUNIT_TEST(guards_and_views_nest);
  CPPUNIT_TEST(nested_timed_and_cancellable_forms_succeed_at_once);
  CPPUNIT_TEST(stopped_request_is_refused);
  CPPUNIT_TEST(timed_forms_give_up_on_others);
  CPPUNIT_TEST(condition_wait_of_a_nested_hold_is_refused);
  CPPUNIT_TEST(state_is_shown);
  CPPUNIT_TEST_SUITE_END();

  using base = owned_fixture<Lock>;
  using base::add_waiting_writer;
  using base::check_depths;
  using base::check_free;
  using base::m;
  using base::others_may_read;
  using base::others_may_take_upgradeable;
  using base::others_may_write;

  void nested_requests_pass_a_waiting_writer() {
    crowd writer;
    m.lock();
    add_waiting_writer(writer);
    m.lock_shared();
    m.unlock(); // and leaves no room in between
    CPPUNIT_ASSERT(!m.is_locked() && m.is_locked_shared());
    m.lock_shared();
    CPPUNIT_ASSERT(m.try_lock_shared());
    check_depths(0, 0, 3);
    CPPUNIT_ASSERT_EQUAL(1u, m.waiting_writers());
    m.unlock_shared();
    m.unlock_shared();
    CPPUNIT_ASSERT(!m.is_locked());
    m.unlock_shared();
    writer.join();
    check_free();
  }

  void reader_that_asks_for_more_is_refused_at_once() {
    const std::stop_token never;
    const auto later = std::chrono::steady_clock::now() + 1h;
    m.lock_shared();
    check_misuse(deadlock, [this] { m.lock(); });
    check_misuse(deadlock, [this] { m.lock_upgrade(); });
    check_misuse(deadlock, [&] { (void)m.lock(never); });
    check_misuse(deadlock, [&] { (void)m.try_lock_for(1h); });
    check_misuse(deadlock, [&] { (void)m.try_lock_for(1h, never); });
    check_misuse(deadlock, [&] { (void)m.try_lock_until(later); });
    check_misuse(deadlock, [&] { (void)m.lock_upgrade(never); });
    check_misuse(deadlock, [&] { (void)m.try_lock_upgrade_for(1h); });
    check_misuse(deadlock, [&] { (void)m.try_lock_upgrade_until(later, never); });
    CPPUNIT_ASSERT(!m.try_lock() && !m.try_lock_upgrade()); // these do not wait
    check_depths(0, 0, 1);
    CPPUNIT_ASSERT(others_may_read() && !others_may_write());
    m.unlock_shared();
    check_free();
  }

  void guards_and_views_nest() {
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
      CPPUNIT_ASSERT(others_may_read() && !admits_reader(other));
    }
    std::condition_variable_any changed;
    std::unique_lock writing(m);
    CPPUNIT_ASSERT(changed.wait_for(writing, 1ms) == std::cv_status::timeout);
    check_depths(1, 0, 0);
    writing.unlock();
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
    m.lock_shared();
    m.lock(); // a writer still: no upgrade
    CPPUNIT_ASSERT_EQUAL(1u, m.reader_count());
    std::ostringstream text;
    text << m;
    CPPUNIT_ASSERT_EQUAL(std::string("W=1 U=0 R=0, mine W=2 U=0 R=1"), text.str());
    m.unlock();
    m.unlock_shared();
    CPPUNIT_ASSERT(m.is_locked() && !m.is_locked_shared());
    m.unlock();
    check_free();
  }
};

const on_reentrant_locks<reentrant_test> registered;

} // namespace
} // namespace rwl::test
