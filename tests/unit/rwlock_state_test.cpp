// How a lock shows itself: as text, and to who asks for its state.
#include "tests/unit/threads.hpp"

#include <rwl/rwlock.hpp>

#include <shared_mutex>
#include <sstream>
#include <string>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using rwl::test::crowd;
using rwl::test::poll;

class rwlock_state_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(rwlock_state_test);
  CPPUNIT_TEST(pending_upgrade_is_shown_and_waits_in_no_count);
  CPPUNIT_TEST_SUITE_END();

  rwl::rwlock m;

  std::string text() const {
    std::ostringstream out;
    out << m;
    return out.str();
  }

  void pending_upgrade_is_shown_and_waits_in_no_count() {
    crowd upgrader;
    std::shared_lock reading(m);
    upgrader.add([this] {
      m.lock_upgrade();
      m.unlock_upgrade_and_lock();
      m.unlock();
    });
    poll([this] { return m.state().upgrading; });
    const std::string shown = text();
    const unsigned waiting = m.waiting_readers() + m.waiting_writers();
    reading.unlock();
    upgrader.join();
    CPPUNIT_ASSERT_EQUAL(std::string("W=0 U=1! R=1"), shown);
    CPPUNIT_ASSERT_EQUAL(0u, waiting);
    CPPUNIT_ASSERT_EQUAL(std::string("W=0 U=0 R=0"), text());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(rwlock_state_test);

} // namespace
