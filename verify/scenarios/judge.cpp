// Scenarios with one question.
#include "judge.hpp"

#include "findings.hpp"
#include "letter_witnesses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace rwl::verify {

namespace {

// Scenarios with one question: the program ends well in every execution, or the property is
// refuted.
struct question {
  std::vector<property> about;
  std::string headline; // of a refutation; empty: the failure speaks for itself
  std::vector<search> searches;
  std::vector<witness> witnesses;
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
    const std::string headline = asked.headline.empty()
                                     ? headline_of(x.error)
                                     : fmt::format("{} ({})", asked.headline, x.error.kind);
    for (property p : asked.about)
      if (x.result == outcome::failed && is_unmodelled(x.error))
        r.say(p, verdict::unknown, x.error.message);
      else if (x.result == outcome::failed)
        r.refute(p, evidence_of(x), example_of(program, how, x, headline));
      else
        r.say(p, verdict_of(x), evidence_of(x), bound_of(x, how));
    seen |= x.witnesses;
    finished &= x.result == outcome::complete || x.result == outcome::bounded;
  }
  // Of equal executions the reductions run one: what a witness needs may be in the other's.
  report_witnesses(r, asked.witnesses, seen, finished);
  return r.result;
}

bool same_steps(const trace& a, const trace& b) {
  return std::ranges::equal(a.steps, b.steps, [](const trace_step& x, const trace_step& y) {
    return x.thread == y.thread && x.operation == y.operation && x.object == y.object &&
           x.value == y.value && x.argument == y.argument && x.order == y.order &&
           x.reads_from == y.reads_from && x.at.line == y.at.line && x.events == y.events;
  });
}

const std::vector<search> both_reductions = {search::cached, search::dpor};

} // namespace

check_result judge_meeting(recipe_for<party> make, const party& p, const check_options& wanted) {
  options how = search_options(wanted, search::cached);
  how.count_entry_steps = true;
  return judge_plainly(make(p), how,
                       {{property::reader_concurrency},
                        "readers cannot be inside together though nobody writes",
                        both_reductions,
                        {{evidence::readers_overlapped, "readers overlapped", true}}},
                       wanted);
}

std::vector<property> giving_up_columns(const script_set& set) {
  std::vector<property> all = promises_of(set);
  std::erase_if(all,
                [](property p) { return p != property::cancellation && p != property::timeout; });
  return all;
}

std::vector<property> conserving_columns(const script_set& set) {
  std::vector<property> all = giving_up_columns(set);
  all.push_back(property::deadlock_freedom);
  return all;
}

check_result judge_conserving(recipe_for<script_set> make, const script_set& given,
                              const check_options& wanted) {
  check_options own = wanted;
  own.search_given = false; // the reductions do not see what the sections wait for
  const script_set set = given.unchecked();
  return judge_plainly(make(set), search_options(own, search::graph),
                       {conserving_columns(set),
                        "somebody who could be let in waits for ever",
                        {search::graph},
                        witnesses_of(set, true)},
                       own);
}

check_result judge_giving_up(recipe_for<script_set> make, const script_set& given,
                             const check_options& wanted) {
  const script_set set = given.unchecked();
  return judge_plainly(
      make(set), search_options(wanted, search::cached),
      {giving_up_columns(set),
       "a request that should give up stays, or keeps others out after it has left",
       both_reductions, witnesses_of_giving_up(set)},
      wanted);
}

check_result judge_teardown(recipe_for<population> make, const population& p,
                            const check_options& wanted) {
  question asked{{property::data_race_freedom},
                 "an unlock touches the lock after the next owner has destroyed it",
                 both_reductions,
                 {}};
  if (p.outlived)
    asked.witnesses.push_back({evidence::outlived, "an unlock outlived the lock", true});
  return judge_plainly(make(p), search_options(wanted, search::cached), asked, wanted);
}

check_result judge_upgrading(recipe_for<population> make, const population& p,
                             const check_options& wanted) {
  return judge_plainly(
      make(p), search_options(wanted, search::cached),
      {{property::upgrade}, "two upgraders wait for each other", both_reductions, {}}, wanted);
}

check_result judge_condition(recipe_for<condition_set> make, const condition_set& set,
                             const check_options& wanted) {
  const auto has = [&](const char* roles) {
    return set.threads_do.find_first_of(roles) != std::string::npos;
  };
  return judge_plainly(make(set), search_options(wanted, search::cached),
                       {{property::condition},
                        "a notification is lost, or one too many",
                        set.threads() <= 3 ? both_reductions : std::vector{search::cached},
                        {{evidence::was_notified, "a waiter was notified", true},
                         {evidence::time_was_up, "a wait timed out", has("tT")},
                         {evidence::was_stopped, "a wait was stopped", has("cC")}}},
                       wanted);
}

check_result judge_nesting(recipe_for<nesting_set> make, const nesting_set& set,
                           const check_options& wanted) {
  return judge_plainly(
      make(set), search_options(wanted, search::cached),
      {{property::reentrancy},
       "an owner is in its own way, or loses what it holds",
       set.threads <= 2 ? both_reductions : std::vector{search::cached},
       {{evidence::nested_behind_writer, "nested while a writer waited", set.nests_behind_writer()},
        {evidence::report_heard, "a refusal was reported", set.refuses()}}},
      wanted);
}

check_result judge_program(const recipe& program, property about,
                           const std::vector<std::string>& cases, const check_options& wanted) {
  question asked{{about}, "", {search::cached}, {}};
  for (const std::string& name : cases)
    asked.witnesses.push_back({static_cast<int>(asked.witnesses.size()), name, true});
  return judge_plainly(program, search_options(wanted, search::cached), asked, wanted);
}

trace replay_unchecked(recipe_for<script_set> make, const script_set& given, const decisions& path,
                       std::uint64_t) {
  const script_set set = given.unchecked();
  return replay_of(make(set), {}, path);
}

trace replay_of(const recipe& program, options like, const decisions& path) {
  like.how = search::full;
  like.max_steps = 1'000'000;
  trace t = replay(program, like, path);
  // What does not fail at the end of the path goes on beyond it.
  std::erase_if(t.steps, [&](const trace_step& s) { return s.decision >= path.size(); });
  return t;
}

check_result
shown_again(check_result r,
            const std::function<trace(const decisions&, std::uint64_t variant)>& replay) {
  for (const finding& f : r.findings)
    for (const counterexample& e : f.examples)
      if (!same_steps(replay(e.path, e.variant), e.steps))
        throw std::logic_error(
            fmt::format("the counterexample to {} does not run again as it was recorded: {}",
                        info(f.about).name, e.headline));
  return r;
}

} // namespace rwl::verify
