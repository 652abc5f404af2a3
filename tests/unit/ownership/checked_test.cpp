// What checked<L> reports, by which name, and that it changes nothing; beyond what all locks that
// know their owner do (owned_rwlock_test.cpp, ../behaviours).
#include "owned_fixture.hpp"

#include <rwl/guards.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <stop_token>
#include <string>
#include <system_error>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::test {
namespace {

using namespace std::chrono_literals;

template <class F>
std::string message_of(F f) {
  try {
    f();
  } catch (const std::system_error& error) {
    return error.what();
  }
  return "";
}

// How f() ends the program: its exit status, or the signal that ends it, negative.
template <class F>
int end_of(F f) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    std::freopen("/dev/null", "w", stderr);
    std::signal(SIGABRT, SIG_DFL);
    f();
    std::_Exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

template <class Lock>
class checked_test : public owned_fixture<Lock> {
  CPPUNIT_TEST_SUITE(checked_test);
  CPPUNIT_TEST(all_modes_work);
  CPPUNIT_TEST(standard_guards);
  CPPUNIT_TEST(timed_and_cancellable_forms);
  CPPUNIT_TEST(messages_name_the_lock);
  CPPUNIT_TEST(handler_hears_the_name);
  CPPUNIT_TEST(destruction_while_held_ends_the_program);
  CPPUNIT_TEST(destruction_while_waited_on_ends_the_program);
  CPPUNIT_TEST(destruction_is_told_to_the_handler);
  CPPUNIT_TEST(state_is_shown);
  CPPUNIT_TEST_SUITE_END();

  using base = owned_fixture<Lock>;
  using base::check_depths;
  using base::check_free;
  using base::m;
  using base::others_may_read;
  using base::others_may_take_upgradeable;

public:
  checked_test() : base("cache") {}

private:
  void all_modes_work() {
    m.lock();
    CPPUNIT_ASSERT(m.is_locked());
    m.unlock_and_lock_upgrade();
    CPPUNIT_ASSERT(others_may_read() && !others_may_take_upgradeable());
    m.unlock_upgrade_and_lock();
    CPPUNIT_ASSERT(!others_may_read());
    m.unlock_and_lock_upgrade();
    m.unlock_upgrade_and_lock_shared();
    CPPUNIT_ASSERT_EQUAL(1u, m.reader_count());
    CPPUNIT_ASSERT(m.try_unlock_shared_and_lock());
    m.unlock_and_lock_shared();
    check_depths(0, 0, 1);
    m.unlock_shared();
    CPPUNIT_ASSERT(m.try_lock_upgrade());
    CPPUNIT_ASSERT(m.try_unlock_upgrade_and_lock());
    check_depths(1, 0, 0);
    m.unlock();
    check_free();
  }

  void standard_guards() {
    {
      const std::unique_lock writing(m);
      CPPUNIT_ASSERT(!others_may_read());
    }
    {
      std::shared_lock reading(m.here());
      std::unique_lock writing = rwl::try_upgrade(reading);
      CPPUNIT_ASSERT(writing.owns_lock());
    }
    {
      Lock other("other");
      const std::scoped_lock both(m.reader(), other);
      CPPUNIT_ASSERT(others_may_read() && !admits_reader(other));
    }
    check_free();
  }

  void timed_and_cancellable_forms() {
    const std::stop_token never;
    CPPUNIT_ASSERT(m.lock(never));
    m.unlock();
    CPPUNIT_ASSERT(m.try_lock_shared_for(1ms, never));
    m.unlock_shared();
    CPPUNIT_ASSERT(m.try_lock_upgrade_until(std::chrono::system_clock::now() + 1ms));
    m.unlock_upgrade();
    CPPUNIT_ASSERT(!m.lock_shared(stopped_token()));
    m.lock_shared();
    elsewhere([this] {
      CPPUNIT_ASSERT(!m.try_lock_for(1ms));
      CPPUNIT_ASSERT(m.try_lock_upgrade_for(1ms));
      CPPUNIT_ASSERT(!m.try_unlock_upgrade_and_lock_for(1ms));
      check_depths(0, 1, 0);
      m.unlock_upgrade();
    });
    m.unlock_shared();
    check_free();
  }

  void messages_name_the_lock() {
    const std::string named = message_of([this] { m.unlock(); });
    CPPUNIT_ASSERT_MESSAGE(named, named.starts_with("lock 'cache': "));
    Lock nameless;
    const std::string other = message_of([&] { nameless.unlock(); });
    CPPUNIT_ASSERT_MESSAGE(other, other.starts_with("lock 0x"));
    CPPUNIT_ASSERT_EQUAL(std::string("cache"), std::string(m.name()));
  }

  static inline std::string heard;

