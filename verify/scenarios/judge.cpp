#include "judge.hpp"

#include "findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace rwl::verify {

namespace {

// Which property a failure of the standard program refutes.
std::optional<property> refuted_by(const failure& f, bool specified) {
  if (f.kind == "deadlock" || f.kind == "livelock")
    return property::deadlock_freedom;
  if (f.kind != "assertion" && f.kind != "inconsistent program")
    return property::data_race_freedom;
  if (f.message.starts_with("mutual exclusion"))
    return property::mutual_exclusion;
  if (f.message.starts_with("refinement"))
    return property::refinement;
  if (f.message.starts_with("bounded exit"))
    return property::bounded_exit;
  if (f.message.starts_with("at the end"))
    return specified ? property::refinement : property::deadlock_freedom;
  return std::nullopt;
}

// Takes the refuted property out of the program, so that the others can still be decided.
bool without(script_set& set, property p) {
  switch (p) {
  case property::mutual_exclusion:
    return std::exchange(set.exclusion, false);
  case property::data_race_freedom:
    return std::exchange(set.payload, false);
  case property::refinement:
    return std::exchange(set.refinement, false);
  case property::bounded_exit:
    return std::exchange(set.exit_bound, false);
  default:
    return false;
  }
}

// Small programs show a violation best; in a large one a short trace is not worth its search.
bool is_small(const script_set& set) {
  std::size_t operations = 0;
  for (const std::string& s : set.scripts)
    operations += s.size();
  return operations <= 3;
}

struct order_column {
  order about;
  property column;
  const char* headline;
};
constexpr order_column order_columns[] = {
    {order::writer_fcfs, property::writer_fcfs, "a writer entered before one that came earlier"},
    {order::fcfs, property::fcfs,
     "somebody entered before one of the other kind that came earlier"},
    {order::reader_fife, property::reader_fife,
     "a reader entered while one that came earlier was still held back"},
    {order::rp1, property::reader_priority, "a reader waited because a writer waited"},
    {order::wp1, property::writer_priority,
     "a reader entered while a writer waited that came earlier"},
    {order::pf_reader, property::phase_fairness, "two writers entered while one reader waited"},
    {order::pf_writer, property::phase_fairness,
     "a reader that was in no batch entered before a writer that came earlier"},
};

std::vector<property> safety_columns(const script_set& set) {
  std::vector<property> all = {property::mutual_exclusion, property::data_race_freedom,
                               property::deadlock_freedom, property::bounded_exit};
  if (set.held_to.specified)
    all.push_back(property::refinement);
  return all;
}

void decide_orders(report& r, recipe_for<script_set> make, const script_set& set,
                   const options& how, const exploration& x) {
  for (const order_column& c : order_columns) {
    if (!x.maxima[evidence::first_order + static_cast<int>(c.about)]) {
      r.say(c.column, verdict_of(x), evidence_of(x), bound_of(x, how));
      continue;
    }
    if (r.refuted(c.column))
      continue;
    script_set fatal = set;
    fatal.fatal_orders = static_cast<std::uint8_t>(1u << static_cast<int>(c.about));
    const exploration failed = r.run(make(fatal), how);
    if (failed.result == outcome::failed)
      r.refute(c.column, evidence_of(failed),
               example_of(make(fatal), how, failed, c.headline, is_small(set)));
    else
      r.say(c.column, verdict::unknown, "violated, but not when searched for again");
  }
}

void require_witnesses(report& r, const script_set& set, bool shares, const exploration& x) {
  int readers = 0, writers = 0, try_writers = 0, tries = 0;
  for (int t = 0; t < set.threads; ++t) {
    const std::string& s = set.scripts[static_cast<std::size_t>(t)];
    readers += s.find('R') != s.npos;
    writers += s.find('W') != s.npos;
    try_writers += s.find('w') != s.npos;
    tries += s.find_first_of("rw") != s.npos;
  }
  const bool contended = writers > 0 && readers + writers > 1;
  const bool refusable = tries > 0 && writers + try_writers > 0 && set.threads > 1;
  const struct {
    int index;
    const char* name;
    bool required;
  } witnesses[] = {
      {evidence::readers_overlapped, "readers overlapped", shares && readers > 1},
      {evidence::writer_waited, "a writer waited", shares && contended},
      {evidence::reader_waited, "a reader waited", shares && readers > 0 && writers > 0},
      {evidence::try_refused, "a try was refused", refusable},
  };
  for (const auto& w : witnesses) {
    if (x.witnessed(w.index))
      r.result.witnessed.push_back(w.name);
    else if (w.required && (x.result == outcome::complete || x.result == outcome::bounded))
      r.result.missing.push_back(w.name);
  }
}

bool same_verdict(const exploration& a, const exploration& b) {
  return a.result == b.result && a.witnesses == b.witnesses && a.error.kind == b.error.kind &&
         a.maxima == b.maxima;
}

} // namespace

check_result judge_scripts(recipe_for<script_set> make, const script_set& given, bool shares,
                           bool twice, const check_options& wanted) {
  report r;
  script_set set = given;
  const options how = search_options(wanted, search::cached);
  std::vector<property> open = safety_columns(set);
  for (;;) {
    const recipe program = make(set);
    const exploration x = r.run(program, how);
    if (x.result != outcome::failed) {
      for (property p : open)
        r.say(p, verdict_of(x), evidence_of(x), bound_of(x, how));
      require_witnesses(r, set, shares, x);
      if (set.orders)
        decide_orders(r, make, set, how, x);
      if (twice && !wanted.search_given) {
        options other = how;
        other.how = search::dpor;
        const exploration y = r.run(program, other);
        const bool finished =
            y.result != outcome::interrupted && y.result != outcome::out_of_budget;
        if (!same_verdict(x, y))
          for (property p : open)
            r.say(p, verdict::unknown,
                  finished ? "the two reductions disagree" : "the second search did not finish");
      }
      return r.result;
    }
    const auto p = refuted_by(x.error, set.held_to.specified);
    if (p)
      r.refute(*p, evidence_of(x), example_of(program, how, x, headline_of(x.error)));
    std::erase_if(open, [&](property q) { return q == p; });
    if (!p || !without(set, *p)) {
      for (property q : open)
        r.say(q, verdict::unknown, fmt::format("masked by: {}", headline_of(x.error)));
      return r.result;
    }
  }
}

