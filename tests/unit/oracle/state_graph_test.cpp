// The whole state graph of the specification for a few threads: invariants in every state, and the
// exact size of each graph, so that no guard changes unnoticed.
#include "state_graph.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::verify {
namespace {

using enum strategy;

constexpr int small_bypass_bound = 2;

void check_state(const specification& state, strategy s) {
  CPPUNIT_ASSERT_MESSAGE(state.show(), state.mutual_exclusion());
  CPPUNIT_ASSERT_MESSAGE(state.show(), (state.batch() & state.waiting_readers()) == state.batch());
  CPPUNIT_ASSERT_MESSAGE(state.show(), !state.upgrade_pending() || state.upgradeable() >= 0);

  // Deadlock freedom: who waits can be granted, or waits for a holder that is free to leave. The
  // holder of a pending upgrade waits itself, so it does not count as free.
  const bool somebody_waits =
      !(state.waiting_readers() | state.waiting_writers()).empty() || state.upgrade_pending();
  const bool free_holder = state.writer() >= 0 || !state.readers().empty() ||
                           (state.upgradeable() >= 0 && !state.upgrade_pending());
  CPPUNIT_ASSERT_MESSAGE(state.show(), !somebody_waits || free_holder || state.grantable(s) >= 0);
}

graph_size explore(strategy s, int threads) {
  return enumerate(
      specification(small_bypass_bound),
      [&](const specification& state, auto emit) {
        for_each_step(state, s, threads,
                      [&](event, int, const specification& after) { emit(after); });
      },
      [&](const specification& state) { check_state(state, s); });
}

class state_graph_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(state_graph_test);
  CPPUNIT_TEST(three_threads);
  CPPUNIT_TEST(four_threads);
  CPPUNIT_TEST_SUITE_END();

  static void assert_size(strategy s, int threads, graph_size expected) {
    const graph_size found = explore(s, threads);
    const std::string text = std::string(name(s)) + ": " + std::to_string(found.states) +
                             " states, " + std::to_string(found.edges) + " edges";
    CPPUNIT_ASSERT_MESSAGE(text, found == expected);
  }

  void three_threads() {
    assert_size(reader_preferring, 3, {1001, 5241});
    assert_size(writer_preferring, 3, {1001, 5178});
    assert_size(phase_fair, 3, {1319, 6849});
    assert_size(fifo, 3, {1204, 6132});
    assert_size(throughput, 3, {4966, 25488});
  }

  void four_threads() {
    assert_size(reader_preferring, 4, {10145, 66240});
    assert_size(writer_preferring, 4, {10145, 65044});
    assert_size(phase_fair, 4, {14671, 95012});
    assert_size(fifo, 4, {15432, 96616});
    assert_size(throughput, 4, {108480, 689456});
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(state_graph_test);

} // namespace
} // namespace rwl::verify
