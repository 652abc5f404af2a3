#include "registry.hpp"

#include <verify/report/merge.hpp>
#include <verify/report/text_report.hpp>

#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace rwl::verify {
namespace {

using namespace test;

class merge_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(merge_test);
  CPPUNIT_TEST(merged_is_as_if_never_split);
  CPPUNIT_TEST(nothing_is_no_run);
  CPPUNIT_TEST(missing_shards_are_named);
  CPPUNIT_TEST(doubled_shards_are_named);
  CPPUNIT_TEST(shards_of_other_sources_are_named);
  CPPUNIT_TEST(shards_with_other_arguments_are_named);
  CPPUNIT_TEST(shards_of_another_run_are_named);
  CPPUNIT_TEST(every_check_must_have_been_run);
  CPPUNIT_TEST(interrupted_shards_interrupt_the_run);
  CPPUNIT_TEST(parts_hold_together);
  CPPUNIT_TEST(one_part_refutes);
  CPPUNIT_TEST(witness_of_one_part_is_enough);
  CPPUNIT_TEST(part_without_result_leaves_none);
  CPPUNIT_TEST(shards_that_were_run_again_are_told);
  CPPUNIT_TEST_SUITE_END();

  const registry locks = two_locks();
  const selection all = select(locks, {});
  const std::string sources = "5ac5";
  std::vector<shard_report> shards = split(3);

  // What `of` shards leave behind of a run in which each check has some executions of its own.
  std::vector<shard_report> split(unsigned of) const {
    std::vector<shard_report> reports;
    for (unsigned k = of; k >= 1; --k) {
      selection some = all;
      some.jobs = jobs_of({k, of}, all.jobs, false);
      reports.push_back(report_of({k, of}, some.jobs, numbered(some)));
      reports.back().sources = sources;
      reports.back().arguments = {"--threads", "2"};
    }
    return reports;
  }

  run_result numbered(const selection& some) const {
    run_result run = all_hold(some);
    for (std::size_t i = 0; i < some.jobs.size(); ++i)
      run.results[i].result.stats.executions = some.jobs[i].what->scenario.size();
    run.seconds = 2;
    return run;
  }

  std::string complaint() const {
    try {
      require_one_run(shards, sources);
    } catch (const merge_error& e) {
      return e.what();
    }
    return "";
  }

  void expect_complaint(const std::string& part) const {
    CPPUNIT_ASSERT_MESSAGE(complaint() + " lacks " + part,
                           complaint().find(part) != std::string::npos);
  }

