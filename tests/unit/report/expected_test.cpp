// Verdicts against the expected matrix: whatever changes, a difference names it.
#include "registry.hpp"

#include <algorithm>

namespace rwl::verify {
namespace {

using namespace test;
using enum property;

class expected_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(expected_test);
  CPPUNIT_TEST(matrix_comes_back);
  CPPUNIT_TEST(malformed_matrix);
  CPPUNIT_TEST(nothing_differs);
  CPPUNIT_TEST(changed_verdict);
  CPPUNIT_TEST(changed_cell);
  CPPUNIT_TEST(missing_cell);
  CPPUNIT_TEST(one_check_of_a_cell);
  CPPUNIT_TEST(dropped_check);
  CPPUNIT_TEST(dropped_verdict);
  CPPUNIT_TEST(dropped_lock);
  CPPUNIT_TEST(new_check_and_new_lock);
  CPPUNIT_TEST(undecided_is_incomplete);
  CPPUNIT_TEST(sampling_proves_nothing);
  CPPUNIT_TEST(crashes_and_missing_witnesses_are_red);
  CPPUNIT_TEST(undeclared_and_missing_verdicts_are_red);
  CPPUNIT_TEST(filters_narrow_the_comparison);
  CPPUNIT_TEST(full_tier_does_not_count_for_cells);
  CPPUNIT_TEST(update_of_some_locks_keeps_the_others);
  CPPUNIT_TEST_SUITE_END();

  registry locks = two_locks();
  expected_matrix expected = expect_all_to_hold(locks);
  filter by;
  bool sampled = false;
  run_result found;
  selection chosen;

public:
  void setUp() override {
    chosen = select(locks, by);
    found = all_hold(chosen);
  }

private:
  assessment assessed() { return assess(chosen, found, {&expected, sampled}); }

  job_result& result_of(const std::string& lock, const std::string& scenario) {
    for (std::size_t i = 0; i < chosen.jobs.size(); ++i)
      if (chosen.jobs[i].lock->name == lock && chosen.jobs[i].what->scenario == scenario)
        return found.results[i];
    throw std::out_of_range(scenario);
  }
  void say(const std::string& lock, const std::string& scenario, property p, verdict v) {
    auto& findings = result_of(lock, scenario).result.findings;
    std::ranges::find(findings, p, &finding::about)->says = v;
  }

  void expect_differences(const std::vector<std::string>& texts, int exit_code) {
    const assessment a = assessed();
    std::vector<std::string> got;
    for (const remark& r : a.differences)
      got.push_back(r.text);
    std::string all;
    for (const std::string& text : got)
      all += text + '\n';
    CPPUNIT_ASSERT_MESSAGE(all, got == texts);
    CPPUNIT_ASSERT_EQUAL(exit_code, a.exit_code());
  }

  void matrix_comes_back() {
    const std::string text = expected_text(expected, locks);
    CPPUNIT_ASSERT_EQUAL(text, expected_text(parse_expected(text), locks));
    CPPUNIT_ASSERT(text.find("      \"upgrade\": \"not offered\"") != std::string::npos);
    CPPUNIT_ASSERT(text.find("      \"mix R+R+W\": {\"HOLDS complete\": \"MX BX\"}") !=
                   std::string::npos);
  }

  void malformed_matrix() {
    for (const char* text :
         {"", "[", "{\"naive\": 1}", "{\"naive\": {\"verdicts\": {}}}",
          "{\"naive\": {\"verdicts\": {\"luck\": \"REFUTED\"}, \"checks\": {}}}",
          "{\"naive\": {\"verdicts\": {\"fcfs\": \"perhaps\"}, \"checks\": {}}}"})
      CPPUNIT_ASSERT_THROW_MESSAGE(text, parse_expected(text), std::invalid_argument);
  }

  void nothing_differs() {
    expect_differences({}, 0);
    CPPUNIT_ASSERT_EQUAL(std::size_t{8}, assessed().opinions_as_expected());
  }

  void changed_verdict() {
    say("naive", "forever 1W+2R", writer_starvation_freedom, verdict::refuted);
    expect_differences(
        {"naive / writer-starvation-freedom: expected HOLDS complete, got REFUTED by "
         "forever 1W+2R"},
        1);
  }

  void changed_cell() {
    expected["phase_fair"].cells[mutual_exclusion] = verdict::refuted;
    expect_differences({"phase_fair / mutual-exclusion: expected REFUTED, got HOLDS complete by "
                        "mix R+R+W, mix W+W"},
                       1);
  }

  void missing_cell() {
    expected["phase_fair"].cells.erase(upgrade);
    expect_differences({"phase_fair / upgrade: the expected matrix does not have this cell"}, 1);
  }

  void one_check_of_a_cell() {
    for (const char* scenario : {"mix R+R+W", "mix W+W"}) {
      expected["naive"].checks[scenario][mutual_exclusion] = verdict::refuted;
      expected["naive"].cells[mutual_exclusion] = verdict::refuted;
    }
    say("naive", "mix W+W", mutual_exclusion, verdict::refuted);
    expect_differences(
        {"naive / mutual-exclusion in mix R+R+W: expected REFUTED, got HOLDS complete"}, 1);
  }

