// Bounded bypass: how many later arrivals enter first, as the others come back more often?
#include "findings.hpp"
#include "judge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace rwl::verify {

namespace {

// Who promises a bound in figures is held to it; -1: nobody does.
int promised_bypass(const rules& r) {
  return r.specified && r.follows == strategy::throughput ? r.bypass_bound : -1;
}

options rounds_options(const check_options& wanted) {
  options how = search_options(wanted, search::cached);
  how.memory = memory_model::sequential;
  how.spurious_wakeups = 0;
  return how;
}

} // namespace

check_result judge_rounds(recipe_for<rounds_set> make, const rounds_set& given,
                          const check_options& wanted) {
  report r;
  const property column = given.victim == 'R' ? property::reader_bypass : property::writer_bypass;
  const options how = rounds_options(wanted);
  const int most_rounds = given.most_rounds;
  std::vector<std::uint64_t> most;
  bool waited = false;
  verdict worst = verdict::holds_complete;
  std::string bound;
  for (int rounds = 1; rounds <= most_rounds; ++rounds) {
    rounds_set set = given;
    set.rounds = rounds;
    const exploration x = r.run(make(set), how);
    worst = combine(worst, verdict_of(x));
    if (bound.empty())
      bound = bound_of(x, how);
    if (x.result == outcome::failed) {
      r.say(column, verdict::unknown, headline_of(x.error));
      return r.result;
    }
    most.push_back(x.maxima[evidence::bypassed_by]);
    waited |= x.witnessed(given.victim == 'R' ? evidence::reader_waited : evidence::writer_waited);
  }
  const int promised = promised_bypass(given.held_to);
  const std::string figures =
      fmt::format("at most {} later arrivals enter first in 1 to {} rounds of {}{}",
                  fmt::join(most, ", "), most_rounds, given.environment,
                  promised < 0 ? "" : fmt::format("; {} are promised", promised));
  const bool finished = worst == verdict::holds_complete || worst == verdict::holds_bounded;
  // Whoever has a single round does not come back: a bound may show from two rounds on.
  const bool flat =
      std::adjacent_find(most.begin() + 1, most.end(), std::not_equal_to<>()) == most.end();
  const bool growing =
      std::adjacent_find(most.begin(), most.end(), std::greater_equal<>()) == most.end();
  if (finished)
    (waited ? r.result.witnessed : r.result.missing).push_back("the victim waited");
  const bool broken = promised >= 0 && most.back() > static_cast<std::uint64_t>(promised);
  if (!finished || (promised < 0 ? flat : !broken)) {
    r.say(column, worst, figures, bound);
    return r.result;
  }
  rounds_set set = given;
  set.rounds = most_rounds;
  set.fatal_bypass = broken ? promised : static_cast<int>(most[most.size() - 2]);
  exploration failed;
  if (growing || broken)
    failed = r.run(make(set), how);
  if (failed.result == outcome::failed) {
    counterexample example =
        example_of(make(set), how, failed,
                   fmt::format("{} later arrivals entered before a waiting {}", most.back(),
                               given.victim == 'R' ? "reader" : "writer"));
    example.variant = static_cast<std::uint64_t>(set.fatal_bypass) + 1;
    r.refute(column, figures, std::move(example));
  } else {
    r.say(column, verdict::unknown, figures + ": neither flat nor shown to grow");
  }
  return r.result;
}

trace replay_rounds(recipe_for<rounds_set> make, const rounds_set& given, const decisions& path,
                    std::uint64_t variant) {
  rounds_set set = given;
  set.rounds = given.most_rounds;
  set.fatal_bypass = static_cast<int>(variant) - 1;
  return replay_of(make(set), rounds_options({}), path);
}

} // namespace rwl::verify
