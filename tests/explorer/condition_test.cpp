// Conditions, explored: no notification is lost, and each notifies exactly as many as it says.
#include "verify/engine/explore.hpp"
#include "verify/scenarios/conditions.hpp"

#include <rwl/rwlock.hpp>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace rwl::verify;

template <class Strategy>
using lock_of = rwl::basic_rwlock<Strategy, explorer_sync>;

class condition_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(condition_test);
  CPPUNIT_TEST(one_waiter);
  CPPUNIT_TEST(two_waiters);
  CPPUNIT_TEST(waiters_that_give_up);
  CPPUNIT_TEST_SUITE_END();

  template <class Strategy>
  void explore_with(strategy follows, const char* roles) {
    const condition_set set{roles, {true, follows}};
    options how;
    how.how = search::cached;
    const recipe program = recipe::of<condition_program<lock_of<Strategy>>>(set.threads(), set);
    const exploration x = explore(program, how);
    std::fprintf(stderr, "%s %s: %llu states %.2fs %s %s\n", std::string(name(follows)).c_str(), roles,
                 (unsigned long long)x.stats.states, x.stats.seconds, x.error.kind.c_str(), x.error.message.c_str());
    CPPUNIT_ASSERT_EQUAL_MESSAGE(roles + x.error.message, int(outcome::complete), int(x.result));
  }
  void all(const char* roles) {
    explore_with<rwl::strategy::reader_preferring>(strategy::reader_preferring, roles);
    explore_with<rwl::strategy::writer_preferring>(strategy::writer_preferring, roles);
    explore_with<rwl::strategy::phase_fair>(strategy::phase_fair, roles);
    explore_with<rwl::strategy::fifo>(strategy::fifo, roles);
    explore_with<rwl::strategy::throughput<4>>(strategy::throughput, roles);
  }
  void one_waiter() {
    for (const char* roles : {"Rn", "Wn", "tn", "Tn", "cns", "Cns", "Ra", "Wa"})
      all(roles);
  }
  void two_waiters() {
    for (const char* roles : {"RRn", "RWn", "WWn", "RWa", "RR2", "RW2", "WW2"})
      all(roles);
  }
  void waiters_that_give_up() {
    for (const char* roles : {"tWn", "TRn", "TWn", "tRn", "ttn", "TTn", "CWsn"})
      all(roles);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(condition_test);

} // namespace
