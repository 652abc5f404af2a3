// The search: keys of states, the states that were reached before, the graph of all states.
#pragma once

#include "scheduler.hpp"

namespace rwl::verify {

// ---- states ----

template <int N>
std::uint64_t scheduler<N>::state_key() {
  std::uint64_t h = 0x1234;
  std::array<bool, N> done;
  for (int t = 0; t < N; ++t) {
    done[t] = finished(t);
    const thread_record& r = engine.thread[t];
    h = machine::mix(h, r.history);
    h = machine::mix(h, r.next.detail);
    h = machine::mix(h, reinterpret_cast<std::uintptr_t>(r.next.target) * 16 +
                            static_cast<std::uint64_t>(r.next.kind));
    h = machine::mix(h, done[t] * 16u + static_cast<unsigned>(r.now));
    h = machine::mix(h, r.weak_failures_left * 16u + r.wakeups_left * 2u + r.mutant_has_failed);
  }
  h = machine::mix(h, engine.running->key());
  return machine::mix(h, typename memory::key(done).compute());
}

// The same state, thread and outcomes must lead to the same state; else some annotation of live
// locals, or the key itself, leaves out what matters.
template <int N>
void scheduler<N>::check_key() {
  const std::uint64_t key = state_key();
  if (uses_keys() && engine.config.how != search::cached && engine.config.how != search::graph)
    states_.at(key);
  if (previous_key_ && !steps_.empty()) {
    const step& s = steps_.back();
    const auto [successor, fresh] = successors_.at(
        machine::mix(machine::mix(previous_key_, static_cast<std::uint64_t>(s.thread)), s.data));
    if (fresh)
      successor = key;
    else if (successor != key)
      ++engine.found->stats.key_conflicts;
  }
  previous_key_ = key;
}

// Godefroid: a state that was explored with sleep set Z needs only those threads again that
// slept then and do not sleep now.
template <int N>
thread_mask scheduler<N>::not_yet_explored(thread_mask can_run, thread_mask available,
                                           thread_mask& asleep) {
  const auto [slept, fresh] = states_.at(state_key());
  if (fresh) {
    slept = asleep;
    return available;
  }
  const auto again = static_cast<thread_mask>(slept) & ~asleep;
  asleep &= static_cast<thread_mask>(slept);
  slept = asleep;
  return again & can_run;
}

// ---- the state graph ----

template <int N>
thread_mask scheduler<N>::enter_graph_node(thread_mask can_run, thread_mask available,
                                           std::uint32_t& index) {
  state_graph& g = engine.found->graph;
  const auto [node_index, fresh] = states_.at(state_key());
  thread_mask result = available;
  if (resuming_) {
    resuming_ = false;
    previous_node_ = -1;
  } else if (fresh) {
    node_index = g.nodes.size();
    add_graph_node(can_run);
    if (path_.size() >= round_start_ + round_depth) {
      aside_.push_back(path_);
      result = 0;
    }
  } else {
    result = 0;
  }
  if (previous_node_ >= 0)
    add_graph_edge(static_cast<std::uint32_t>(node_index));
  index = static_cast<std::uint32_t>(node_index);
  return result;
}

template <int N>
void scheduler<N>::add_graph_node(thread_mask can_run) {
  state_graph::node n;
  n.enabled = can_run;
  for (int t = 0; t < N; ++t) {
    n.phases[static_cast<std::size_t>(t)] = engine.thread[t].now;
    if (finished(t))
      n.finished |= only(t);
  }
  outside_model outside;
  engine.found->graph.nodes.push_back(n);
}

template <int N>
void scheduler<N>::add_graph_edge(std::uint32_t to) {
  const step& s = steps_.back();
  outside_model outside;
  engine.found->graph.edges.push_back({static_cast<std::uint32_t>(previous_node_), to,
                                       static_cast<std::uint8_t>(s.thread),
                                       static_cast<std::uint8_t>(s.choices), s.outcomes});
}

} // namespace rwl::verify
