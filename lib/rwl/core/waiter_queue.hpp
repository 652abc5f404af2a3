// The waiter queue: a FIFO of runs, reached by one pointer.
//
// A run is a group of waiters of one kind that stand together: readers, which enter together, or
// writers and requests for the upgradeable mode, which enter one at a time. The first waiter of a
// run leads it: leaders form the ring `runs`, each run forms a ring `peers`. Neighbouring runs
// differ in kind, so two runs mean that both kinds wait. Before all runs may stand one upgrader,
// which holds the lock already.
//
//   head --> ( U ) --> [ W1 W2 W3 ] --> [ R1 R2 ] --> [ W4 ] --> back to the head
//
// Two rules of order. Separate kinds: a waiter joins the run of its kind, and the writers stand
// before the readers, so there is at most one run of each. One queue: a waiter joins the last run
// if it is of its kind, and starts a new one behind it otherwise.
//
// All operations are O(1), but for count(), and for taking out a run of readers, which visits each
// of them once: to count them, and to mark them, so that a waiter that gives up meanwhile knows
// that it is admitted. Every call is made under the queue lock.
#pragma once

#include "barging.hpp"
#include "ring.hpp"
#include "waiter.hpp"

#include <cstdint>

namespace rwl::core {

template <class Sync, bool OneQueue, unsigned BypassBound = 0>
class waiter_queue {
public:
  using node = waiter<Sync>;
  using state = typename node::state;

  using batch = core::batch<Sync>;

  bool empty() const { return head() == nullptr; }
  bool writers_wait() const { return holds(false); }
  bool readers_wait() const { return holds(true); }
  bool readers_lead() const { return !empty() && head()->reads(); }

  // Precondition: not empty.
  node& front() const { return *head(); }

  // Precondition: the waiter stands in no queue.
  void push(node& w) {
    join_generation(w);
    w.is = state::waiting;
    node* first = first_run();
    if (!first)
      return append(w);
    const bool in_front = !OneQueue && !w.reads();
    node& run = in_front ? *first : *tail();
    if (run.reads() == w.reads()) {
      w.leads = false;
      ring::splice<&node::peers>(run, w);
    } else if (in_front) {
      insert_before(*first, w);
    } else {
      append(w);
    }
  }

  // Precondition: the waiter stands in no queue, and no other upgrader in this one.
  void push_upgrader(node& w) {
    join_generation(w);
    w.is = state::waiting;
    empty() ? append(w) : insert_before(*head(), w);
  }

  // Takes out the head alone. Precondition: not empty.
  batch pop_front() {
    node& first = front();
    remove(first);
    return {&first, 1};
  }

  // Takes out the readers at the head, or with separate kinds all of them. Precondition: there are
  // some.
  batch pop_readers() {
    node& leader = OneQueue ? *head() : *tail();
    unlink_run(leader);
    std::uint32_t size = 0;
    node* w = &leader;
    do {
      w->is = state::admitted;
      ++size;
      w = w->peers.next;
    } while (w != &leader);
    return {&leader, size};
  }

  // Takes out one waiter wherever it stands. Precondition: queued.
  void remove(node& w) {
    w.is = state::admitted;
    if (!w.leads)
      ring::unlink<&node::peers>(w);
    else if (node* heir = w.peers.next; heir != &w)
      promote(*heir, w);
    else
      close_gap(w);
  }

  // Whether those who wait may be overtaken. Precondition: not empty.
  bool open() const { return barging::open(front().barging); }

  // They are overtaken once more. Precondition: open.
  void count_overtaking(std::uint32_t times = 1) {
    front().barging = barging::count(front().barging, BypassBound, times);
  }

  // The head has come to look, and has found the lock taken.
  void count_call_in_vain() {
    if (open())
      count_overtaking(barging::weight_of_call(BypassBound));
  }

  // O(n). For diagnostics.
  std::uint32_t count(bool readers) const {
    std::uint32_t n = 0;
    node* leader = first_run();
    if (!leader)
      return n;
    do {
      if (leader->reads() == readers && leader->kind != waiter_kind::upgrader) {
        node* w = leader;
        do {
          ++n;
          w = w->peers.next;
        } while (w != leader);
      }
      leader = leader->runs.next;
    } while (leader != first_run());
    return n;
  }

private:
  node* head() const { return head_; }
  node* tail() const { return head_->runs.prev; }

  // The first run behind the upgrader, or null.
  node* first_run() const {
    node* first = head();
    if (!first || first->kind != waiter_kind::upgrader)
      return first;
    node* second = first->runs.next;
    return second == first ? nullptr : second;
  }

  bool holds(bool readers) const {
    node* first = first_run();
    if (!first)
      return false;
    node* second = first->runs.next;
    return first->reads() == readers || (second != first && second != head());
  }

  void append(node& w) {
    w.leads = true;
    if (empty())
      move_head(&w);
    else
      ring::splice<&node::runs>(*head(), w);
  }

  void insert_before(node& run, node& w) {
    w.leads = true;
    ring::splice<&node::runs>(run, w);
    if (head() == &run)
      move_head(&w);
  }

  // The next of its run takes the place of a leader that goes.
  void promote(node& heir, node& leader) {
    ring::unlink<&node::peers>(leader);
    heir.leads = true;
    ring::splice<&node::runs>(leader, heir);
    if (head() == &leader)
      move_head(&heir);
    ring::unlink<&node::runs>(leader);
  }

  // Takes out a run of one; the runs that it kept apart become one.
  void close_gap(node& w) {
    node* before = w.runs.prev;
    node* after = w.runs.next;
    const bool at_end = head() == &w || head() == after || before->kind == waiter_kind::upgrader;
    unlink_run(w);
    if (!at_end && before->reads() == after->reads()) {
      unlink_run(*after);
      after->leads = false;
      ring::splice<&node::peers>(*before, *after);
    }
  }

  void unlink_run(node& leader) {
    node* next = leader.runs.next;
    if (next == &leader)
      move_head(nullptr);
    else if (head() == &leader)
      move_head(next);
    ring::unlink<&node::runs>(leader);
  }

  void join_generation(node& w) {
    if constexpr (BypassBound > 0)
      w.barging = empty() ? barging::fresh : barging::newcomer(front().barging);
  }

  void move_head(node* to) {
    if constexpr (BypassBound > 0) {
      node* from = head();
      if (from && to)
        to->barging = barging::passed_on(from->barging, to->barging);
    }
    head_ = to;
  }

  typename Sync::template var<node*> head_{nullptr};
};

} // namespace rwl::core
