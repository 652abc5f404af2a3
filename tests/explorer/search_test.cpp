// The searches against each other. They share little but the machine, so that an error in one of
// the reductions would have to be repeated in the others to go unnoticed.
#include "programs.hpp"

#include <optional>
#include <stdexcept>

namespace rwl::verify::test {
namespace {

// All that a search reports but the time it took.
std::string report(const exploration& x) {
  const statistics& s = x.stats;
  std::string text = std::to_string(static_cast<int>(x.result)) + ' ' + x.error.kind + ' ' +
                     to_string(x.path) + " finals";
  for (std::uint64_t state : x.final_states)
    text += ' ' + registers::decode(state);
  text += " counts";
  for (std::uint64_t n :
       {s.executions, s.complete, s.steps, s.longest, s.states, s.traces, s.key_conflicts})
    text += ' ' + std::to_string(n);
  return text;
}

// Requires of each number it is shown that it is the first one.
class same_for_all {
public:
  void see(const std::string& what, std::uint64_t n) {
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, first_.value_or(n), n);
    first_ = n;
  }

private:
  std::optional<std::uint64_t> first_;
};

template <class Searches>
void expect_agreement(const named& p, const Searches& searches) {
  options o;
  o.count_traces = o.check_keys = true;
  std::optional<std::string> result;
  same_for_all traces, states;
  for (search how : searches) {
    const std::string what = p.name + std::string(", ") + std::string(name(how));
    const exploration x = explore_by(how, p.program, o);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, result.value_or(result_of(x)), result_of(x));
    result = result_of(x);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::uint64_t{0}, x.stats.key_conflicts);
    if (x.result == outcome::failed)
      continue; // searches stop at their first failure, each at another one
    if (how == search::full || how == search::sleep || how == search::dpor)
      traces.see("traces, " + what, x.stats.traces);
    if (how == search::full || how == search::sleep || how == search::cached)
      states.see("states, " + what, x.stats.states);
  }
}

