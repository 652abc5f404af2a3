// What the models know of a lock's strategy: marks in the matrix, and contradictions.
#include "registry.hpp"

#include <verify/report/machine_report.hpp>
#include <verify/report/report_files.hpp>
#include <verify/report/text_report.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>
#include <unistd.h>

namespace rwl::verify {
namespace {

using namespace test;
using enum property;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

constexpr const char* served =
    "phase_fair\twriter-starvation-freedom\tHOLDS\tLiveness.served Safety.first\tphase_fair 5R+4W "
    "writer_starvation_freedom\n";
constexpr const char* starved =
    "phase_fair\twriter-starvation-freedom\tREFUTED\tRules.starves\t-\n";

class models_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(models_test);
  CPPUNIT_TEST(reads_a_line);
  CPPUNIT_TEST(malformed_lines);
  CPPUNIT_TEST(file_of_the_tree_speaks_of_all_starvation);
  CPPUNIT_TEST(theorem_is_a_mark);
  CPPUNIT_TEST(no_mark_without_agreement);
  CPPUNIT_TEST(no_mark_for_locks_without_strategy);
  CPPUNIT_TEST(no_mark_for_locks_that_stray);
  CPPUNIT_TEST(refutation_contradicts_a_theorem);
  CPPUNIT_TEST(success_contradicts_a_starving_run);
  CPPUNIT_TEST(success_of_a_part_contradicts_nothing);
  CPPUNIT_TEST(contradictions_are_red);
  CPPUNIT_TEST(json_names_theorems);
  CPPUNIT_TEST(verbose_summary_names_theorems);
  CPPUNIT_TEST(verbose_summary_names_drawings_that_are_there);
  CPPUNIT_TEST_SUITE_END();

  registry locks = two_locks();
  filter by;
  bool sampled = false;
  model_verdicts models;
  selection chosen;
  run_result found;

public:
  void setUp() override {
    for (lock_info& l : locks)
      l.checks.push_back(made_up_check(l.name, "mix W+R", {refinement}));
    locks[0].follows = "phase_fair";
    models = parse_model_verdicts(served);
    choose();
  }

private:
  void choose() {
    chosen = select(locks, by);
    found = all_hold(chosen);
  }
  assessment assessed() { return assess(chosen, found, {nullptr, sampled, &models}); }
  std::string matrix() { return matrix_text(assessed(), {}); }

  // phase_fair's verdict on the starvation of writers, or another one.
  void say(verdict v, property about = writer_starvation_freedom) {
    for (std::size_t i = 0; i < chosen.jobs.size(); ++i)
      for (finding& f : found.results[i].result.findings)
        if (chosen.jobs[i].lock == &locks[0] && f.about == about)
          f.says = v;
  }

  std::vector<std::string> contradictions() {
    std::vector<std::string> all;
    for (const remark& r : assessed().contradictions)
      all.push_back(r.text);
    return all;
  }

  void reads_a_line() {
    const model_verdicts read = parse_model_verdicts("# a comment\n\n" + std::string(served));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, read.size());
    CPPUNIT_ASSERT_EQUAL(
        std::string("phase_fair / writer-starvation-freedom: HOLDS by Liveness.served, "
                    "Safety.first; Spin 5R+4W"),
        to_string(read[0]));
    CPPUNIT_ASSERT(!parse_model_verdicts(starved)[0].holds);
    CPPUNIT_ASSERT(!parse_model_verdicts(starved)[0].spin);
  }

  void malformed_lines() {
    const struct {
      std::string line, why;
    } cases[] = {
        {"phase_fair\tupgrade\tHOLDS\tSafety.x", "4 columns instead of 5"},
        {"phase_fair\tluck\tHOLDS\tSafety.x\t-", "there is no property 'luck'"},
        {"phase_fair\tupgrade\tMAYBE\tSafety.x\t-", "there is no verdict 'MAYBE'"},
        {"phase_fair\tupgrade\tHOLDS\tx\t-", "'x' is no theorem"},
        {"phase_fair\tupgrade\tHOLDS\t\t-", "no theorem"},
        {"phase_fair\tupgrade\tHOLDS\tSafety.x\t5R+4W", "'5R+4W' is no search"},
        {served, "a second line about phase_fair / writer-starvation-freedom"},
    };
    for (const auto& c : cases)
      try {
        parse_model_verdicts(served + c.line);
        CPPUNIT_FAIL(c.line);
      } catch (const std::invalid_argument& e) {
        CPPUNIT_ASSERT_MESSAGE(e.what(), contains(e.what(), "line 2: " + c.why));
      }
  }

  void file_of_the_tree_speaks_of_all_starvation() {
    const model_verdicts all = parse_model_verdicts(
        read_file(source_tree::of_this_program().root() / "models/matrix/verdicts.tsv"));
    for (const char* strategy :
         {"reader_preferring", "writer_preferring", "phase_fair", "fifo", "throughput"})
      for (property p : {reader_starvation_freedom, writer_starvation_freedom})
        CPPUNIT_ASSERT_MESSAGE(strategy, std::ranges::any_of(all, [&](const model_verdict& v) {
                                 return v.strategy == strategy && v.about == p && v.spin;
                               }));
  }

