// Searches in parts: together they do what the whole search does, no more and no less.
#include "programs.hpp"

#include <stdexcept>

namespace rwl::verify::test {
namespace {

exploration explore_part(search how, const recipe& program, search_part part, options o = {}) {
  o.part = part;
  o.count_traces = true;
  return explore_by(how, program, o);
}

void add(exploration& sum, const exploration& x) {
  if (x.result == outcome::failed)
    sum.result = outcome::failed;
  add(sum.stats, x.stats);
  sum.final_states.insert(sum.final_states.end(), x.final_states.begin(), x.final_states.end());
  std::ranges::sort(sum.final_states);
  const auto twice = std::ranges::unique(sum.final_states);
  sum.final_states.erase(twice.begin(), twice.end());
}

// Compares a search with its parts, however many they are.
void expect_sums(search how, const named& p) {
  const exploration whole = explore_part(how, p.program, {});
  for (unsigned of : {2u, 3u, 16u}) {
    exploration sum;
    for (unsigned i = 0; i < of; ++i)
      add(sum, explore_part(how, p.program, {i, of}));
    const std::string what =
        std::string(p.name) + ", " + std::string(name(how)) + " in " + std::to_string(of);
    const bool failed = whole.result == outcome::failed;
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, failed, sum.result == outcome::failed);
    if (failed)
      continue; // each part stops at its first failure
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, whole.stats.complete, sum.stats.complete);
    CPPUNIT_ASSERT_MESSAGE(what, whole.final_states == sum.final_states);
    if (how == search::sleep || how == search::dpor) // the others find a trace more than once
      CPPUNIT_ASSERT_EQUAL_MESSAGE(what, whole.stats.traces, sum.stats.traces);
    if (how == search::dpor)
      continue; // above the cut it prunes less
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, whole.stats.executions, sum.stats.executions);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, whole.stats.steps, sum.stats.steps);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, whole.stats.longest, sum.stats.longest);
  }
}

class parts_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(parts_test);
  CPPUNIT_TEST(small_searches_add_up);
  CPPUNIT_TEST(larger_searches_add_up);
  CPPUNIT_TEST(dpor_completes_what_sleep_completes);
  CPPUNIT_TEST(parts_share_the_work);
  CPPUNIT_TEST(some_part_finds_the_failure);
  CPPUNIT_TEST(parts_are_deterministic);
  CPPUNIT_TEST(budget_ends_a_part);
  CPPUNIT_TEST(searches_that_remember_have_no_parts);
  CPPUNIT_TEST_SUITE_END();

  void small_searches_add_up() {
    for (const named& p : small_programs())
      for (search how : {search::full, search::sleep, search::dpor})
        expect_sums(how, p);
  }

  void larger_searches_add_up() {
    for (const named& p : larger_programs())
      for (search how : {search::sleep, search::dpor})
        expect_sums(how, p);
  }

  // Sleep sets let one execution of each trace through, whatever else is left out: therefore the
  // complete executions of dpor add up, though its parts branch more above the cut.
  void dpor_completes_what_sleep_completes() {
    for (const named& p : larger_programs()) {
      const exploration sleep = explore_part(search::sleep, p.program, {});
      const exploration dpor = explore_part(search::dpor, p.program, {});
      if (sleep.result == outcome::failed)
        continue;
      CPPUNIT_ASSERT_EQUAL_MESSAGE(p.name, sleep.stats.complete, dpor.stats.complete);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(p.name, sleep.stats.traces, dpor.stats.complete);
    }
  }

  void parts_share_the_work() {
    const recipe program = sections_of<phase_fair>(one_writer_two_readers);
    constexpr unsigned of = 4;
    const std::uint64_t whole = explore_part(search::sleep, program, {}).stats.executions;
    for (unsigned i = 0; i < of; ++i) {
      const std::uint64_t mine = explore_part(search::sleep, program, {i, of}).stats.executions;
      CPPUNIT_ASSERT(mine > whole / of / 4);
      CPPUNIT_ASSERT(mine < whole / of * 4);
    }
  }

  void some_part_finds_the_failure() {
    const recipe program = sections_of<open_door>(one_writer_two_readers);
    for (search how : {search::full, search::sleep, search::dpor, search::bounded}) {
      unsigned failed = 0;
      for (unsigned i = 0; i < 3; ++i) {
        const exploration x = explore_part(how, program, {i, 3});
        failed += x.result == outcome::failed;
        if (x.result == outcome::failed)
          expect_replay(program, x);
      }
      CPPUNIT_ASSERT_MESSAGE(std::string(name(how)), failed > 0);
    }
  }

  // The path leads to the failure, also if it happened while the tree was being cut.
  static void expect_replay(const recipe& program, const exploration& x) {
    options how;
    how.how = search::full;
    const trace t = replay(program, how, x.path);
    CPPUNIT_ASSERT_EQUAL(x.error.kind, t.failure_kind);
    for (const trace_step& s : t.steps)
      CPPUNIT_ASSERT(s.decision < x.path.size());
  }

  void parts_are_deterministic() {
    const recipe program = sections_of<phase_fair>(one_writer_two_readers);
    for (search how : {search::sleep, search::dpor}) {
      const statistics a = explore_part(how, program, {1, 3}).stats;
      const statistics b = explore_part(how, program, {1, 3}).stats;
      CPPUNIT_ASSERT_EQUAL(a.executions, b.executions);
      CPPUNIT_ASSERT_EQUAL(a.complete, b.complete);
      CPPUNIT_ASSERT_EQUAL(a.steps, b.steps);
    }
  }

  void budget_ends_a_part() {
    options few;
    few.max_executions = 10;
    const recipe program = sections_of<phase_fair>(one_writer_two_readers);
    for (search how : {search::full, search::sleep, search::dpor}) {
      const exploration x = explore_part(how, program, {1, 2}, few);
      CPPUNIT_ASSERT(x.result == outcome::out_of_budget);
      CPPUNIT_ASSERT_EQUAL(few.max_executions, x.stats.executions);
    }
    options no_time;
    no_time.max_seconds = 0;
    CPPUNIT_ASSERT(explore_part(search::sleep, program, {1, 2}, no_time).result ==
                   outcome::out_of_budget);
  }

  void searches_that_remember_have_no_parts() {
    for (search how : {search::cached, search::graph, search::random, search::stock_full})
      CPPUNIT_ASSERT_THROW(explore_part(how, recipe_of(causality), {0, 2}), std::invalid_argument);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(parts_test);

} // namespace
} // namespace rwl::verify::test