  void dropped_check() {
    std::erase_if(locks[0].checks, [](const check& c) { return c.scenario == "mix W+W"; });
    setUp();
    expect_differences({"phase_fair / mix W+W: this check did not run: the lock has it no more"},
                       1);
  }

  void dropped_verdict() {
    std::erase(locks[0].checks[0].decides, bounded_exit);
    setUp();
    expect_differences({"phase_fair / bounded-exit: expected HOLDS complete, got not offered",
                        "phase_fair / mix R+R+W: this check decides no more: BX"},
                       1);
  }

  void dropped_lock() {
    locks.pop_back();
    setUp();
    expect_differences({"naive: this lock is expected and not registered"}, 1);
  }

  void new_check_and_new_lock() {
    expected["phase_fair"].checks.erase("mix W+W");
    expected.erase("naive");
    expect_differences(
        {"phase_fair / mutual-exclusion in mix W+W: the expected matrix does not have "
         "this check",
         "naive: the expected matrix does not have this lock"},
        1);
  }

  void undecided_is_incomplete() {
    say("naive", "mix W+W", mutual_exclusion, verdict::unknown);
    result_of("naive", "mix W+W").result.missing = {"nobody can tell"};
    expect_differences(
        {"naive / mutual-exclusion: expected HOLDS complete, not decided in mix W+W"}, 3);
    say("phase_fair", "mix W+W", mutual_exclusion, verdict::refuted);
    CPPUNIT_ASSERT_EQUAL(1, assessed().exit_code());
  }

  void sampling_proves_nothing() {
    expected["naive"].checks["forever 1W+2R"][writer_starvation_freedom] = verdict::refuted;
    expected["naive"].cells[writer_starvation_freedom] = verdict::refuted;
    for (job_result& r : found.results)
      for (finding& f : r.result.findings)
        f.says = verdict::holds_bounded;
    CPPUNIT_ASSERT_EQUAL(1, assessed().exit_code());
    sampled = true;
    expect_differences({"naive / writer-starvation-freedom: expected REFUTED, not found by this "
                        "search in forever 1W+2R"},
                       3);
  }

  void crashes_and_missing_witnesses_are_red() {
    result_of("naive", "mix W+W") = {ending::crashed, "signal 11", {}, 1};
    result_of("phase_fair", "mix W+W").result.missing = {"writers met"};
    const assessment a = assessed();
    CPPUNIT_ASSERT(a.crashed == std::vector<std::string>{"naive / mix W+W: signal 11"});
    CPPUNIT_ASSERT(a.missing == std::vector<std::string>{"phase_fair / mix W+W: writers met"});
    CPPUNIT_ASSERT_EQUAL(1, a.exit_code());
  }

  void undeclared_and_missing_verdicts_are_red() {
    result_of("naive", "mix W+W").result.findings = {{fcfs, verdict::refuted, "", "", {}}};
    CPPUNIT_ASSERT(assessed().crashed ==
                   (std::vector<std::string>{
                       "naive / mix W+W: a verdict on fcfs, which it does not decide: REFUTED",
                       "naive / mix W+W: no verdict on mutual-exclusion"}));
    CPPUNIT_ASSERT_EQUAL(1, assessed().exit_code());
  }

  void filters_narrow_the_comparison() {
    expected["phase_fair"].cells[mutual_exclusion] = verdict::refuted;
    expected["phase_fair"].checks["mix R+R+W"][bounded_exit] = verdict::refuted;
    by.locks = {"naive"};
    setUp();
    expect_differences({}, 0);
    by = {};
    by.scenarios = {"W+W"};
    setUp();
    expect_differences({}, 0);
    by.scenarios = {"R+R"};
    by.properties = {"MX"};
    setUp();
    expect_differences({}, 0);
    by.properties = {"bounded-exit"};
    setUp();
    expect_differences(
        {"phase_fair / bounded-exit in mix R+R+W: expected REFUTED, got HOLDS complete"}, 1);
  }

  void full_tier_does_not_count_for_cells() {
    by.full = true;
    setUp();
    expected = expect_all_to_hold(locks, true);
    expect_differences({}, 0);
    say("naive", "large", mutual_exclusion, verdict::holds_bounded);
    expect_differences(
        {"naive / mutual-exclusion in large: expected HOLDS complete, got HOLDS bounded"}, 1);
  }

  void update_of_some_locks_keeps_the_others() {
    say("naive", "mix W+W", mutual_exclusion, verdict::refuted);
    say("phase_fair", "mix W+W", mutual_exclusion, verdict::refuted);
    by.locks = {"naive"};
    chosen = select(locks, by);
    found = all_hold(chosen);
    say("naive", "mix W+W", mutual_exclusion, verdict::refuted);
    const expected_matrix after = updated(expected, assessed());
    CPPUNIT_ASSERT(after.at("naive").cells.at(mutual_exclusion) == verdict::refuted);
    CPPUNIT_ASSERT(after.at("phase_fair").cells.at(mutual_exclusion) == verdict::holds_complete);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(expected_test);

} // namespace
} // namespace rwl::verify
