// What a lock is told of the limits of a request.
#include "threads.hpp"

#include <rwl/sync/std_sync.hpp>
#include <rwl/timed.hpp>

#include <chrono>
#include <stop_token>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;

class told : public rwl::timed_requests<told, rwl::std_sync> {
public:
  bool deadline = false, stop = false;

private:
  friend rwl::timed_requests<told, rwl::std_sync>;
  bool request(rwl::core::waiter_kind, const rwl::core::patience<rwl::std_sync>& limit) {
    deadline = limit.until != nullptr;
    stop = limit.stop != nullptr;
    return true;
  }
};

class timed_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(timed_test);
  CPPUNIT_TEST(token_that_can_be_stopped_is_passed_on);
  CPPUNIT_TEST(token_that_cannot_be_stopped_is_none);
  CPPUNIT_TEST_SUITE_END();

  told m;

  void check(bool granted, bool deadline, bool stop) {
    CPPUNIT_ASSERT(granted);
    CPPUNIT_ASSERT_EQUAL(deadline, m.deadline);
    CPPUNIT_ASSERT_EQUAL(stop, m.stop);
  }

  void token_that_can_be_stopped_is_passed_on() {
    const std::stop_source source = rwl::test::new_stop_source();
    check(m.lock(source.get_token()), false, true);
    check(m.try_lock_shared_for(1ms, source.get_token()), true, true);
  }

  void token_that_cannot_be_stopped_is_none() {
    check(m.lock(std::stop_token()), false, false);
    check(m.try_lock_upgrade_until(std::chrono::steady_clock::now(), {}), true, false);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(timed_test);

} // namespace
