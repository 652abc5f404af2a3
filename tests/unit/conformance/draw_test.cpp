#include <models/conformance/oracle/draw.hpp>
#include <models/conformance/oracle/table.hpp>

#include <sstream>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::verify::conformance {
namespace {

class draw_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(draw_test);
  CPPUNIT_TEST(one_lap_of_a_lasso);
  CPPUNIT_TEST(cycle_begins_before_the_mark);
  CPPUNIT_TEST(deadlock_ends_with_who_waits);
  CPPUNIT_TEST(what_is_no_counterexample);
  CPPUNIT_TEST(replay_of_a_lasso);
  CPPUNIT_TEST_SUITE_END();

  const table writer_preferring{"writer_preferring", 2, ""};

  static std::string repeated(int times, const std::string& text) {
    return times == 0 ? "" : text + repeated(times - 1, text);
  }

  static std::string drawing(const std::string& text, const std::optional<table>& rules,
                             const std::string& failure = "") {
    std::istringstream in(text);
    return draw(parse_run(in), rules, failure);
  }

  // A writer comes while another is inside, so that the reader never gets in.
  static std::string starvation(int laps) {
    return "# a lasso\nwrite_request 1\nwrite_grant 1\nread_request 0\ncycle\n" +
           repeated(laps, "write_request 2\nwrite_release 1\nwrite_grant 2\n"
                          "write_request 1\nwrite_release 2\nwrite_grant 1\n");
  }

  void one_lap_of_a_lasso() {
    const std::string expected = R"(a lasso
T0 waits for ever while T1 and T2 come and go

 step   T0  T1  T2  event             lock
    1   .  [t]  .   T1 write_request  queue[1w]
    2   .  [#]  .   T1 write_grant    W1
    3  [t]  #   .   T0 read_request   W1 waiting{0}
+--- from here the steps repeat for ever ----------------------------------------
|   4   t   #  [t]  T2 write_request  W1 waiting{0} queue[2w]
|   5   t  [.]  t   T1 write_release  waiting{0} queue[2w]
|   6   t   .  [#]  T2 write_grant    W2 waiting{0}
|   7   t  [t]  #   T1 write_request  W2 waiting{0} queue[1w]
|   8   t   t  [.]  T2 write_release  waiting{0} queue[1w]
|   9   t  [#]  .   T1 write_grant    W1 waiting{0}
+--- back to step 4: one lap ----------------------------------------
  T0 is trying all the time
  T1 enters 1 time
  T2 enters 1 time
)";
    CPPUNIT_ASSERT_EQUAL(expected, drawing(starvation(1), writer_preferring));
    CPPUNIT_ASSERT_EQUAL(expected, drawing(starvation(3), writer_preferring));
    // Of a monitor the events are known, and nothing else.
    const std::string bare = drawing(starvation(1), std::nullopt);
    CPPUNIT_ASSERT(bare.find("T1  T2  event\n") != std::string::npos);
    CPPUNIT_ASSERT(bare.find("|   9   t  [#]  .   T1 write_grant\n") != std::string::npos);
  }

  void cycle_begins_before_the_mark() {
    const std::string text = "read_request 0\nread_grant 0\nwrite_request 1\nread_request 2\n"
                             "read_grant 2\nread_release 0\ncycle\nread_request 0\nread_grant 0\n"
                             "read_release 2\nread_request 2\nread_grant 2\n";
    const table rules{"reader_preferring", 2, ""};
    for (const auto& known : {std::optional(rules), std::optional<table>()})
      CPPUNIT_ASSERT(drawing(text, known).find("back to step 6: one lap") != std::string::npos);
  }

  void deadlock_ends_with_who_waits() {
    const std::string text = drawing("read_request 0\nread_grant 0\nread_request 1\nread_grant 1\n"
                                     "upgrade_request 0\nupgrade_request 1\n",
                                     std::nullopt, "deadlock");
    CPPUNIT_ASSERT(text.ends_with("deadlock: no thread can move\n"
                                  "  T0 waits to write until reader T1 leaves\n"
                                  "  T1 waits to write until reader T0 leaves\n"));
  }

  void refused(const std::string& why, const std::string& text,
               const std::string& failure = "") const {
    try {
      drawing(text, writer_preferring, failure);
    } catch (const bad_input& e) {
      CPPUNIT_ASSERT_MESSAGE(e.what(), std::string(e.what()).find(why) != std::string::npos);
      return;
    }
    CPPUNIT_FAIL("drawn: " + text);
  }

  void what_is_no_counterexample() {
    refused("does not come back", starvation(1) + "read_request 3\n");
    refused("a standstill", "write_request 0\ncycle\n");
    refused("nobody waits", "cycle\nwrite_request 0\nwrite_grant 0\nwrite_release 0\n");
    refused("may not happen", "write_request 0\nread_grant 1\n", "deadlock");
    refused("no line of a run", "write_request 0\nwrite 0\n", "deadlock");
    refused("a cycle, or else", "write_request 0\n");
    refused("a cycle, or else", starvation(1), "deadlock");
    refused("no failure", "write_request 0\n", "fatigue");
    refused("without events", "# nothing\n#\n", "deadlock");
    refused("6 threads at most", "write_request 6\n", "deadlock");
  }

  replay_summary replayed(const std::string& text) const {
    std::istringstream in(text);
    return replay(writer_preferring, in, limits{0});
  }

  void replay_of_a_lasso() {
    const replay_summary twice = replayed(starvation(2));
    CPPUNIT_ASSERT_EQUAL(std::string(), twice.rejected);
    CPPUNIT_ASSERT_EQUAL(std::size_t{15}, twice.events);
    CPPUNIT_ASSERT_EQUAL(std::size_t{12}, twice.lap);
    const replay_summary away = replayed(starvation(1) + "read_request 3\n");
    CPPUNIT_ASSERT(away.rejected.starts_with("the cycle does not come back"));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(draw_test);

} // namespace
} // namespace rwl::verify::conformance
