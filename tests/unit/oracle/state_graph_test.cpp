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

template <class Check>
graph_size explore(strategy s, int threads, Check check) {
  return enumerate(
      specification(small_bypass_bound),
      [&](const specification& state, auto emit) {
        for_each_step(state, s, threads,
                      [&](event, int, const specification& after) { emit(after); });
      },
      check);
}

// The first in line is let in if nobody inside is in its way: an upgrade, else the head.
bool admit_first(specification& state, strategy s) {
  if (state.upgrade_pending())
    return state.step(s, event::upgrade_grant, state.upgradeable());
  if (state.queue().empty())
    return false;
  constexpr event grants[] = {event::read_grant, event::write_grant, event::upgradeable_grant};
  const request head = state.queue().front();
  return state.step(s, grants[static_cast<int>(head.wanted)], head.thread);
}

// Whether a lock may turn a newcomer's tries down, whatever they try.
bool may_refuse(const specification& state, strategy s, int newcomer) {
  return state.can(s, event::read_refused, newcomer) &&
         state.can(s, event::write_refused, newcomer) &&
         state.can(s, event::upgradeable_refused, newcomer);
}

class state_graph_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(state_graph_test);
  CPPUNIT_TEST(three_threads);
  CPPUNIT_TEST(four_threads);
  CPPUNIT_TEST(the_order_of_arrival_pays_all_that_is_owed);
  CPPUNIT_TEST_SUITE_END();

  static void assert_size(strategy s, int threads, graph_size expected) {
    const graph_size found =
        explore(s, threads, [s](const specification& state) { check_state(state, s); });
    const std::string text = std::string(name(s)) + ": " + std::to_string(found.states) +
                             " states, " + std::to_string(found.edges) + " edges";
    CPPUNIT_ASSERT_MESSAGE(text, found == expected);
  }

  void three_threads() {
    assert_size(reader_preferring, 3, {1001, 5289});
    assert_size(writer_preferring, 3, {1001, 5226});
    assert_size(phase_fair, 3, {1319, 6897});
    assert_size(fifo, 3, {1204, 6159});
    assert_size(throughput, 3, {4966, 25515});
  }

  void four_threads() {
    assert_size(reader_preferring, 4, {10145, 66496});
    assert_size(writer_preferring, 4, {10145, 65300});
    assert_size(phase_fair, 4, {14671, 95268});
    assert_size(fifo, 4, {15432, 96724});
    assert_size(throughput, 4, {108480, 689564});
  }

  // A lock may keep one queue across kinds, serve it in order, and let newcomers barge where it
  // likes: wherever they have led it, serving in order leaves nothing owed, and whoever comes while
  // somebody waits may be turned down.
  void the_order_of_arrival_pays_all_that_is_owed() {
    for (strategy s : {fifo, throughput}) {
      int debts = 0;
      explore(s, 4, [&](const specification& reached) {
        specification state = reached;
        debts += state.grantable(s) >= 0;
        while (admit_first(state, s)) {
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE(reached.show() + " -> " + state.show(), -1,
                                     state.grantable(s));
        CPPUNIT_ASSERT_MESSAGE(state.show(), state.queue().empty() || may_refuse(state, s, 4));
      });
      CPPUNIT_ASSERT(debts > 0);
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(state_graph_test);

} // namespace
} // namespace rwl::verify
