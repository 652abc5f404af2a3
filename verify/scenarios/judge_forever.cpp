// Starvation: the state graph of the endless program, searched for fair cycles.
#include "../engine/fair_cycle.hpp"
#include "findings.hpp"
#include "judge.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rwl::verify {

namespace {

counterexample lasso_example(const recipe& program, const options& how, const lasso& found,
                             std::string headline) {
  counterexample c;
  c.headline = std::move(headline);
  c.path = found.prefix;
  c.path.insert(c.path.end(), found.cycle.begin(), found.cycle.end());
  c.steps = replay_of(program, how, c.path);
  const auto& steps = c.steps.steps;
  const auto cycle = std::find_if(steps.begin(), steps.end(), [&](const trace_step& s) {
    return s.decision >= found.prefix.size();
  });
  c.cycle_begin = static_cast<std::size_t>(cycle - steps.begin());
  return c;
}

char kind_of(const script_set& s, int t) { return s.scripts[static_cast<std::size_t>(t)][0]; }

std::string others(const script_set& s, int victim) {
  std::string text;
  for (int t = 0; t < s.threads; ++t)
    if (t != victim)
      text += fmt::format("{}{}{}", text.empty() ? "" : " and ", kind_of(s, t), t);
  return text;
}

// One of those with equal scripts is enough, and who gives up cannot wait for ever.
bool may_starve(const script_set& s, int t) {
  const auto begin = s.scripts.begin(), own = begin + t;
  return own->find('t') == std::string::npos && std::find(begin, own, *own) == own;
}

options forever_options(const check_options& wanted, memory_model memory) {
  options how = search_options(wanted, search::graph);
  how.how = search::graph; // only a state graph shows a cycle
  how.memory = memory;
  how.failing_weak_exchanges = 0;
  how.spurious_wakeups = 0;
  return how;
}

} // namespace

std::vector<property> starvation_columns(const script_set& set) {
  bool readers = false, others = false;
  for (int t = 0; t < set.threads; ++t)
    (kind_of(set, t) == 'R' ? readers : others) |= may_starve(set, t);
  std::vector<property> all = {property::bounded_exit};
  if (readers)
    all.push_back(property::reader_starvation_freedom);
  if (others)
    all.push_back(property::writer_starvation_freedom);
  return all;
}

check_result judge_forever(recipe_for<script_set> make, const script_set& given,
                           memory_model memory, const check_options& wanted) {
  report r;
  const script_set set = given.unchecked();
  const options how = forever_options(wanted, memory);
  const recipe program = make(set);
  const exploration x = r.run(program, how);
  const char* model = memory == memory_model::weak ? "weak memory" : "sequential consistency";
  const std::string size =
      fmt::format("{} states, {} steps, {}", x.graph.nodes.size(), x.graph.edges.size(), model);
  const auto decide = [&](int victim) {
    const bool writer = kind_of(set, victim) != 'R';
    const property column =
        writer ? property::writer_starvation_freedom : property::reader_starvation_freedom;
    if (x.result == outcome::failed) {
      r.say(property::bounded_exit, verdict::unknown, headline_of(x.error));
      return r.say(column, verdict::unknown, headline_of(x.error));
    }
    const int threads = set.threads;
    if (find_fair_cycle(x.graph, threads, victim, phase::leaving, fairness::strong).found)
      r.say(property::bounded_exit, verdict::refuted, "a release that never ends");
    else
      r.say(property::bounded_exit, verdict_of(x), size);
    const lasso found = find_fair_cycle(x.graph, threads, victim, phase::trying, fairness::strong);
    if (found.found)
      return r.refute(
          column, fmt::format("fair cycle among {}", size),
          lasso_example(program, how, found,
                        fmt::format("{} {}{} waits for ever while {} {}",
                                    writer ? "writer" : "reader", kind_of(set, victim), victim,
                                    others(set, victim),
                                    set.threads == 2 ? "comes and goes" : "come and go")));
    const bool weakly =
        find_fair_cycle(x.graph, threads, victim, phase::trying, fairness::weak).found;
    r.say(column, verdict_of(x),
          fmt::format("no strongly fair cycle in {}{}", size,
                      weakly ? "; under weak fairness there is one" : ", nor a weakly fair one"),
          bound_of(x, how));
  };
  for (int t = 0; t < set.threads; ++t)
    if (may_starve(set, t))
      decide(t);
  return r.result;
}

trace replay_forever(recipe_for<script_set> make, const script_set& given, memory_model memory,
                     const decisions& path) {
  const script_set set = given.unchecked();
  return replay_of(make(set), forever_options({}, memory), path);
}

} // namespace rwl::verify