  void theorem_is_a_mark() {
    CPPUNIT_ASSERT(contains(matrix(), "ok*"));
    CPPUNIT_ASSERT(contains(matrix(), "(docs/proofs.md)"));
    say(verdict::holds_bounded);
    CPPUNIT_ASSERT(contains(matrix(), "<k*"));
    CPPUNIT_ASSERT_EQUAL(0, assessed().exit_code());
    models.clear();
    CPPUNIT_ASSERT(!contains(matrix(), "*"));
  }

  void no_mark_without_agreement() {
    say(verdict::unknown);
    CPPUNIT_ASSERT(!contains(matrix(), "*"));
    say(verdict::refuted);
    models = parse_model_verdicts(starved);
    CPPUNIT_ASSERT(!contains(matrix(), "*"));
    CPPUNIT_ASSERT(contradictions().empty());
  }

  void no_mark_for_locks_without_strategy() {
    locks[0].follows.clear();
    CPPUNIT_ASSERT(!contains(matrix(), "*"));
    say(verdict::refuted);
    CPPUNIT_ASSERT(contradictions().empty());
  }

  void no_mark_for_locks_that_stray() {
    say(verdict::refuted, refinement);
    CPPUNIT_ASSERT(!contains(matrix(), "*"));
    say(verdict::refuted);
    CPPUNIT_ASSERT(contradictions().empty());
  }

  void refutation_contradicts_a_theorem() {
    say(verdict::refuted);
    const std::vector<std::string> expected = {
        "phase_fair / writer-starvation-freedom: REFUTED here, but for phase_fair it holds by "
        "theorem served (models/coq/Liveness.v), first (models/coq/Safety.v)"};
    CPPUNIT_ASSERT(contradictions() == expected);
    by.threads = 3;
    choose();
    say(verdict::refuted);
    CPPUNIT_ASSERT(contradictions() == expected);
  }

  void success_contradicts_a_starving_run() {
    models = parse_model_verdicts(starved);
    const std::vector<std::string> expected = {
        "phase_fair / writer-starvation-freedom: HOLDS complete here, but for phase_fair it is "
        "refuted by theorem starves (models/coq/Rules.v)"};
    CPPUNIT_ASSERT(contradictions() == expected);
  }

  void success_of_a_part_contradicts_nothing() {
    models = parse_model_verdicts(starved);
    say(verdict::holds_bounded);
    CPPUNIT_ASSERT(contradictions().empty());
    CPPUNIT_ASSERT(!contains(matrix(), "*"));
    by.threads = 3;
    choose();
    CPPUNIT_ASSERT(contradictions().empty());
    by.threads = 0;
    choose();
    sampled = true;
    CPPUNIT_ASSERT(contradictions().empty());
  }

  void contradictions_are_red() {
    say(verdict::refuted);
    const assessment a = assessed();
    CPPUNIT_ASSERT_EQUAL(1, a.exit_code());
    CPPUNIT_ASSERT(contains(matrix_text(a, {}), "NO!"));
    CPPUNIT_ASSERT(contains(summary_text(a, {}), "The explorer contradicts a theorem (1)"));
    CPPUNIT_ASSERT_EQUAL(std::string("10 passed, 1 failed\n"), count_text(a));
    source_tree sources{"."};
    CPPUNIT_ASSERT(contains(junit_report(a, sources), "the explorer contradicts a theorem"));
  }

  void json_names_theorems() {
    const auto j = nlohmann::json::parse(json_report(assessed()));
    const auto& cell = j.at("locks")[0].at("cells").at("writer-starvation-freedom").at("proved");
    CPPUNIT_ASSERT(cell.at("any_number_of_threads").get<bool>());
    CPPUNIT_ASSERT(cell.at("theorems")[0] ==
                   (nlohmann::json{{"name", "served"}, {"file", "models/coq/Liveness.v"}}));
    CPPUNIT_ASSERT_EQUAL(std::string("5R+4W"),
                         cell.at("models")[0].at("processes").get<std::string>());
    CPPUNIT_ASSERT(!j.at("locks")[0].at("cells").at("mutual-exclusion").contains("proved"));
  }

  void verbose_summary_names_theorems() {
    text_style style;
    CPPUNIT_ASSERT(!contains(summary_text(assessed(), style), "served"));
    for (bool text_style::*wish : {&text_style::verbose, &text_style::theorems}) {
      style = {};
      style.*wish = true;
      CPPUNIT_ASSERT(
          contains(summary_text(assessed(), style),
                   "  phase_fair / writer-starvation-freedom: HOLDS by Liveness.served"));
    }
  }

  void verbose_summary_names_drawings_that_are_there() {
    text_style style;
    style.verbose = true;
    style.drawings =
        std::filesystem::temp_directory_path() / ("models_test." + std::to_string(::getpid()));
    const auto named = [&](const char* verdict) {
      models = parse_model_verdicts(std::string("phase_fair\twriter-starvation-freedom\t") +
                                    verdict + "\tRules.starves\tphase_fair 2R+2W progress\n");
      return contains(summary_text(assessed(), style), "drawn in");
    };
    CPPUNIT_ASSERT(!named("REFUTED"));
    std::filesystem::create_directories(style.drawings);
    std::ofstream(style.drawings / "phase_fair.2R+2W.progress.txt") << "a lasso\n";
    const bool refuted = named("REFUTED"), holds = named("HOLDS");
    std::filesystem::remove_all(style.drawings);
    CPPUNIT_ASSERT(refuted);
    CPPUNIT_ASSERT(!holds);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(models_test);

} // namespace
} // namespace rwl::verify