  void merged_is_as_if_never_split() {
    CPPUNIT_ASSERT_EQUAL(std::string(), complaint());
    const run_result run = merged(shards, all.jobs, false);
    const run_result whole = numbered(all);
    CPPUNIT_ASSERT_EQUAL(whole.results.size(), run.results.size());
    for (std::size_t i = 0; i < run.results.size(); ++i) {
      CPPUNIT_ASSERT(run.results[i].how == ending::finished);
      CPPUNIT_ASSERT_EQUAL(whole.results[i].result.stats.executions,
                           run.results[i].result.stats.executions);
    }
    CPPUNIT_ASSERT_EQUAL(6.0, run.seconds);
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, run.shards.size());
    CPPUNIT_ASSERT_EQUAL(1u, run.shards.front().number);
    CPPUNIT_ASSERT(!run.interrupted);
    const expected_matrix expected = expect_all_to_hold(locks);
    CPPUNIT_ASSERT_EQUAL(0, assess(all, run, {&expected}).exit_code());
  }

  void nothing_is_no_run() {
    shards.clear();
    expect_complaint("there is none: make them with --shard K/N");
  }

  void missing_shards_are_named() {
    std::erase_if(shards, [](const shard_report& r) { return r.which.number == 2; });
    expect_complaint("shard 2 of 3 is missing: make it with: build/verify --threads 2 --shard 2/3 "
                     "--report DIR");
  }

  void doubled_shards_are_named() {
    shards.push_back(shards[1]);
    expect_complaint("shard 2 of 3 is there more than once");
    CPPUNIT_ASSERT(complaint().find("missing") == std::string::npos);
  }

  void shards_of_other_sources_are_named() {
    shards[0].sources = "0ther";
    expect_complaint("shard 3 of 3 was made from other sources (0ther) than this program (5ac5)");
  }

  void shards_with_other_arguments_are_named() {
    shards[2].arguments.clear();
    expect_complaint("shard 1 of 3 was asked for everything, but shard 3 of 3 for --threads 2");
  }

  void shards_of_another_run_are_named() {
    shards.push_back(split(5).front());
    expect_complaint("shard 5 of 5 is of another run than shard 3 of 3");
  }

  void every_check_must_have_been_run() {
    shards[1].checks.pop_back();
    CPPUNIT_ASSERT_THROW(merged(shards, all.jobs, false), merge_error);
    shards = split(3);
    shards[1].checks.push_back(shards[0].checks.front());
    CPPUNIT_ASSERT_THROW(merged(shards, all.jobs, false), merge_error);
    shards = split(3);
    shards[1].checks.push_back({"phase_fair", "unheard of", tier::quick, {}});
    CPPUNIT_ASSERT_THROW(merged(shards, all.jobs, false), merge_error);
  }

  void interrupted_shards_interrupt_the_run() {
    shards[1].interrupted = true;
    CPPUNIT_ASSERT(merged(shards, all.jobs, false).interrupted);
  }

  static job_result part_of_check(std::uint64_t executions) {
    job_result r;
    r.how = ending::finished;
    r.seconds = 0.5;
    r.result.stats.executions = r.result.stats.complete = executions;
    r.result.findings = {{property::mutual_exclusion, verdict::holds_complete, "some", "", {}},
                         {property::bounded_exit, verdict::holds_complete, "some", "", {}}};
    return r;
  }
  static finding& exclusion(job_result& r) { return r.result.findings.front(); }

  void parts_hold_together() {
    const job_result a = part_of_check(5), b = part_of_check(7);
    const job_result both = combined({&a, &b});
    CPPUNIT_ASSERT(both.how == ending::finished);
    CPPUNIT_ASSERT_EQUAL(1.0, both.seconds);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{12}, both.result.stats.executions);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{12}, both.result.stats.complete);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, both.result.findings.size());
    CPPUNIT_ASSERT(both.result.findings[0].says == verdict::holds_complete);
    CPPUNIT_ASSERT_EQUAL(std::string("some + some"), both.result.findings[0].evidence);
  }

  void one_part_refutes() {
    const job_result a = part_of_check(5);
    job_result b = part_of_check(7), c = part_of_check(1);
    exclusion(b) = {
        property::mutual_exclusion, verdict::refuted, "long", "", {made_up_starvation()}};
    exclusion(c) = {
        property::mutual_exclusion, verdict::refuted, "short", "", {made_up_starvation()}};
    exclusion(c).examples.front().steps.steps.pop_back();
    for (const auto& parts : {std::vector<const job_result*>{&a, &b, &c}, {&c, &b, &a}}) {
      job_result all_parts = combined(parts);
      CPPUNIT_ASSERT(exclusion(all_parts).says == verdict::refuted);
      CPPUNIT_ASSERT_EQUAL(std::string("short"), exclusion(all_parts).evidence);
      CPPUNIT_ASSERT_EQUAL(std::size_t{1}, exclusion(all_parts).examples.size());
      CPPUNIT_ASSERT(all_parts.result.findings[1].says == verdict::holds_complete);
    }
  }

  void witness_of_one_part_is_enough() {
    job_result a = part_of_check(5), b = part_of_check(7);
    a.result.witnessed = {"readers overlapped"};
    a.result.missing = {"a writer waited", "a reader waited"};
    b.result.witnessed = {"a writer waited"};
    b.result.missing = {"readers overlapped", "a reader waited"};
    const check_result both = combined({&a, &b}).result;
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, both.witnessed.size());
    CPPUNIT_ASSERT(both.missing == std::vector<std::string>{"a reader waited"});
  }

  void part_without_result_leaves_none() {
    const job_result a = part_of_check(5);
    job_result b;
    b.how = ending::crashed;
    b.why = "signal 11";
    const job_result both = combined({&a, &b});
    CPPUNIT_ASSERT(both.how == ending::crashed);
    CPPUNIT_ASSERT_EQUAL(std::string("part 2 of 2: signal 11"), both.why);
  }

  void shards_that_were_run_again_are_told() {
    const auto file =
        std::filesystem::temp_directory_path() / ("places." + std::to_string(getpid()));
    std::ofstream(file) << "1\tnear\n2\tfar\n3\tnear\n2\t4/ssh -p 22 near\n";
    run_result run = merged(shards, all.jobs, false);
    note_places(run, file);
    std::filesystem::remove(file);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, run.shards[0].places.size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, run.shards[1].places.size());
    const std::string text = summary_text(assess(all, run, {}), {});
    CPPUNIT_ASSERT(text.find("6.0 s in 3 shards") != std::string::npos);
    CPPUNIT_ASSERT(text.find("Run again (1)\n"
                             "  shard 2 on 4/ssh -p 22 near, after it was lost on far\n") !=
                   std::string::npos);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(merge_test);

} // namespace
} // namespace rwl::verify
