// What the judges share: explorations into findings, failures into counterexamples.
#pragma once

#include "check.hpp"
#include "unmodelled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace rwl::verify {

inline options search_options(const check_options& wanted, search preferred) {
  options o;
  o.how = wanted.search_given ? wanted.how : preferred;
  o.part = wanted.part;
  o.preemptions = wanted.preemptions;
  o.max_seconds = wanted.max_seconds;
  o.max_executions = wanted.max_executions;
  if (o.how == search::random || o.how == search::stock_random)
    o.max_executions = std::min<std::uint64_t>(o.max_executions, 100'000);
  o.seed = wanted.seed;
  o.progress = wanted.progress;
  o.shorten = wanted.shorten;
  o.mutant = wanted.mutant;
  o.sites = wanted.sites;
  return o;
}

inline verdict verdict_of(const exploration& x) {
  switch (x.result) {
  case outcome::complete:
    return verdict::holds_complete;
  case outcome::bounded:
    return verdict::holds_bounded;
  case outcome::failed:
    return verdict::refuted;
  default:
    return verdict::unknown;
  }
}

inline std::string bound_of(const exploration& x, const options& o) {
  if (x.stats.history_exhausted)
    return fmt::format("loads look back on {} stores", history_depth);
  switch (o.how) {
  case search::stock_full:
    return "loads look back on one store";
  case search::bounded:
  case search::stock_bounded:
    return fmt::format("{} preemptions", o.preemptions);
  case search::random:
  case search::stock_random:
    return fmt::format("{} random executions", x.stats.executions);
  default:
    return {};
  }
}

inline std::string evidence_of(const exploration& x) {
  if (x.stats.states)
    return fmt::format("{} states, {} executions", x.stats.states, x.stats.executions);
  return fmt::format("{} executions", x.stats.executions);
}

struct report {
  check_result result;

  exploration run(const recipe& program, const options& how) {
    exploration x = explore(program, how);
    if (how.how == search::stock_full && x.result == outcome::complete)
      x.result = outcome::bounded;
    add(result.stats, x.stats);
    result.interrupted |= x.result == outcome::interrupted;
    return x;
  }
  void say(property p, verdict v, std::string evidence, std::string bound = {}) {
    for (finding& f : result.findings)
      if (f.about == p) {
        if (combine(f.says, v) != f.says)
          f = {p, v, std::move(evidence), std::move(bound), {}};
        return;
      }
    result.findings.push_back({p, v, std::move(evidence), std::move(bound), {}});
  }
  void refute(property p, std::string evidence, counterexample example) {
    say(p, verdict::refuted, std::move(evidence));
    for (finding& f : result.findings)
      if (f.about == p && f.says == verdict::refuted && f.examples.empty())
        f.examples.push_back(std::move(example));
  }
  bool refuted(property p) const {
    return std::any_of(result.findings.begin(), result.findings.end(), [p](const finding& f) {
      return f.about == p && f.says == verdict::refuted;
    });
  }
};

// The trace of a failed exploration, with as few preemptions as a short search finds.
inline counterexample example_of(const recipe& program, const options& how,
                                 const exploration& failed, std::string headline,
                                 bool shortest = true) {
  counterexample c;
  c.headline = std::move(headline);
  c.path = shortest && how.shorten ? shorten(program, how, failed) : failed.path;
  c.steps = replay(program, how, c.path);
  c.cycle_begin = c.steps.steps.size();
  return c;
}

// A program that the explorer cannot judge, which refutes nothing.
inline bool is_unmodelled(const failure& f) { return f.message == unmodelled_change; }

inline std::string headline_of(const failure& f) {
  const std::string_view prefixes[] = {
      "mutual exclusion: ", "refinement: ", "bounded exit: ", "concurrent entering: ", "bypass: "};
  std::string text = f.message;
  for (std::string_view p : prefixes)
    if (text.starts_with(p))
      text.erase(0, p.size());
  return fmt::format("{}: {}", f.kind, text);
}

} // namespace rwl::verify
