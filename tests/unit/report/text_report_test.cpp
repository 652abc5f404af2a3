#include "registry.hpp"

#include <verify/report/machine_report.hpp>
#include <verify/report/text_report.hpp>

#include <algorithm>
#include <sstream>

#include <nlohmann/json.hpp>

namespace rwl::verify {
namespace {

using namespace test;
using enum property;

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);)
    widest = std::max(widest, line.size());
  return widest;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class text_report_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(text_report_test);
  CPPUNIT_TEST(matrix_shows_each_verdict);
  CPPUNIT_TEST(matrix_fits_100_columns);
  CPPUNIT_TEST(colour_only_if_asked_for);
  CPPUNIT_TEST(summary_names_what_is_red);
  CPPUNIT_TEST(unexpected_traces_are_shown_and_expected_ones_limited);
  CPPUNIT_TEST(json_can_be_read);
  CPPUNIT_TEST(junit_escapes);
  CPPUNIT_TEST(words_wrap);
  CPPUNIT_TEST_SUITE_END();

  registry locks = two_locks();
  expected_matrix expected = expect_all_to_hold(locks);
  source_tree sources{"."};

  // The writers of `naive` starve; its other check crashes; phase_fair misses a witness.
  assessment with_all_that_is_red() {
    const selection s = select(locks, {});
    run_result run = all_hold(s);
    finding& starves = run.results[5].result.findings[0];
    starves.says = verdict::refuted;
    starves.examples = {made_up_starvation()};
    starves.examples[0].headline = "T1 waits <for ever> & \"ever\"";
    run.results[4] = {ending::crashed, "signal 11", {}, 0.5};
    run.results[0].result.missing = {"readers overlapped"};
    return assess(s, run, {&expected, false});
  }

  void matrix_shows_each_verdict() {
    const std::string text = matrix_text(with_all_that_is_red(), {});
    CPPUNIT_ASSERT(contains(text, "\n phase_fair ok!-  -"));
    CPPUNIT_ASSERT(contains(text, "\n naive      XX -  -"));
    CPPUNIT_ASSERT(contains(text, " NO!"));
  }

  void matrix_fits_100_columns() {
    locks[0].name = std::string(60, 'x');
    const selection s = select(locks, {});
    const std::string text = matrix_text(assess(s, all_hold(s), {&expected, false}), {});
    CPPUNIT_ASSERT(widest_line(text) <= 100);
    CPPUNIT_ASSERT(contains(text, "x~ ok"));
  }

  void colour_only_if_asked_for() {
    CPPUNIT_ASSERT(!contains(matrix_text(with_all_that_is_red(), {}), "\033"));
    text_style style;
    style.colour = true;
    CPPUNIT_ASSERT(contains(matrix_text(with_all_that_is_red(), style), "\033[31mNO!\033[0m"));
  }

  void summary_names_what_is_red() {
    const std::string text = summary_text(with_all_that_is_red(), {});
    for (const char* part :
         {"5 of 6 checks", "expected HOLDS complete, got REFUTED by forever 1W+2R",
          "phase_fair / mix R+R+W: readers overlapped", "naive / mix W+W: signal 11",
          "build/verify --replay naive:forever-1W+2R:1.0B"})
      CPPUNIT_ASSERT_MESSAGE(part + text, contains(text, part));
    CPPUNIT_ASSERT_EQUAL(std::string("6 passed, 4 failed\n"), count_text(with_all_that_is_red()));
  }

  void unexpected_traces_are_shown_and_expected_ones_limited() {
    registry many;
    for (int i = 0; i < 6; ++i) {
      const std::string name = "lock" + std::to_string(i);
      many.push_back({name, "rwl", "", {made_up_check(name, "x", {mutual_exclusion})}});
    }
    const selection s = select(many, {});
    run_result run = all_hold(s);
    for (job_result& r : run.results)
      r.result.findings[0] = {mutual_exclusion, verdict::refuted, "", "", {made_up_starvation()}};
    expected_matrix as_found = updated({}, assess(s, run, {}));
    const auto shown = [&](const text_style& style) {
      const assessment a = assess(s, run, {&as_found, false});
      const std::string text = traces_text(a, style, sources);
      std::size_t count = 0;
      for (int i = 0; i < 6; ++i)
        count += contains(text, "lock" + std::to_string(i) + " / x");
      return count;
    };
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, shown({}));
    text_style verbose;
    verbose.verbose = true;
    CPPUNIT_ASSERT_EQUAL(std::size_t{6}, shown(verbose));
    as_found.clear();
    CPPUNIT_ASSERT_EQUAL(std::size_t{6}, shown({}));
  }

  void json_can_be_read() {
    const auto j = nlohmann::json::parse(json_report(with_all_that_is_red()));
    CPPUNIT_ASSERT_EQUAL(1, j.at("exit_code").get<int>());
    CPPUNIT_ASSERT_EQUAL(std::string("REFUTED"), j.at("locks")[1]
                                                     .at("cells")
                                                     .at("writer-starvation-freedom")
                                                     .at("verdict")
                                                     .get<std::string>());
    CPPUNIT_ASSERT_EQUAL(std::string("naive:forever-1W+2R:1.0B"), j.at("checks")[5]
                                                                      .at("findings")[0]
                                                                      .at("counterexamples")[0]
                                                                      .at("replay")
                                                                      .get<std::string>());
  }

  void junit_escapes() {
    const std::string xml = junit_report(with_all_that_is_red(), sources);
    CPPUNIT_ASSERT(contains(xml, "T1 waits &lt;for ever&gt; &amp; &quot;ever&quot;"));
    CPPUNIT_ASSERT(
        contains(xml, "<testsuite name=\"naive\" tests=\"6\" failures=\"2\" errors=\"2\""));
  }

  void words_wrap() {
    CPPUNIT_ASSERT_EQUAL(std::string("one two\n  three"), wrapped("one two three", 2, 8));
    CPPUNIT_ASSERT_EQUAL(std::string("unbreakable"), wrapped("unbreakable", 2, 4));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(text_report_test);

} // namespace
} // namespace rwl::verify
