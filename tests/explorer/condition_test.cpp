// The programs on conditions catch a lock that loses a notification, and one that returns a waiter
// in another mode.
#include "script.hpp"
#include "verify/scenarios/conditions.hpp"

#include <rwl/rwlock.hpp>

#include <string>

namespace rwl::verify {

namespace {

using whole = basic_rwlock<rwl::strategy::phase_fair, explorer_sync>;
using access = core::condition_access;

// Passes on what conditions ask for; the derived lock changes one thing.
template <class Broken>
class lock_for_conditions : public whole {
public:
  void check_wait(core::waiter_kind k) { access::check_wait(*base(), k); }
  void leave_to_wait(core::waiter_kind k) { access::leave_to_wait(*base(), k); }
  void readmit(core::batch<explorer_sync> all) { access::readmit(*base(), Broken::told(all)); }
  void await_readmitted(core::waiter<explorer_sync>& w, bool woken) {
    access::await_readmitted(*base(), w, woken);
  }
  void returned(core::waiter_kind k) { Broken::on_return(*base(), k); }

private:
  whole* base() { return this; }
};

struct loses_one : lock_for_conditions<loses_one> {
  static core::batch<explorer_sync> told(core::batch<explorer_sync> all) {
    all.size = 1;
    return all;
  }
  static void on_return(whole&, core::waiter_kind) {}
};

struct returns_as_reader : lock_for_conditions<returns_as_reader> {
  static core::batch<explorer_sync> told(core::batch<explorer_sync> all) { return all; }
  static void on_return(whole& lock, core::waiter_kind k) {
    if (k == core::waiter_kind::writer)
      lock.unlock_and_lock_shared();
  }
};

template <class Lock>
exploration explored(const char* roles) {
  const condition_set set{roles, {true, strategy::phase_fair}};
  return test::explore_by(search::cached, recipe::of<condition_program<Lock>>(set.threads(), set));
}

class condition_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(condition_test);
  CPPUNIT_TEST(a_whole_lock_passes);
  CPPUNIT_TEST(a_lost_notification_is_a_deadlock);
  CPPUNIT_TEST(another_mode_is_noticed);
  CPPUNIT_TEST_SUITE_END();

  void a_whole_lock_passes() {
    const exploration x = explored<whole>("RRa");
    CPPUNIT_ASSERT_EQUAL(std::string(), x.error.kind);
    CPPUNIT_ASSERT(x.result == outcome::complete && x.witnessed(evidence::was_notified));
  }
  void a_lost_notification_is_a_deadlock() {
    CPPUNIT_ASSERT_EQUAL(std::string("deadlock"), explored<loses_one>("RRa").error.kind);
  }
  void another_mode_is_noticed() {
    const exploration x = explored<returns_as_reader>("Wn");
    CPPUNIT_ASSERT_MESSAGE(x.error.message, x.error.message.find("same mode") != std::string::npos);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(condition_test);

} // namespace
} // namespace rwl::verify
