// The standard program: which failure refutes what, and what must have been seen for the rest to
// hold.
#include "findings.hpp"
#include "judge.hpp"
#include "letter_witnesses.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rwl::verify {

namespace {

// A wait that never ends, or something left behind, also refutes what the letters promise of their
// own waits.
std::vector<property> stuck(property first, const script_set& set) {
  std::vector<property> all = {first};
  for (property p : promises_of(set))
    if (p != property::downgrade)
      all.push_back(p);
  return all;
}

// Which properties a failure of the standard program refutes.
std::vector<property> refuted_by(const failure& f, const script_set& set) {
  using enum property;
  if (f.kind == "deadlock" || f.kind == "livelock")
    return stuck(deadlock_freedom, set);
  if (f.kind != "assertion" && f.kind != "inconsistent program")
    return {data_race_freedom};
  if (f.message.starts_with("at the end"))
    return stuck(set.held_to.specified ? refinement : deadlock_freedom, set);
  const struct {
    const char* prefix;
    property refuted;
  } prefixes[] = {{"mutual exclusion", mutual_exclusion},
                  {"refinement", refinement},
                  {"an exception escapes", deadlock_freedom},
                  {"bounded exit", bounded_exit},
                  {"upgrade", upgrade},
                  {"downgrade", downgrade},
                  {"cancellation", cancellation},
                  {"timeout", timeout}};
  for (const auto& p : prefixes)
    if (f.message.starts_with(p.prefix))
      return {p.refuted};
  return {};
}

// Takes what was refuted out of the program, so that the rest can still be decided.
bool without(script_set& set, const std::vector<property>& refuted) {
  if (refuted.size() != 1 || refuted[0] == property::deadlock_freedom || !set.checks(refuted[0]))
    return false;
  set.ignore(refuted[0]);
  return true;
}

std::uint64_t variant_of(const script_set& set) {
  return set.ignored | std::uint64_t{set.fatal_orders} << 32;
}

// Small programs show a violation best; in a large one a short trace is not worth its search.
bool is_small(const script_set& set) {
  int letters = 0;
  set.for_each_letter([&](const request_form&) { ++letters; });
  return letters <= 3;
}

struct order_column {
  order about;
  property column;
  const char* headline;
};
constexpr order_column orders_judged[] = {
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

void decide_orders(report& r, recipe_for<script_set> make, const script_set& set,
                   const options& how, const exploration& x) {
  for (const order_column& c : orders_judged) {
    if (!x.maxima[evidence::first_order + static_cast<int>(c.about)]) {
      r.say(c.column, verdict_of(x), evidence_of(x), bound_of(x, how));
      continue;
    }
    if (r.refuted(c.column))
      continue;
    script_set fatal = set;
    fatal.fatal_orders = static_cast<std::uint8_t>(1u << static_cast<int>(c.about));
    const exploration failed = r.run(make(fatal), how);
    if (failed.result == outcome::failed) {
      counterexample example = example_of(make(fatal), how, failed, c.headline, is_small(set));
      example.variant = variant_of(fatal);
      r.refute(c.column, evidence_of(failed), std::move(example));
    } else
      r.say(c.column, verdict::unknown, "violated, but not when searched for again");
  }
}

// Witnesses of what the events alone do not tell: of equal executions the reductions run one, which
// may be another one each.
constexpr std::uint32_t beyond_events = 1u << evidence::timed_out | 1u << evidence::stopped |
                                        1u << evidence::let_in_too_late |
                                        1u << evidence::let_in_while_stopped;

bool same_verdict(const exploration& a, const exploration& b) {
  return a.result == b.result && !((a.witnesses ^ b.witnesses) & ~beyond_events) &&
         a.error.kind == b.error.kind && a.maxima == b.maxima;
}

// Explores once more by the other reduction: it must agree. Returns what it has witnessed.
std::uint32_t explore_again(report& r, const recipe& program, options how, const exploration& x,
                            const std::vector<property>& open) {
  how.how = search::dpor;
  const exploration y = r.run(program, how);
  const bool finished = y.result != outcome::interrupted && y.result != outcome::out_of_budget;
  if (!same_verdict(x, y))
    for (property p : open)
      r.say(p, verdict::unknown,
            finished ? "the two reductions disagree" : "the second search did not finish");
  return y.witnesses;
}

} // namespace

std::vector<property> promises_of(const script_set& set) {
  bool upgrades = false, downgrades = false;
  set.for_each_letter([&](const request_form& f) {
    upgrades |= f.changes && f.wanted == mode::write;
    downgrades |= f.changes && f.wanted != mode::write;
  });
  std::vector<property> all;
  if (upgrades)
    all.push_back(property::upgrade);
  if (downgrades)
    all.push_back(property::downgrade);
  if (set.has(&request_form::stoppable))
    all.push_back(property::cancellation);
  if (set.has(&request_form::timed))
    all.push_back(property::timeout);
  return all;
}

const std::vector<property>& order_columns() {
  using enum property;
  static const std::vector<property> all = {
      writer_fcfs, fcfs, reader_fife, reader_priority, writer_priority, phase_fairness};
  return all;
}

std::vector<property> safety_columns(const script_set& set) {
  std::vector<property> all = {property::mutual_exclusion, property::data_race_freedom,
                               property::deadlock_freedom, property::bounded_exit};
  for (property p : promises_of(set))
    all.push_back(p);
  if (set.held_to.specified)
    all.push_back(property::refinement);
  return all;
}

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
      std::uint32_t seen = x.witnesses;
      if (set.orders)
        decide_orders(r, make, set, how, x);
      if (twice && !wanted.search_given)
        seen |= explore_again(r, program, how, x, open);
      report_witnesses(r, witnesses_of(set, shares), seen,
                       x.result == outcome::complete || x.result == outcome::bounded);
      return r.result;
    }
    const std::vector<property> refuted = refuted_by(x.error, set);
    if (!refuted.empty()) {
      counterexample example = example_of(program, how, x, headline_of(x.error));
      example.variant = variant_of(set);
      for (property p : refuted)
        r.refute(p, evidence_of(x), example);
    }
    std::erase_if(open, [&](property q) { return std::ranges::count(refuted, q) > 0; });
    if (!without(set, refuted)) {
      for (property q : open)
        r.say(q, verdict::unknown, fmt::format("masked by: {}", headline_of(x.error)));
      return r.result;
    }
  }
}

trace replay_scripts(recipe_for<script_set> make, const script_set& given, const decisions& path,
                     std::uint64_t variant) {
  script_set set = given;
  set.ignored = static_cast<std::uint32_t>(variant);
  set.fatal_orders = static_cast<std::uint8_t>(variant >> 32);
  return replay_of(make(set), {}, path);
}

} // namespace rwl::verify
