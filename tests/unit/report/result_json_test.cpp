#include "registry.hpp"

#include <verify/report/result_json.hpp>

#include <nlohmann/json.hpp>

namespace rwl::verify {
namespace {

using namespace test;
using nlohmann::json;

class result_json_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(result_json_test);
  CPPUNIT_TEST(results_come_back);
  CPPUNIT_TEST(unknown_names_are_refused);
  CPPUNIT_TEST(incomplete_results_are_refused);
  CPPUNIT_TEST_SUITE_END();

  static check_result a_result() {
    check_result r;
    r.findings = {
        {property::mutual_exclusion, verdict::holds_bounded, "7 states", "k = 2", {}},
        {property::writer_starvation_freedom, verdict::refuted, "", "", {made_up_starvation()}}};
    r.stats.executions = ~0ull;
    r.stats.seconds = 0.25;
    r.stats.history_exhausted = true;
    r.witnessed = {"readers \"overlapped\""};
    r.missing = {"a writer waited"};
    r.interrupted = true;
    return r;
  }

  void results_come_back() {
    const std::string sent = json(a_result()).dump();
    const auto received = json::parse(sent).get<check_result>();
    CPPUNIT_ASSERT_EQUAL(sent, json(received).dump());

    CPPUNIT_ASSERT(received.findings[0].about == property::mutual_exclusion);
    CPPUNIT_ASSERT(received.findings[0].says == verdict::holds_bounded);
    CPPUNIT_ASSERT_EQUAL(std::string("k = 2"), received.findings[0].bound);
    const counterexample& e = received.findings[1].examples.at(0);
    CPPUNIT_ASSERT_EQUAL(std::string("1000"), to_string(e.path));
    CPPUNIT_ASSERT_EQUAL(std::string("no/such/file.hpp"), std::string(e.steps.steps[1].at.file));
    CPPUNIT_ASSERT(e.steps.steps[1].phases[0] == phase::inside);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, e.steps.steps[1].events.size());
    CPPUNIT_ASSERT(received.stats.executions == ~0ull && received.stats.history_exhausted);
    CPPUNIT_ASSERT(received.interrupted);
  }

  void unknown_names_are_refused() {
    json j = a_result();
    j["findings"][0]["verdict"] = "MAYBE";
    CPPUNIT_ASSERT_THROW(j.get<check_result>(), std::invalid_argument);
  }

  void incomplete_results_are_refused() {
    CPPUNIT_ASSERT_THROW(json::parse("{}").get<check_result>(), json::exception);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(result_json_test);

} // namespace
} // namespace rwl::verify