  void handler_hears_the_name() {
    rwl::set_misuse_handler([](std::errc, const char* what) { heard = what; });
    (void)message_of([this] { m.unlock_shared(); });
    rwl::set_misuse_handler(nullptr);
    CPPUNIT_ASSERT_MESSAGE(heard, heard.starts_with("lock 'cache': "));
  }

  static void destroy_held() {
    Lock doomed("doomed");
    doomed.lock_shared();
  }

  void destruction_while_held_ends_the_program() {
    CPPUNIT_ASSERT_EQUAL(-SIGABRT, end_of(destroy_held));
    CPPUNIT_ASSERT_EQUAL(0, end_of([] { Lock fine("fine"); }));
  }

  void destruction_while_waited_on_ends_the_program() {
    CPPUNIT_ASSERT_EQUAL(-SIGABRT, end_of([] {
      crowd waiting;
      Lock doomed("doomed");
      doomed.lock();
      waiting.add([&] { doomed.lock_shared(); });
      poll([&] { return doomed.waiting_readers() > 0; });
    }));
  }

  void destruction_is_told_to_the_handler() {
    CPPUNIT_ASSERT_EQUAL(7, end_of([] {
                           rwl::set_misuse_handler([](std::errc error, const char* what) {
                             const bool right = error == not_permitted &&
                                                std::strstr(what, "lock 'doomed': ") == what;
                             std::_Exit(right ? 7 : 8);
                           });
                           destroy_held();
                         }));
  }

  void state_is_shown() {
    m.lock_shared();
    std::ostringstream text;
    text << m;
    m.unlock_shared();
    CPPUNIT_ASSERT_MESSAGE(text.str(), text.str().starts_with("'cache' W=0 U=0 R=1"));
  }
};

// Of locks that their owner cannot take again: whoever tries is told at once.
template <class Lock>
class self_deadlock_test : public owned_fixture<Lock> {
  CPPUNIT_TEST_SUITE(self_deadlock_test);
  CPPUNIT_TEST(lock_by_its_holder_is_refused);
  CPPUNIT_TEST(try_lock_by_its_holder_just_fails);
  CPPUNIT_TEST(second_read_that_succeeds_is_counted);
  CPPUNIT_TEST_SUITE_END();

  using base = owned_fixture<Lock>;
  using base::check_depths;
  using base::check_free;
  using base::m;
  using base::others_may_write;

public:
  self_deadlock_test() : base("cache") {}

private:
  void check_waits_are_refused() {
    const std::stop_token never;
    check_misuse(deadlock, [this] { m.lock(); });
    check_misuse(deadlock, [this] { m.lock_shared(); });
    check_misuse(deadlock, [this] { m.lock_upgrade(); });
    check_misuse(deadlock, [&] { (void)m.lock_shared(never); });
    check_misuse(deadlock, [&] { (void)m.try_lock_for(1h); });
    check_misuse(deadlock, [&] { (void)m.try_lock_shared_for(1h, never); });
    const std::string text = message_of([this] { m.lock(); });
    CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("lock 'cache': "));
  }

  void lock_by_its_holder_is_refused() {
    m.lock();
    check_waits_are_refused();
    check_depths(1, 0, 0);
    m.unlock();
    m.lock_shared();
    check_waits_are_refused();
    check_depths(0, 0, 1);
    m.unlock_shared();
    m.lock_upgrade();
    check_waits_are_refused();
    m.unlock_upgrade();
    CPPUNIT_ASSERT(others_may_write());
  }

  void try_lock_by_its_holder_just_fails() {
    m.lock();
    CPPUNIT_ASSERT(!m.try_lock() && !m.try_lock_shared() && !m.try_lock_upgrade());
    m.unlock();
    m.lock_shared();
    CPPUNIT_ASSERT(!m.try_lock());
    m.unlock_shared();
    CPPUNIT_ASSERT(others_may_write());
  }

  void second_read_that_succeeds_is_counted() {
    m.lock_shared();
    CPPUNIT_ASSERT(m.try_lock_shared());
    check_depths(0, 0, 2);
    CPPUNIT_ASSERT_EQUAL(2u, m.reader_count());
    m.unlock_shared();
    CPPUNIT_ASSERT(!others_may_write());
    m.unlock_shared();
    CPPUNIT_ASSERT(others_may_write());
  }
};

const on_checked_locks<checked_test> registered;
const CppUnit::AutoRegisterSuite<checked_test<checked<reentrant<phase_fair_rwlock>>>>
    over_reentrant;
const CppUnit::AutoRegisterSuite<checked_test<checked<phase_fair_rwlock, no_lock_order>>> orderless;

const on_checked_locks<self_deadlock_test> not_recursive;

} // namespace
} // namespace rwl::test
