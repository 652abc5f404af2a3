#include "registry.hpp"

#include <verify/report/command_line.hpp>
#include <verify/report/shard.hpp>

#include <set>

namespace rwl::verify {
namespace {

using namespace test;

// Checks of very different costs, every third of which has parts.
struct made_up_jobs {
  made_up_jobs() {
    for (int i = 0; i < 60; ++i) {
      check c = made_up_check("lock", "check " + std::to_string(i), {property::mutual_exclusion});
      c.cost = i % 7 == 0 ? 30 : 0.1 * i;
      c.has_parts = i % 3 == 0;
      checks.push_back(std::move(c));
    }
    for (const check& c : checks)
      all.push_back({nullptr, &c});
  }
  std::vector<check> checks;
  std::vector<job> all;
};

class shard_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(shard_test);
  CPPUNIT_TEST(shards_are_parsed);
  CPPUNIT_TEST(other_words_are_no_shards);
  CPPUNIT_TEST(each_check_is_in_one_shard);
  CPPUNIT_TEST(work_is_balanced);
  CPPUNIT_TEST(checks_with_parts_are_in_every_shard);
  CPPUNIT_TEST(more_shards_than_checks);
  CPPUNIT_TEST(arguments_come_back);
  CPPUNIT_TEST(reports_come_back);
  CPPUNIT_TEST(broken_reports_are_refused);
  CPPUNIT_TEST_SUITE_END();

  const made_up_jobs jobs;

  std::vector<job> shard_of(unsigned number, unsigned of, bool in_parts = false) const {
    return jobs_of({number, of}, jobs.all, in_parts);
  }

  void shards_are_parsed() {
    CPPUNIT_ASSERT(parse_shard("1/1") == (shard{1, 1}));
    CPPUNIT_ASSERT(parse_shard("3/16") == (shard{3, 16}));
    CPPUNIT_ASSERT(parse_shard("9999/9999") == (shard{9999, 9999}));
  }

  void other_words_are_no_shards() {
    for (const char* text : {"", "/", "3", "3/", "/3", "0/3", "4/3", "-1/3", "1/-3", "1/3/5",
                             "1 /3", "1/3 ", "a/b", "1.5/3", "1/10000", "1/99999999999999999999"})
      CPPUNIT_ASSERT_MESSAGE(text, !parse_shard(text));
  }

  void each_check_is_in_one_shard() {
    for (unsigned of : {1u, 2u, 5u, 16u}) {
      std::multiset<const check*> seen;
      for (unsigned k = 1; k <= of; ++k)
        for (const job& j : shard_of(k, of))
          seen.insert(j.what);
      CPPUNIT_ASSERT_EQUAL(jobs.all.size(), seen.size());
      for (const job& j : jobs.all)
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, seen.count(j.what));
    }
  }

  void work_is_balanced() {
    double least = 1e9, most = 0;
    for (unsigned k = 1; k <= 4; ++k) {
      double cost = 0;
      for (const job& j : shard_of(k, 4))
        cost += j.what->cost;
      least = std::min(least, cost);
      most = std::max(most, cost);
    }
    CPPUNIT_ASSERT(most < 1.1 * least);
  }

  void checks_with_parts_are_in_every_shard() {
    std::multiset<const check*> seen;
    for (unsigned k = 1; k <= 5; ++k)
      for (const job& j : shard_of(k, 5, true))
        seen.insert(j.what);
    for (const job& j : jobs.all)
      CPPUNIT_ASSERT_EQUAL(std::size_t{j.what->has_parts ? 5u : 1u}, seen.count(j.what));
  }

  void more_shards_than_checks() {
    std::size_t checks = 0;
    for (unsigned k = 1; k <= 200; ++k)
      checks += shard_of(k, 200).size();
    CPPUNIT_ASSERT_EQUAL(jobs.all.size(), checks);
    CPPUNIT_ASSERT(shard_of(200, 200).empty());
  }

  void arguments_come_back() {
    const std::vector<std::string> nothing;
    CPPUNIT_ASSERT(arguments_of(settings_of(nothing)) == nothing);
    const std::vector<std::string> all = {
        "--lock",  "fifo",         "--lock", "mutex",  "--property", "MX",        "--scenario",
        "mix R+W", "--threads",    "2",      "--full", "--search",   "bounded=3", "--budget",
        "2.5",     "--executions", "1000",   "--seed", "7"};
    CPPUNIT_ASSERT(arguments_of(settings_of(all)) == all);
    const settings s = settings_of(all);
    CPPUNIT_ASSERT(s.by.scenarios == std::vector<std::string>{"mix R+W"});
    CPPUNIT_ASSERT(s.sampled() && has_parts(s.search));
    CPPUNIT_ASSERT_THROW(settings_of({"--thread"}), usage_error);
    CPPUNIT_ASSERT_THROW(settings_of({"--search", "dopr"}), usage_error);
  }

  static shard_report a_report() {
    shard_report r;
    r.which = {2, 3};
    r.sources = "5ac5";
    r.arguments = {"--scenario", "mix \"R\"+W"};
    r.interrupted = true;
    r.seconds = 1.5;
    shard_report::entry e{"fifo", "mix R+W", tier::full, {}};
    e.found = {ending::crashed, "signal 11", {}, 0.5};
    e.found.result.stats.executions = 12;
    e.found.result.findings = {
        {property::writer_starvation_freedom, verdict::refuted, "", "", {made_up_starvation()}}};
    r.checks = {std::move(e)};
    return r;
  }

  void reports_come_back() {
    const std::string sent = shard_text(a_report());
    const shard_report got = parse_shard_report(sent);
    CPPUNIT_ASSERT_EQUAL(sent, shard_text(got));
    CPPUNIT_ASSERT(got.which == (shard{2, 3}));
    CPPUNIT_ASSERT(got.arguments == a_report().arguments);
    CPPUNIT_ASSERT(got.interrupted);
    CPPUNIT_ASSERT(got.checks.at(0).size == tier::full);
    CPPUNIT_ASSERT(got.checks.at(0).found.how == ending::crashed);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{12}, got.checks.at(0).found.result.stats.executions);
  }

  void broken_reports_are_refused() {
    const std::string text = shard_text(a_report());
    CPPUNIT_ASSERT_THROW(parse_shard_report(""), std::exception);
    CPPUNIT_ASSERT_THROW(parse_shard_report("{}"), std::exception);
    CPPUNIT_ASSERT_THROW(parse_shard_report(text.substr(0, text.size() / 2)), std::exception);
    std::string none = text;
    none.replace(none.find("\"shard\":2"), 9, "\"shard\":4");
    CPPUNIT_ASSERT_THROW(parse_shard_report(none), std::invalid_argument);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(shard_test);

} // namespace
} // namespace rwl::verify
