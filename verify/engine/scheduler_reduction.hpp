// The search: which steps depend on one another, and where to branch again.
#pragma once

#include "scheduler.hpp"

namespace rwl::verify {

// ---- dependence ----

template <int N>
bool scheduler<N>::on_behalf(const pending& p, int thread) {
  return p.kind == op_kind::remote_fence && p.argument == static_cast<std::uint64_t>(thread);
}

// Could the order of the suspended thread's next step and of step s matter?
template <int N>
bool scheduler<N>::dependent(int thread, const step& s) {
  const pending& p = engine.thread[thread].next;
  if (on_behalf(p, s.thread) || on_behalf(s.op, thread))
    return true;
  return p.target && p.target == s.op.target && (s.writes || writes(p, p.target->value));
}

template <int N>
bool scheduler<N>::conflicting(const step& a, const step& b) {
  return (a.op.target && a.op.target == b.op.target && (a.writes || b.writes)) ||
         on_behalf(a.op, b.thread) || on_behalf(b.op, a.thread);
}

template <int N>
auto scheduler<N>::clocks_of(int t) const -> clock {
  return last_step_[t] >= 0 ? steps_[static_cast<std::size_t>(last_step_[t])].clocks : clock{};
}

template <int N>
void scheduler<N>::join(clock& into, const clock& from) {
  for (int i = 0; i < N; ++i)
    into[i] = std::max(into[i], from[i]);
}

template <int N>
void scheduler<N>::join_clocks(step& s) {
  s.clocks = clocks_of(s.thread);
  for (auto earlier = steps_.rbegin(); earlier != steps_.rend(); ++earlier)
    if (earlier->number > s.clocks[earlier->thread] && conflicting(*earlier, s))
      join(s.clocks, earlier->clocks);
  s.clocks[s.thread] = s.number;
}

// ---- dynamic partial-order reduction ----

// Every earlier step that conflicts with s and is not ordered before it through something else
// is a race: some thread must be tried in its place that leads to the other order.
template <int N>
void scheduler<N>::find_races(const step& s) {
  const clock own = clocks_of(s.thread);
  clock covered = own;
  for (std::size_t j = steps_.size(); j-- > 0;) {
    const step& f = steps_[j];
    if (f.thread == s.thread || !conflicting(f, s) || f.number <= covered[f.thread])
      continue;
    // A blocking step that f made possible could not have come just before f: look further back.
    if (blocks(s.op.kind) && f.op.target == s.op.target &&
        !enabled(s.op, s.thread, f.before, f.slot_before))
      continue;
    join(covered, f.clocks);
    reverse(j, s, own);
  }
}

template <int N>
void scheduler<N>::reverse(std::size_t j, const step& s, const clock& own) {
  const step& f = steps_[j];
  node& n = path_[f.node];
  const thread_mask initials = first_threads_without(j, s, own) & (n.enabled | n.sleep);
  if (!initials)
    n.backtrack |= n.enabled;
  else if (!(initials & (n.backtrack | n.sleep)))
    n.backtrack |= contains(initials, s.thread) ? only(s.thread) : only(first_of(initials));
}

// Threads that can go first in the execution that leaves out step j and all that depends on it,
// and then makes s.
template <int N>
thread_mask scheduler<N>::first_threads_without(std::size_t j, const step& s,
                                                const clock& own) const {
  const step& f = steps_[j];
  const auto depends_on_f = [&](const step& g) { return g.clocks[f.thread] >= f.number; };
  thread_mask initials = 0, seen = 0;
  for (std::size_t m = j + 1; m < steps_.size(); ++m) {
    const step& g = steps_[m];
    if (depends_on_f(g) || contains(seen, g.thread))
      continue;
    bool first = true;
    for (std::size_t k = j + 1; k < m && first; ++k)
      first = depends_on_f(steps_[k]) || g.clocks[steps_[k].thread] < steps_[k].number;
    seen |= only(g.thread);
    if (first)
      initials |= only(g.thread);
  }
  if (!contains(seen, s.thread)) {
    bool first = true;
    for (std::size_t k = j + 1; k < steps_.size() && first; ++k) {
      const step& h = steps_[k];
      first = depends_on_f(h) || (own[h.thread] < h.number && !conflicting(h, s));
    }
    if (first)
      initials |= only(s.thread);
  }
  return initials;
}

// The oracle sees the events in the order of this execution, one of many that the search takes
// for equal: so events must be ordered by the steps they are attached to.
template <int N>
void scheduler<N>::observed(bool changes_state) {
  if (engine.config.how != search::dpor || engine.free_running || steps_.empty())
    return;
  const step& now = steps_.back();
  const auto after = [&](int index) {
    const step& s = steps_[static_cast<std::size_t>(index)];
    return now.clocks[s.thread] >= s.number;
  };
  const int self = static_cast<int>(steps_.size()) - 1;
  bool ordered = last_observation_ < 0 || after(last_observation_);
  if (changes_state) {
    for (int r : refusals_)
      ordered = ordered && after(r);
    refusals_.clear();
    last_observation_ = self;
  } else {
    refusals_.push_back(self);
  }
  if (!ordered)
    fail("an event is not reported at a linearisation point: its order with another is not "
         "determined by the lock's own operations",
         rl::test_result_inconsistent_test_suite);
}

template <int N>
std::uint64_t scheduler<N>::trace_hash() const {
  std::uint64_t sum = 0;
  for (const step& s : steps_) {
    std::uint64_t h = machine::mix(static_cast<std::uint64_t>(s.thread), s.number);
    h = machine::mix(h, s.data * 2 + s.writes);
    for (std::uint32_t c : s.clocks)
      h = machine::mix(h, c);
    sum += h;
  }
  return sum;
}

// ---- branching again ----

template <int N>
bool scheduler<N>::next_branch() {
  while (!path_.empty() && path_.size() > round_start_) {
    node& n = path_.back();
    if (n.is_thread) {
      n.done |= only(n.chosen);
      if (uses_sleep())
        n.sleep |= only(n.chosen);
      const thread_mask left = n.backtrack & ~n.done & ~(uses_sleep() ? n.sleep : 0);
      if (left) {
        n.chosen = static_cast<std::uint8_t>(first_of(left));
        return true;
      }
    } else if (n.chosen + 1 < n.alternatives) {
      ++n.chosen;
      return true;
    }
    path_.pop_back();
  }
  if (dealing_)
    subtree_was_cut();
  if (aside_.empty())
    return false;
  path_ = aside_.front();
  aside_.pop_front();
  round_start_ = path_.size();
  resuming_ = true;
  return true;
}

} // namespace rwl::verify
