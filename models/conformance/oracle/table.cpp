#include "table.hpp"

#include "run_line.hpp"

#include <verify/oracle/spec.hpp>

#include <algorithm>
#include <array>
#include <istream>
#include <iterator>
#include <optional>
#include <ostream>
#include <unordered_set>

namespace rwl::verify::conformance {

namespace {

// The one of that name. The kind is for the complaint.
template <class Named, std::size_t n>
Named named(const Named (&all)[n], const std::string& wanted, const char* kind) {
  const auto* found = std::ranges::find(all, wanted, [](Named one) { return name(one); });
  if (found == std::end(all))
    throw bad_input(std::string("there is no ") + kind + " \"" + wanted + "\"");
  return *found;
}

template <class Named, std::size_t n>
std::vector<std::string> names_of(const Named (&all)[n]) {
  std::vector<std::string> names;
  for (const Named one : all)
    names.emplace_back(name(one));
  return names;
}

strategy strategy_of(const table& t) { return named(all_strategies, t.strategy, "strategy"); }

specification initial_state(const table& t) {
  if (t.without_rule.empty())
    return specification(t.bypass_bound);
  return specification(t.bypass_bound, named(all_rules, t.without_rule, "rule"));
}

struct hash_of {
  std::size_t operator()(const specification& s) const { return s.hash(); }
};

// visit(event, thread, state after it) for each event that may happen, refusals included.
template <class Visit>
void for_each_event(const specification& state, strategy s, limits within, Visit visit) {
  for (int t = 0; t < within.threads; ++t)
    for (int e = 0; e < event_count; ++e) {
      specification after = state;
      if (after.step(s, static_cast<event>(e), t) && after.depth() <= within.depth)
        visit(static_cast<event>(e), t, after);
    }
}

// visit(state) for each state that can be reached. Returns how many there are.
template <class Visit>
std::size_t for_each_state(const specification& start, strategy s, limits within, Visit visit) {
  std::unordered_set<specification, hash_of> seen{start};
  std::vector<const specification*> todo{&*seen.begin()};
  while (!todo.empty()) {
    const specification& state = *todo.back();
    todo.pop_back();
    visit(state);
    for_each_event(state, s, within, [&](event, int, const specification& after) {
      if (const auto [place, is_new] = seen.insert(after); is_new)
        todo.push_back(&*place);
    });
  }
  return seen.size();
}

std::uint64_t fnv1a(std::string_view line) {
  std::uint64_t h = 0xcbf29ce484222325U;
  for (const char c : line)
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return h;
}

// A step of a run, for sets of steps.
std::uint64_t key(const specification& before, event e, int thread) {
  return mix(before.hash(), static_cast<unsigned>(e) << 8 | static_cast<unsigned>(thread));
}

std::string text_of(event e, int thread) {
  return std::string(name(e)) + ' ' + std::to_string(thread);
}

// The state as models/promela/every_step tells it.
std::string in_numbers(const specification& s, int threads) {
  const auto holder = [&](int thread) { return thread < 0 ? threads : thread; };
  thread_set upgradeable;
  for (const request& r : s.queue())
    if (r.wanted == mode::upgradeable)
      upgradeable.insert(r.thread);
  const int writers = s.waiting_writers().bits() & ~upgradeable.bits();
  std::string text;
  const auto append = [&](int number) { text += std::to_string(number) + ' '; };
  for (const int number :
       {int{s.readers().bits()}, holder(s.writer()), s.depth(), holder(s.upgradeable()),
        int{s.upgrade_pending()}, int{s.waiting_readers().bits()}, writers, int{upgradeable.bits()},
        int{s.batch().bits()}, int{s.condition_readers().bits()},
        int{s.condition_writers().bits()}})
    append(number);
  for (const request& r : s.queue()) {
    append(r.thread);
    append(r.overtaken);
  }
  text.pop_back();
  return text;
}

} // namespace

std::vector<std::string> strategy_names() { return names_of(all_strategies); }
std::vector<std::string> rule_names() { return names_of(all_rules); }

graph_summary graph_of(const table& t, limits within, std::ostream* edges) {
  constexpr std::array grants = {event::read_grant, event::write_grant, event::upgradeable_grant,
                                 event::upgrade_grant};
  const strategy s = strategy_of(t);
  graph_summary graph;
  graph.states = for_each_state(initial_state(t), s, within, [&](const specification& state) {
    const std::string source = state.show();
    const auto edge = [&](std::string_view label, int thread, const std::string& target) {
      std::string line = source;
      line.append("|").append(label).append(" ").append(std::to_string(thread));
      line.append("|").append(target);
      ++graph.edges;
      graph.hash += fnv1a(line);
      if (edges != nullptr)
        *edges << line << '\n';
    };
    for_each_event(state, s, within, [&](event e, int thread, const specification& after) {
      edge(name(e), thread, after.show());
    });
    for (int thread = 0; thread < within.threads; ++thread)
      for (const event grant : grants)
        if (state.owes(s, grant, thread))
          edge("owes_" + std::string(name(grant)), thread, source);
  });
  return graph;
}

std::vector<std::string> states_of(const table& t, const std::vector<run_line>& events) {
  const strategy s = strategy_of(t);
  specification state = initial_state(t);
  std::vector<std::string> states{state.show()};
  for (const run_line& e : events) {
    if (!state.step(s, e.what, e.thread))
      throw bad_input(text_of(e.what, e.thread) + " may not happen in " + state.show());
    states.push_back(state.show());
  }
  return states;
}

replay_summary replay(const table& t, std::istream& run, limits within) {
  struct visited {
    long depth;
    specification state;
    bool operator==(const visited& other) const { return state == other.state; }
  };
  const strategy s = strategy_of(t);
  const specification start = initial_state(t);
  std::vector<visited> path{{-1, start}}; // a search comes back to these states
  std::optional<std::size_t> cycle;
  std::unordered_set<std::uint64_t> steps;
  replay_summary summary;
  for (std::string text; std::getline(run, text);) {
    if (text.starts_with(title_mark))
      continue;
    if (text == cycle_mark) {
      cycle = summary.events;
      continue;
    }
    const run_line line = parse_run_line(text);
    while (line.depth && path.back().depth >= *line.depth)
      path.pop_back();
    const specification before = path.back().state;
    specification after = before;
    if (!after.step(s, line.what, line.thread)) {
      summary.rejected = text_of(line.what, line.thread) + " may not happen in " + before.show();
      break;
    }
    if (!line.state.empty() && within.threads == 0)
      throw bad_input("a search is of so many threads: --covers THREADS");
    if (!line.state.empty() && line.state != in_numbers(after, within.threads)) {
      summary.rejected = "\"" + text + "\" is told after " + before.show() +
                         ", where the oracle goes to " + after.show();
      break;
    }
    path.push_back({line.depth.value_or(0), after});
    ++summary.events;
    if (line.thread < within.threads && after.depth() <= within.depth && !is_refusal(line.what))
      steps.insert(key(before, line.what, line.thread));
  }
  summary.state = path.back().state.show();
  if (cycle && summary.rejected.empty()) {
    const auto begin = where_cycle_begins(path, *cycle);
    if (begin)
      summary.lap = summary.events - *begin;
    else
      summary.rejected = "the cycle does not come back from " + summary.state;
  }
  summary.steps = steps.size();
  for_each_state(start, s, within, [&](const specification& state) {
    for_each_event(state, s, within, [&](event e, int thread, const specification&) {
      if (is_refusal(e))
        return;
      ++summary.all_steps;
      if (summary.not_taken.empty() && !steps.contains(key(state, e, thread)))
        summary.not_taken = text_of(e, thread) + " in " + state.show();
    });
  });
  return summary;
}

} // namespace rwl::verify::conformance
