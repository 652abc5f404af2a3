// Enumerates every state that a specification, with or without monitors, can reach.
#pragma once

#include <verify/oracle/monitors.hpp>

#include <unordered_set>
#include <vector>

namespace rwl::verify {

// The events that are steps: all but the refusals.
inline constexpr int step_event_count = static_cast<int>(event::read_refused);

struct graph_size {
  std::size_t states = 0;
  std::size_t edges = 0;
  friend bool operator==(const graph_size&, const graph_size&) = default;
};

struct hash_of {
  template <class T>
  std::size_t operator()(const T& value) const {
    return value.hash();
  }
};

// Breadth first from start; State has hash() and ==. successors(state, emit) emits each one, and
// check(state) looks at every state once.
template <class State, class Successors, class Check>
graph_size enumerate(const State& start, Successors successors, Check check) {
  std::unordered_set<State, hash_of> seen{start};
  std::vector<State> frontier{start};
  graph_size size;
  while (!frontier.empty()) {
    std::vector<State> next;
    for (const State& state : frontier) {
      check(state);
      successors(state, [&](const State& successor) {
        ++size.edges;
        if (seen.insert(successor).second)
          next.push_back(successor);
      });
    }
    frontier.swap(next);
  }
  size.states = seen.size();
  return size;
}

// All steps of threads 0..threads-1; the writer nests at most two deep.
template <class Visit>
void for_each_step(const specification& state, strategy s, int threads, Visit visit) {
  for (int t = 0; t < threads; ++t)
    for (int e = 0; e < step_event_count; ++e) {
      specification after = state;
      if (after.step(s, static_cast<event>(e), t) && after.depth() <= 2)
        visit(static_cast<event>(e), t, after);
    }
}

// A specification together with a monitor that has watched it all the way.
template <class Monitor>
struct watched {
  specification state;
  Monitor monitor;

  std::uint64_t hash() const { return mix(state.hash(), monitor.hash()); }
  friend bool operator==(const watched&, const watched&) = default;
};

// Enumerates all states of the specification under the monitor, as far as permitted(event) events
// lead.
template <class Monitor, class Permitted, class Check>
graph_size enumerate_watched(watched<Monitor> start, strategy s, int threads, Permitted permitted,
                             Check check) {
  return enumerate(
      start,
      [&](const watched<Monitor>& at, auto emit) {
        for_each_step(at.state, s, threads, [&](event e, int t, const specification& after) {
          if (!permitted(e))
            return;
          watched<Monitor> next{after, at.monitor};
          next.monitor.observe({s, at.state, e, t, after});
          emit(next);
        });
      },
      [&](const watched<Monitor>& at) { check(at.monitor); });
}

} // namespace rwl::verify
