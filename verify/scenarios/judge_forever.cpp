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
  c.steps = replay(program, how, c.path);
  auto& steps = c.steps.steps;
  std::erase_if(steps, [&](const trace_step& s) { return s.decision >= c.path.size(); });
  const auto cycle = std::find_if(steps.begin(), steps.end(), [&](const trace_step& s) {
    return s.decision >= found.prefix.size();
  });
  c.cycle_begin = static_cast<std::size_t>(cycle - steps.begin());
  return c;
}

std::string others(const population& p, int victim) {
  std::string text;
  for (int t = 0; t < p.threads(); ++t)
    if (t != victim)
      text += fmt::format("{}{}{}", text.empty() ? "" : " and ", t < p.writers ? 'W' : 'R', t);
  return text;
}

} // namespace

check_result judge_forever(recipe_for<population> make, const population& people,
                           memory_model memory, const check_options& wanted) {
  report r;
  options how = search_options(wanted, search::graph);
  how.how = search::graph; // only a state graph shows a cycle
  how.memory = memory;
  how.failing_weak_exchanges = 0;
  how.spurious_wakeups = 0;
  const recipe program = make(people);
  const exploration x = r.run(program, how);
  const char* model = memory == memory_model::weak ? "weak memory" : "sequential consistency";
  const std::string size =
      fmt::format("{} states, {} steps, {}", x.graph.nodes.size(), x.graph.edges.size(), model);
  const auto decide = [&](int victim, bool writer) {
    const property column =
        writer ? property::writer_starvation_freedom : property::reader_starvation_freedom;
    if (x.result == outcome::failed)
      return r.say(column, verdict::unknown, headline_of(x.error));
    const int threads = people.threads();
    if (find_fair_cycle(x.graph, threads, victim, phase::leaving, fairness::strong).found)
      r.say(property::bounded_exit, verdict::refuted, "a release that never ends");
    else
      r.say(property::bounded_exit, verdict_of(x), size);
    const lasso found = find_fair_cycle(x.graph, threads, victim, phase::trying, fairness::strong);
    if (found.found)
      return r.refute(column, fmt::format("fair cycle among {}", size),
                      lasso_example(program, how, found,
                                    fmt::format("{} {}{} waits for ever while {} come and go",
                                                writer ? "writer" : "reader", writer ? 'W' : 'R',
                                                victim, others(people, victim))));
    const bool weakly =
        find_fair_cycle(x.graph, threads, victim, phase::trying, fairness::weak).found;
    r.say(column, verdict_of(x),
          fmt::format("no strongly fair cycle in {}{}", size,
                      weakly ? "; under weak fairness there is one" : ", nor a weakly fair one"),
          bound_of(x, how));
  };
  if (people.writers)
    decide(0, true);
  if (people.readers)
    decide(people.writers, false);
  return r.result;
}

} // namespace rwl::verify
