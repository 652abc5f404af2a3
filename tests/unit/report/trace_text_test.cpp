#include "registry.hpp"

#include <verify/report/trace_text.hpp>
#include <verify/report/wait_for.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace rwl::verify {
namespace {

using namespace test;

class trace_text_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(trace_text_test);
  CPPUNIT_TEST(starvation_is_a_lasso);
  CPPUNIT_TEST(every_step_if_asked_for);
  CPPUNIT_TEST(deadlock_ends_with_who_waits);
  CPPUNIT_TEST(deadlock_of_upgraders_shows_the_circle);
  CPPUNIT_TEST(who_waits_for_whom);
  CPPUNIT_TEST(race_is_always_shown);
  CPPUNIT_TEST(run_of_a_model);
  CPPUNIT_TEST(operations);
  CPPUNIT_TEST(source_lines_are_quoted_and_cut);
  CPPUNIT_TEST_SUITE_END();

  const std::filesystem::path root =
      std::filesystem::temp_directory_path() / ("trace_text_test." + std::to_string(::getpid()));
  source_tree sources{root};

public:
  void tearDown() override { std::filesystem::remove_all(root); }

private:
  void starvation_is_a_lasso() {
    const counterexample e = made_up_starvation();
    CPPUNIT_ASSERT_EQUAL(std::string(R"(phase_fair / forever
T1 waits for ever

 step   T0  T1  operation      ord  where               source
    1   .  [t]  park #3             no/such/file.hpp:7
+--- from here the steps repeat for ever ----------------------------------------
|   2  [#]  t   CAS #0 0 := 4  a/r  no/such/file.hpp:7
|               * T0 write_request, T0 write_grant, lock: W=1
|   4  [.]  t   store #0 := 0       no/such/file.hpp:7
+--- back to step 2: one lap ----------------------------------------
  T0 enters 1 time
  T1 is trying all the time
again: verify --replay x
)"),
                         trace_text({"phase_fair / forever", e.headline, "verify --replay x"},
                                    e.steps, e.cycle_begin, {}, sources));
  }

  void every_step_if_asked_for() {
    const counterexample e = made_up_starvation();
    trace_style style;
    style.every_step = true;
    const std::string text = trace_text({}, e.steps, e.cycle_begin, style, sources);
    CPPUNIT_ASSERT(text.find("|   3  [#]  t   read #1 = 5") != std::string::npos);
  }

  void deadlock_ends_with_who_waits() {
    trace t = made_up_starvation().steps;
    t.failure_kind = "deadlock";
    t.failure_message = "nobody can go on";
    t.blocked = {"T1 is parked and nobody unparks it"};
    const std::string text = trace_text({"a", "b", ""}, t, t.steps.size(), {}, sources);
    CPPUNIT_ASSERT(text.ends_with("deadlock: nobody can go on\n  T1 is parked and nobody unparks "
                                  "it\n"));
  }

  // A step for each event.
  static trace telling(const std::vector<std::string>& events) {
    trace t;
    t.threads = 3;
    t.failure_kind = "deadlock";
    t.failure_message = "nobody can go on";
    for (const std::string& e : events) {
      t.steps.push_back(made_up_step(0, "load", "atomic#0", 0, {}));
      t.steps.back().events = {e};
    }
    return t;
  }

  void deadlock_of_upgraders_shows_the_circle() {
    const trace t = telling({"T0 read_request", "T0 read_grant", "T1 read_request", "T1 read_grant",
                             "T1 upgrade_request", "T0 upgrade_request"});
    const std::string text = trace_text({"a", "b", ""}, t, t.steps.size(), {}, sources);
    CPPUNIT_ASSERT(text.ends_with("deadlock: nobody can go on\n"
                                  "  T0 waits to write until reader T1 leaves\n"
                                  "  T1 waits to write until reader T0 leaves\n"));
  }

  void who_waits_for_whom() {
    using lines = std::vector<std::string>;
    const auto graph = [](const lines& events) { return wait_for_graph(telling(events)); };
    CPPUNIT_ASSERT(graph({"T0 write_request", "T0 write_grant", "T0 write_release",
                          "T1 read_request"}) == lines{});
    CPPUNIT_ASSERT(graph({"T0 write_request", "T0 write_grant", "T1 read_request",
                          "T2 write_request", "T2 cancel"}) ==
                   lines{"T1 waits to read until writer T0 leaves"});
    CPPUNIT_ASSERT(graph({"T0 upgradeable_request", "T0 upgradeable_grant", "T1 read_request",
                          "T1 read_grant", "T0 upgrade_request", "T2 read_request"}) ==
                   (lines{"T0 waits to write until reader T1 leaves",
                          "T2 waits to read until T0 has written"}));
    CPPUNIT_ASSERT(
        graph({"T0 upgradeable_request", "T0 upgradeable_grant", "T1 upgradeable_request"}) ==
        lines{"T1 waits for the upgradeable mode until upgradeable holder T0 leaves"});
    CPPUNIT_ASSERT(graph({"T0 write_request", "T0 write_grant", "T0 condition_wait",
                          "T1 read_request", "T1 read_grant", "T0 notify"}) ==
                   lines{"T0 waits to write until reader T1 leaves"});
  }

  void race_is_always_shown() {
    trace t = made_up_starvation().steps;
    t.steps[2].succeeded = false;
    const std::string text = trace_text({}, t, t.steps.size(), {}, sources);
    CPPUNIT_ASSERT(text.find("read #1 = 5 RACE") != std::string::npos);
  }

  void operations() {
    trace_step s = made_up_step(0, "load", "atomic#2", 3, {});
    s.reads_from = 11;
    s.stale = 2;
    CPPUNIT_ASSERT_EQUAL(std::string("load #2 = 3 @12 (2 newer)"), step_text(s));
    s.stale = 0;
    s.operation = "compare_exchange";
    s.argument = 0xffffff;
    CPPUNIT_ASSERT_EQUAL(std::string("CAS #2 3 @12 := 0xffffff"), step_text(s));
    s.succeeded = false;
    CPPUNIT_ASSERT_EQUAL(std::string("CAS #2 failed = 3 @12"), step_text(s));
    s.operation = "park_until";
    CPPUNIT_ASSERT_EQUAL(std::string("park_until #2 timed out"), step_text(s));
    s = made_up_step(0, "fence", "", 0, {});
    CPPUNIT_ASSERT_EQUAL(std::string("fence"), step_text(s));
    s = made_up_step(0, "fetch_add", "atomic#1", 4, {});
    s.argument = 1;
    CPPUNIT_ASSERT_EQUAL(std::string("fetch_add #1 1 = 4"), step_text(s));
  }

  void run_of_a_model() {
    trace t = telling({"T0 read_request", "T0 read_grant"});
    t.failure_kind = "";
    for (trace_step& step : t.steps)
      step.operation = "";
    const auto drawn = [&] { return trace_text({"a", "b", ""}, t, 1, {}, sources); };
    CPPUNIT_ASSERT(drawn().find(R"(
 step   T0  T1  T2  event
    1  [.]  .   .   T0 read_request
)") != std::string::npos);
    t.steps[0].state = "R{} waiting{0}";
    t.steps[1].state = "R{0} waiting{}";
    CPPUNIT_ASSERT(drawn().find(R"(
 step   T0  T1  T2  event            lock
    1  [.]  .   .   T0 read_request  waiting{0}
+--- from here the steps repeat for ever ----------------------------------------
|   2  [.]  .   .   T0 read_grant    R{0}
)") != std::string::npos);
  }

  void source_lines_are_quoted_and_cut() {
    std::filesystem::create_directories(root / "lib/rwl");
    std::ofstream(root / "lib/rwl/x.hpp") << "first\n    word_." << std::string(200, 'x') << ";\n";
    trace t = made_up_starvation().steps;
    for (trace_step& s : t.steps)
      s.at = {"lib/rwl/../rwl/x.hpp", "f", 2};
    const std::string text = trace_text({}, t, t.steps.size(), {}, sources);
    CPPUNIT_ASSERT(text.find("x.hpp:2  word_.xxx") != std::string::npos);
    CPPUNIT_ASSERT(text.find("lib/rwl") == std::string::npos);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
      CPPUNIT_ASSERT_MESSAGE(line, line.size() <= 100);
    trace_style whole;
    whole.width = 0;
    CPPUNIT_ASSERT(trace_text({}, t, t.steps.size(), whole, sources).find(std::string(200, 'x')) !=
                   std::string::npos);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(trace_text_test);

} // namespace
} // namespace rwl::verify