check_result judge_rounds(recipe_for<rounds_set> make, const rounds_set& given,
                          const check_options& wanted) {
  report r;
  const property column = given.victim == 'R' ? property::reader_bypass : property::writer_bypass;
  options how = search_options(wanted, search::cached);
  how.memory = memory_model::sequential;
  how.spurious_wakeups = 0;
  constexpr int most_rounds = 4;
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
  const std::string figures =
      fmt::format("at most {} later arrivals enter first in 1 to {} rounds of {}",
                  fmt::join(most, ", "), most_rounds, given.environment);
  const bool finished = worst == verdict::holds_complete || worst == verdict::holds_bounded;
  // Whoever has a single round does not come back: a bound may show from two rounds on.
  const bool flat =
      std::adjacent_find(most.begin() + 1, most.end(), std::not_equal_to<>()) == most.end();
  const bool growing =
      std::adjacent_find(most.begin(), most.end(), std::greater_equal<>()) == most.end();
  if (finished)
    (waited ? r.result.witnessed : r.result.missing).push_back("the victim waited");
  if (!finished || flat) {
    r.say(column, worst, figures, bound);
    return r.result;
  }
  rounds_set set = given;
  set.rounds = most_rounds;
  set.fatal_bypass = static_cast<int>(most[most_rounds - 2]);
  exploration failed;
  if (growing)
    failed = r.run(make(set), how);
  if (failed.result == outcome::failed)
    r.refute(
        column, figures,
        example_of(make(set), how, failed,
                   fmt::format("{} later arrivals entered before a waiting {}",
                               most[most_rounds - 1], given.victim == 'R' ? "reader" : "writer")));
  else
    r.say(column, verdict::unknown, figures + ": neither flat nor shown to grow");
  return r.result;
}

namespace {

struct witness {
  int index;
  const char* name;
};

// Scenarios with one question: the program ends well in every execution, or the property is
// refuted.
struct question {
  property about;
  std::string headline; // of a refutation
  std::vector<search> searches;
  std::vector<witness> required;
};

check_result judge_plainly(const recipe& program, options how, question asked,
                           const check_options& wanted) {
  report r;
  std::uint32_t seen = 0;
  bool finished = true;
  if (wanted.search_given)
    asked.searches = {wanted.how};
  for (search s : asked.searches) {
    how.how = s;
    const exploration x = r.run(program, how);
    if (x.result == outcome::failed)
      r.refute(asked.about, evidence_of(x),
               example_of(program, how, x, fmt::format("{} ({})", asked.headline, x.error.kind)));
    else
      r.say(asked.about, verdict_of(x), evidence_of(x), bound_of(x, how));
    seen |= x.witnesses;
    finished &= x.result == outcome::complete || x.result == outcome::bounded;
  }
  // Of equal executions the reductions run one: what a witness needs may be in the other's.
  for (const witness& w : asked.required) {
    if (seen >> w.index & 1)
      r.result.witnessed.push_back(w.name);
    else if (finished)
      r.result.missing.push_back(w.name);
  }
  return r.result;
}

const std::vector<search> both_reductions = {search::cached, search::dpor};

} // namespace

check_result judge_meeting(recipe_for<party> make, const party& p, const check_options& wanted) {
  options how = search_options(wanted, search::cached);
  how.count_entry_steps = true;
  return judge_plainly(make(p), how,
                       {property::reader_concurrency,
                        "readers cannot be inside together though nobody writes",
                        both_reductions,
                        {{evidence::readers_overlapped, "readers overlapped"}}},
                       wanted);
}

check_result judge_conserving(recipe_for<population> make, const population& p,
                              const check_options& wanted) {
  check_options own = wanted;
  own.search_given = false; // the reductions do not see what the sections wait for
  question asked{property::deadlock_freedom,
                 "somebody who could be let in waits for ever",
                 {search::graph},
                 {}};
  if (p.writers > 0 && p.threads() > 1)
    asked.required.push_back({evidence::writer_waited, "a writer waited"});
  if (p.writers > 0 && p.readers > 0)
    asked.required.push_back({evidence::reader_waited, "a reader waited"});
  if (p.readers > 1)
    asked.required.push_back({evidence::readers_overlapped, "readers overlapped"});
  return judge_plainly(make(p), search_options(own, search::graph), asked, own);
}

check_result judge_teardown(recipe_for<population> make, const population& p,
                            const check_options& wanted) {
  question asked{property::data_race_freedom,
                 "an unlock touches the lock after the next owner has destroyed it",
                 both_reductions,
                 {}};
  if (p.outlived)
    asked.required.push_back({evidence::outlived, "an unlock outlived the lock"});
  return judge_plainly(make(p), search_options(wanted, search::cached), asked, wanted);
}

check_result judge_upgrading(recipe_for<population> make, const population& p,
                             const check_options& wanted) {
  return judge_plainly(
      make(p), search_options(wanted, search::cached),
      {property::upgrade, "two upgraders wait for each other", both_reductions, {}}, wanted);
}

} // namespace rwl::verify