class search_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(search_test);
  CPPUNIT_TEST(searches_agree_on_small_programs);
  CPPUNIT_TEST(reductions_agree_on_larger_programs);
  CPPUNIT_TEST(reductions_reduce);
  CPPUNIT_TEST(wrong_annotations_are_found);
  CPPUNIT_TEST(search_is_deterministic);
  CPPUNIT_TEST(random_search_follows_its_seed);
  CPPUNIT_TEST(bounded_search_grows_to_the_full_one);
  CPPUNIT_TEST(samples_find_an_easy_bug);
  CPPUNIT_TEST(budget_ends_a_search);
  CPPUNIT_TEST(interrupt_ends_a_search);
  CPPUNIT_TEST(evidence_is_gathered_over_all_executions);
  CPPUNIT_TEST(too_many_threads_are_refused);
  CPPUNIT_TEST_SUITE_END();

  void searches_agree_on_small_programs() {
    for (const named& p : small_programs())
      expect_agreement(p, std::array{search::full, search::sleep, search::dpor, search::cached,
                                     search::stock_full});
  }

  void reductions_agree_on_larger_programs() {
    for (const named& p : larger_programs())
      expect_agreement(p, std::array{search::sleep, search::dpor, search::cached});
  }

  void reductions_reduce() {
    const recipe program = sections_of<naive>(one_writer_one_reader);
    const auto executions = [&](search how) { return explore_by(how, program).stats.executions; };
    CPPUNIT_ASSERT(executions(search::stock_full) > executions(search::full));
    CPPUNIT_ASSERT(executions(search::full) > executions(search::sleep));
    CPPUNIT_ASSERT(executions(search::sleep) > executions(search::dpor));
  }

  // A thread that goes round three times, and says of its past what `annotate` keeps.
  template <void (*annotate)(int round)>
  static std::uint64_t conflicts() {
    const auto body = [](memory& m) {
      for (int round = 0; round < 3; ++round) {
        annotate(round);
        m.x.fetch_add(1, relaxed);
      }
    };
    const script<memory> s{{body, body}};
    options o;
    o.check_keys = true;
    const exploration x = explore_by(search::full, recipe_of(s), o);
    CPPUNIT_ASSERT(x.result == outcome::complete);
    return x.stats.key_conflicts;
  }
  static void forget_nothing(int) {}
  static void keep_the_round(int round) { run::checkpoint(static_cast<std::uint64_t>(round)); }
  static void forget_the_round(int) { run::checkpoint(1); }
  static void live_round(int round) { sync::live(sync::here(), round); }
  static void nothing_live(int) { sync::live(sync::here()); }

  void wrong_annotations_are_found() {
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, conflicts<forget_nothing>());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, conflicts<keep_the_round>());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, conflicts<live_round>());
    CPPUNIT_ASSERT(conflicts<forget_the_round>() > 0);
    CPPUNIT_ASSERT(conflicts<nothing_live>() > 0);
  }

  void search_is_deterministic() {
    options o;
    o.count_traces = true;
    for (search how : exhaustive)
      for (const named& p : small_programs())
        CPPUNIT_ASSERT_EQUAL_MESSAGE(p.name, report(explore_by(how, p.program, o)),
                                     report(explore_by(how, p.program, o)));
  }

  void random_search_follows_its_seed() {
    const recipe program = sections_of<naive>(one_writer_two_readers);
    std::vector<std::string> reports;
    for (std::uint64_t seed : {1, 1, 2}) {
      options o;
      o.seed = seed;
      o.max_executions = 200;
      const exploration x = explore_by(search::random, program, o);
      CPPUNIT_ASSERT(x.result == outcome::bounded);
      CPPUNIT_ASSERT_EQUAL(o.max_executions, x.stats.executions);
      reports.push_back(report(x));
    }
    CPPUNIT_ASSERT_EQUAL(reports[0], reports[1]);
    CPPUNIT_ASSERT(reports[1] != reports[2]);
  }

  void bounded_search_grows_to_the_full_one() {
    const recipe program = sections_of<naive>(one_writer_one_reader);
    const auto bounded = [&](unsigned preemptions) {
      options o;
      o.preemptions = preemptions;
      const exploration x = explore_by(search::bounded, program, o);
      CPPUNIT_ASSERT(x.result == outcome::bounded);
      return x;
    };
    std::uint64_t last = 0;
    for (unsigned preemptions : {0u, 1u, 2u}) {
      const std::uint64_t executions = bounded(preemptions).stats.executions;
      CPPUNIT_ASSERT(executions > last);
      last = executions;
    }
    const exploration full = explore_by(search::full, program);
    CPPUNIT_ASSERT_EQUAL(full.stats.executions, bounded(100).stats.executions);
    CPPUNIT_ASSERT(full.final_states == bounded(100).final_states);
  }

  void samples_find_an_easy_bug() {
    options o;
    o.max_executions = 1000;
    for (search how :
         {search::bounded, search::random, search::stock_bounded, search::stock_random}) {
      const exploration x = explore_by(how, sections_of<open_door>(one_writer_one_reader), o);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(name(how)), std::string("data race"), result_of(x));
    }
  }

  void budget_ends_a_search() {
    const recipe program = sections_of<naive>(one_writer_two_readers);
    options few;
    few.max_executions = 10;
    for (search how : {search::full, search::sleep, search::dpor, search::cached}) {
      const exploration x = explore_by(how, program, few);
      CPPUNIT_ASSERT(x.result == outcome::out_of_budget);
      CPPUNIT_ASSERT_EQUAL(few.max_executions, x.stats.executions);
    }
    CPPUNIT_ASSERT(explore_by(search::stock_full, program, few).result == outcome::out_of_budget);
    options no_time;
    no_time.max_seconds = 0;
    for (search how : {search::full, search::dpor, search::stock_full})
      CPPUNIT_ASSERT(explore_by(how, program, no_time).result == outcome::out_of_budget);
  }

  void interrupt_ends_a_search() {
    static int left;
    const script<memory> s{three_increments.threads, [](memory&) {
                             if (--left == 0)
                               interrupt();
                           }};
    for (search how : {search::full, search::sleep, search::random, search::stock_full}) {
      left = 3;
      std::atomic<std::uint64_t> progress{0};
      options o;
      o.progress = &progress;
      const exploration x = explore_by(how, recipe_of(s), o);
      clear_interrupt();
      CPPUNIT_ASSERT_MESSAGE(std::string(name(how)), x.result == outcome::interrupted);
      CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, progress.load(relaxed)); // relaxed: no other thread
    }
    left = 0;
    CPPUNIT_ASSERT(explore_by(search::full, recipe_of(s)).result == outcome::complete);
  }

  void evidence_is_gathered_over_all_executions() {
    const script<memory> s{store_buffering.threads, [](memory& m) {
                             run::witness(m.r[0]);
                             run::maximum(3, static_cast<std::uint64_t>(m.r[0] + m.r[1]));
                           }};
    for (search how : exhaustive) {
      const exploration x = explore_by(how, recipe_of(s));
      CPPUNIT_ASSERT(x.witnessed(0) && x.witnessed(1) && !x.witnessed(2));
      CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, x.maxima[3]);
    }
  }

  void too_many_threads_are_refused() {
    const script<memory> s{std::vector<script<memory>::body>(thread_limit + 1, [](memory&) {})};
    CPPUNIT_ASSERT_THROW(explore_by(search::full, recipe_of(s)), std::invalid_argument);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(search_test);

} // namespace
} // namespace rwl::verify::test
