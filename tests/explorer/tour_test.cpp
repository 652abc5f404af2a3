// What judges the exhibits of the museum.
#include <verify/museum/tour.hpp>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::verify::museum {
namespace {

finding refuted(const char* failure) {
  counterexample e;
  e.headline = failure;
  e.steps.failure_kind = failure;
  e.steps.steps.resize(1);
  e.cycle_begin = 1;
  return {property::deadlock_freedom, verdict::refuted, "", "", {e}};
}

finding holds(verdict how = verdict::holds_complete) {
  return {property::deadlock_freedom, how, "", "", {}};
}

check found(const char* scenario, finding f, std::vector<std::string> missing = {}) {
  check c;
  c.lock = "X1";
  c.scenario = scenario;
  c.threads = 1;
  c.decides = {property::deadlock_freedom};
  c.run = [f, missing](const check_options&) {
    check_result r;
    r.findings = {f};
    r.missing = missing;
    return r;
  };
  return c;
}

std::vector<std::string> wrong_about(check broken, check mended) {
  exhibit e;
  e.about.code = "X1";
  e.refuted = property::deadlock_freedom;
  e.failure = "deadlock";
  e.broken = std::move(broken);
  e.mended = std::move(mended);
  return visit({&e}, {}).impressions.front().wrong;
}

class tour_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(tour_test);
  CPPUNIT_TEST(refuted_as_it_should_be_and_mended);
  CPPUNIT_TEST(a_defect_that_is_not_refuted_is_wrong);
  CPPUNIT_TEST(a_defect_that_shows_otherwise_is_wrong);
  CPPUNIT_TEST(a_repair_must_hold_completely);
  CPPUNIT_TEST(a_repair_must_reach_its_cases);
  CPPUNIT_TEST_SUITE_END();

  void refuted_as_it_should_be_and_mended() {
    CPPUNIT_ASSERT(
        wrong_about(found("broken", refuted("deadlock")), found("mended", holds())).empty());
  }
  void a_defect_that_is_not_refuted_is_wrong() {
    CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                         wrong_about(found("broken", holds()), found("mended", holds())).size());
  }
  void a_defect_that_shows_otherwise_is_wrong() {
    CPPUNIT_ASSERT_EQUAL(
        std::size_t{1},
        wrong_about(found("broken", refuted("data race")), found("mended", holds())).size());
  }
  void a_repair_must_hold_completely() {
    for (verdict v : {verdict::holds_bounded, verdict::unknown})
      CPPUNIT_ASSERT_EQUAL(
          std::size_t{1},
          wrong_about(found("broken", refuted("deadlock")), found("mended", holds(v))).size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, wrong_about(found("broken", refuted("deadlock")),
                                                     found("mended", refuted("deadlock")))
                                             .size());
  }
  void a_repair_must_reach_its_cases() {
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, wrong_about(found("broken", refuted("deadlock")),
                                                     found("mended", holds(), {"a writer waited"}))
                                             .size());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(tour_test);

} // namespace
} // namespace rwl::verify::museum
