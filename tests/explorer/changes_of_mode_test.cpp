// Upgrades and downgrades gone wrong, each refuted by its column.
#include "verdicts.hpp"

#include <rwl/rwlock.hpp>
#include <rwl/textbook/naive.hpp>

namespace rwl::verify {

namespace {

using namespace test;

using phase_fair = basic_rwlock<rwl::strategy::phase_fair, explorer_sync>;

// Lets go of the lock in between.
struct in_two_steps : phase_fair {
  using phase_fair::unlock_upgrade_and_lock;
  void unlock_upgrade_and_lock() {
    unlock_upgrade();
    lock();
  }
  void unlock_and_lock_shared() {
    unlock();
    lock_shared();
  }
  void unlock_and_lock_upgrade() {
    unlock();
    lock_upgrade();
  }
  void unlock_upgrade_and_lock_shared() {
    unlock_upgrade();
    lock_shared();
  }
};

// Takes the upgradeable mode for the exclusive one, beside the readers inside.
class beside_readers : public phase_fair {
public:
  using phase_fair::unlock_upgrade_and_lock;
  void unlock_upgrade_and_lock() { upgraded_ = true; }
  void unlock() {
    if (!upgraded_)
      return phase_fair::unlock();
    upgraded_ = false;
    unlock_upgrade();
  }

private:
  explorer_sync::var<bool> upgraded_{false};
};

// Any number of threads may upgrade: the textbook's upgrade of a plain reader.
struct two_upgraders : textbook::naive<explorer_sync> {
  void lock_upgrade() { lock_shared(); }
  bool try_lock_upgrade() { return try_lock_shared(); }
  void unlock_upgrade() { unlock_shared(); }
  void unlock_upgrade_and_lock() { upgrade(); }
  bool try_unlock_upgrade_and_lock() { return false; }
  bool try_unlock_shared_and_lock() { return false; }
};

class changes_of_mode_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(changes_of_mode_test);
  CPPUNIT_TEST(atomic_changes_hold);
  CPPUNIT_TEST(an_upgrade_in_two_steps_lets_a_writer_in_between);
  CPPUNIT_TEST(a_downgrade_in_two_steps_lets_a_writer_in_between);
  CPPUNIT_TEST(an_upgrade_beside_readers_is_no_exclusion);
  CPPUNIT_TEST(two_upgraders_wait_for_each_other);
  CPPUNIT_TEST(letters_that_a_lock_lacks_are_left_out);
  CPPUNIT_TEST_SUITE_END();

  void atomic_changes_hold() {
    const auto lock = plan_for<phase_fair>(follows(strategy::phase_fair));
    assert_holds(lock, "mix W+U>W", property::upgrade);
    assert_holds(lock, "mix U>W+U>W", property::upgrade);
    assert_holds(lock, "mix R+R+U>W", property::upgrade);
    assert_holds(lock, "mix W+W>R", property::downgrade);
    assert_holds(lock, "mix W+W>U", property::downgrade);
    assert_holds(lock, "mix W+U>R", property::downgrade);
  }
  void an_upgrade_in_two_steps_lets_a_writer_in_between() {
    assert_refuted(plan_for<in_two_steps>(), "mix W+U>W", property::upgrade);
  }
  void a_downgrade_in_two_steps_lets_a_writer_in_between() {
    const auto lock = plan_for<in_two_steps>();
    assert_refuted(lock, "mix W+W>R", property::downgrade);
    assert_refuted(lock, "mix W+W>U", property::downgrade);
    assert_refuted(lock, "mix W+U>R", property::downgrade);
  }
  void an_upgrade_beside_readers_is_no_exclusion() {
    assert_refuted(plan_for<beside_readers>(), "mix R+U>W", property::mutual_exclusion);
  }
  void two_upgraders_wait_for_each_other() {
    const auto lock = plan_for<two_upgraders>();
    assert_refuted(lock, "mix U>W+U>W", property::upgrade);
    assert_refuted(lock, "mix U+U", property::mutual_exclusion);
  }
  void letters_that_a_lock_lacks_are_left_out() {
    for (const check& c : plan_for<two_upgraders>().checks)
      CPPUNIT_ASSERT_MESSAGE(c.scenario, c.scenario.find(">R") == std::string::npos &&
                                             c.scenario.find("Wt") == std::string::npos &&
                                             c.scenario.find("+S") == std::string::npos);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(changes_of_mode_test);

} // namespace

} // namespace rwl::verify
