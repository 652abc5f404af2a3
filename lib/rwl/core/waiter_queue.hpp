// The waiter queue: a FIFO of runs, reached by one pointer.
//
// A run is a group of waiters of one kind that stand together: readers, which enter together, or
// writers, which enter one at a time. The first waiter of a run leads it: leaders form the ring
// `runs`, each run forms a ring `peers`. Neighbouring runs differ in kind, so two runs mean that
// both kinds wait.
//
//   head --> [ W1 W2 W3 ] --> [ R1 R2 ] --> [ W4 ] --> back to the head
//
// Two rules of order. Separate kinds: a waiter joins the run of its kind, and the writers stand
// before the readers, so there is at most one run of each. One queue: a waiter joins the last run
// if it is of its kind, and starts a new one behind it otherwise.
//
// All operations are O(1), but for taking out a run of readers, which visits each of them once: to
// count them, and to mark them, so that a waiter that gives up meanwhile knows that it is admitted.
// Every call is made under the queue lock.
#pragma once

#include "ring.hpp"
#include "waiter.hpp"

#include <cstdint>

namespace rwl::core {

template <class Sync, bool OneQueue>
class waiter_queue {
public:
  using node = waiter<Sync>;

  // Waiters taken out together: a ring of peers, in queue order from the first.
  struct batch {
    node* first;
    std::uint32_t size;
  };

  bool writers_wait() const { return holds(false); }
  bool readers_wait() const { return holds(true); }

  // Precondition: not empty.
  node& front() const { return *head(); }

  // Precondition: the waiter is new, or has been removed. One that was let in is not queued again.
  void push(node& w) {
    w.queued = true;
    if (!head()) {
      w.leads = true;
      head_ = &w;
      return;
    }
    const bool at_front = !OneQueue && !w.reads();
    node& run = at_front ? *head() : *tail();
    if (run.reads() == w.reads()) {
      w.leads = false;
      ring::splice<&node::peers>(run, w);
    } else {
      w.leads = true;
      ring::splice<&node::runs>(*head(), w);
      if (at_front)
        head_ = &w;
    }
  }

  // Takes out the head: one writer, or a whole run of readers. Precondition: not empty.
  batch pop_front() {
    node& first = front();
    if (first.reads())
      return take_run(first);
    remove(first);
    return {&first, 1};
  }

  // Takes out all readers. Precondition: separate kinds, and readers wait.
  batch pop_readers() { return take_run(*tail()); }

  // Takes out one waiter wherever it stands. Precondition: queued.
  void remove(node& w) {
    w.queued = false;
    if (!w.leads)
      ring::unlink<&node::peers>(w);
    else if (node* heir = w.peers.next; heir != &w)
      promote(*heir, w);
    else
      close_gap(w);
  }

private:
  node* head() const { return head_; }
  node* tail() const { return head_->runs.prev; }

  bool holds(bool readers) const {
    node* first = head();
    if (!first)
      return false;
    node* second = first->runs.next;
    return first->reads() == readers || second != first;
  }

  // The next of its run takes the place of a leader that goes.
  void promote(node& heir, node& leader) {
    ring::unlink<&node::peers>(leader);
    heir.leads = true;
    ring::splice<&node::runs>(leader, heir);
    if (head() == &leader)
      head_ = &heir;
    ring::unlink<&node::runs>(leader);
  }

  // Takes out a run of one; the runs that it kept apart become one.
  void close_gap(node& w) {
    node* before = w.runs.prev;
    node* after = w.runs.next;
    const bool at_end = head() == &w || head() == after;
    unlink_run(w);
    if (!at_end && before->reads() == after->reads()) {
      unlink_run(*after);
      after->leads = false;
      ring::splice<&node::peers>(*before, *after);
    }
  }

  batch take_run(node& leader) {
    unlink_run(leader);
    std::uint32_t size = 0;
    node* w = &leader;
    do {
      w->queued = false;
      ++size;
      w = w->peers.next;
    } while (w != &leader);
    return {&leader, size};
  }

  void unlink_run(node& leader) {
    node* next = leader.runs.next;
    if (next == &leader)
      head_ = nullptr;
    else if (head() == &leader)
      head_ = next;
    ring::unlink<&node::runs>(leader);
  }

  typename Sync::template var<node*> head_{nullptr};
};

} // namespace rwl::core
