// The wrong locks of docs/wrong_locks: each is found out by the check that its story names.
#include "verdicts.hpp"

#include <docs/my_lock.hpp>
#include <docs/wrong_locks/deaf_waiter.hpp>
#include <docs/wrong_locks/empty_promise.hpp>
#include <docs/wrong_locks/forgetful_try.hpp>
#include <docs/wrong_locks/short_guard.hpp>
#include <docs/wrong_locks/silent_quitter.hpp>
#include <verify/scenarios/own_lock.hpp>

namespace rwl::verify::test {
namespace {

class wrong_locks_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(wrong_locks_test);
  CPPUNIT_TEST(a_request_that_does_not_hear_the_stop);
  CPPUNIT_TEST(a_refusal_that_leaves_its_count);
  CPPUNIT_TEST(a_timed_request_that_is_never_let_in);
  CPPUNIT_TEST(a_writer_that_gives_up_and_wakes_nobody);
  CPPUNIT_TEST(plain_members_are_no_verdict);
  CPPUNIT_TEST(the_lock_to_start_from_has_its_mistake);
  CPPUNIT_TEST_SUITE_END();

  void a_request_that_does_not_hear_the_stop() {
    assert_refuted(own_lock<deaf_waiter>("deaf_waiter"), "giving up W+Wc+S",
                   property::cancellation);
  }

  void a_refusal_that_leaves_its_count() {
    assert_refuted(own_lock<forgetful_try>("forgetful_try"), "mix W+rW",
                   property::deadlock_freedom);
  }

  void a_timed_request_that_is_never_let_in() {
    const check_result r = run_check(own_lock<empty_promise>("empty_promise"), "mix R+Wt");
    CPPUNIT_ASSERT_EQUAL(1L, std::ranges::count(r.missing, "a request with a limit was let in"));
  }

  void a_writer_that_gives_up_and_wakes_nobody() {
    assert_refuted(own_lock<silent_quitter>("silent_quitter"), "giving up R+R+Wt",
                   property::timeout);
  }

  void plain_members_are_no_verdict() {
    for (const check& c : own_lock<short_guard>("short_guard").checks) {
      const check_result r = c.run({});
      CPPUNIT_ASSERT_MESSAGE(c.scenario, !r.findings.empty());
      for (const finding& f : r.findings) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(c.scenario, std::string(name(verdict::unknown)),
                                     std::string(name(f.says)));
        CPPUNIT_ASSERT_MESSAGE(f.evidence, f.evidence.find("unmodelled") != std::string::npos);
      }
    }
  }

  void the_lock_to_start_from_has_its_mistake() {
    assert_refuted(own_lock<my_lock>("my_lock"), "mix R+W", property::data_race_freedom);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(wrong_locks_test);

} // namespace
} // namespace rwl::verify::test
