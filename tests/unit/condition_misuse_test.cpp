// A condition that is waited on with two locks tells the handler, and is whole meanwhile.
#include "tests/unit/threads.hpp"

#include <rwl/condition.hpp>
#include <rwl/misuse.hpp>
#include <rwl/rwlock.hpp>

#include <atomic>
#include <mutex>
#include <system_error>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using rwl::test::crowd;
using rwl::test::poll;

rwl::condition changed;

struct thrown_instead {};

class condition_misuse_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(condition_misuse_test);
  CPPUNIT_TEST(handler_may_use_the_condition);
  CPPUNIT_TEST(handler_that_throws_leaves_all_as_it_was);
  CPPUNIT_TEST_SUITE_END();

  rwl::phase_fair_rwlock one, other;
  std::atomic<bool> waits = false, woken = false;

public:
  void tearDown() override { rwl::set_misuse_handler(nullptr); }

private:
  // Waits with the first lock, in another thread.
  void add_waiter(crowd& all) {
    all.add([this] {
      std::unique_lock guard(one);
      waits = true;
      changed.wait(guard);
      woken = true;
    });
    poll([this] {
      const std::lock_guard nobody_inside(one);
      return waits.load();
    });
  }

  void handler_may_use_the_condition() {
    crowd waiter;
    add_waiter(waiter);
    rwl::set_misuse_handler([](std::errc, const char*) { changed.notify_all(); });
    std::unique_lock guard(other);
    CPPUNIT_ASSERT_THROW(changed.wait(guard), std::system_error);
    CPPUNIT_ASSERT(guard.owns_lock() && other.is_locked());
    waiter.join(); // the handler has notified it
  }

  void handler_that_throws_leaves_all_as_it_was() {
    crowd waiter;
    add_waiter(waiter);
    rwl::set_misuse_handler([](std::errc, const char*) { throw thrown_instead(); });
    std::unique_lock guard(other);
    CPPUNIT_ASSERT_THROW(changed.wait(guard), thrown_instead);
    CPPUNIT_ASSERT(guard.owns_lock() && other.is_locked());
    CPPUNIT_ASSERT(!woken);
    changed.notify_one();
    waiter.join();
    CPPUNIT_ASSERT(woken);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(condition_misuse_test);

} // namespace
