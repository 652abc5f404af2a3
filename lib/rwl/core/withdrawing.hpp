// The wait itself, and those who give it up: a request that leaves takes no grant with it, and lets
// those in at once whom it alone was blocking.
//
// Cancellation as a bounded hand-shake under the queue lock: Scott and Scherer, "Scalable
// Queue-Based Spin Locks with Timeout" (PPoPP 2001), with one lock instead of their protocol
// between neighbours. Either the waiter is still queued and leaves, or it has been let in and
// stays.
#pragma once

#include "lock_core.hpp"

namespace rwl::core {

// What a requested stop does, in the thread that requests it.
template <strategy::admission_rule Strategy, class Sync>
struct lock_core<Strategy, Sync>::withdrawal {
  lock_core* lock;
  node* waiter;
  void operator()() const { lock->withdraw(*waiter, true); }
};

// The callback stands between the waiter's node and its wait: when it is gone nobody else will
// touch the node.
template <strategy::admission_rule Strategy, class Sync>
bool lock_core<Strategy, Sync>::await_grant(node& self, const patience<Sync>& limit) {
  if (!limit.stop)
    return sit_out(self, limit);
  using callback = typename Sync::template stop_callback<withdrawal>;
  const callback on_stop(*limit.stop, withdrawal{this, &self});
  return sit_out(self, limit);
}

template <strategy::admission_rule Strategy, class Sync>
bool lock_core<Strategy, Sync>::sit_out(node& self, const patience<Sync>& limit) {
  Sync::live(Sync::here());
  if constexpr (Strategy::bypass_bound > 0)
    if (self.kind == waiter_kind::writer)
      return compete(self, limit, self.wait(limit.until));
  if (!self.wait(limit.until)) {
    if (withdraw(self, false))
      return false;
    self.wait(nullptr); // let in, or withdrawn, as the time ran out: the wake-up is on its way
  }
  return self.is == node::state::admitted;
}

// A writer may be woken only to see whether the lock is still free: until the queue closes, whoever
// comes first takes it.
template <strategy::admission_rule Strategy, class Sync>
bool lock_core<Strategy, Sync>::compete(node& self, const patience<Sync>& limit, bool woken) {
  for (;;) {
    Sync::live(Sync::here(), woken);
    section turn(queue_lock_);
    const bool wake_up_due = !woken && self.is != node::state::waiting;
    if (self.is == node::state::called && !take_when_called(self)) {
      self.is = node::state::waiting;
      queue_.count_call_in_vain();
    }
    batch next;
    if (!woken && self.queued()) {
      next = remove_and_admit(self);
      self.is = node::state::withdrawn;
    }
    const bool decided = !self.queued(), admitted = self.is == node::state::admitted;
    turn.leave();
    wake(next);
    if (wake_up_due)
      self.wait(nullptr);
    if (decided)
      return admitted;
    Sync::live(Sync::here());
    woken = self.wait(limit.until);
  }
}

template <strategy::admission_rule Strategy, class Sync>
void lock_core<Strategy, Sync>::await_readmitted(node& self, bool woken) {
  if (!woken)
    self.wait(nullptr);
  if constexpr (Strategy::bypass_bound > 0)
    if (self.kind == waiter_kind::writer)
      compete(self, {}, true);
}

// Precondition: the waiter heads the queue.
template <strategy::admission_rule Strategy, class Sync>
bool lock_core<Strategy, Sync>::take_when_called(node& self) {
  // Acquire [mix R+W+U]: pairs with the releases of all who left before. While somebody waits,
  // every fast path in fails (I5), so what is seen to be free stays so.
  const std::uint32_t seen = word_.fetch_or(0, std::memory_order_acquire);
  if (seen & word::holders)
    return false;
  queue_.remove(self);
  // Relaxed: the entry was above, and nothing is published.
  word_.store(word::writer | waiting_bits(), std::memory_order_relaxed);
  Sync::observe(event::write_grant, this, self.owner);
  return true;
}

// False if the waiter has already been let in, or withdrawn.
template <strategy::admission_rule Strategy, class Sync>
[[gnu::noinline, gnu::cold]] bool lock_core<Strategy, Sync>::withdraw(node& w, bool wake_it) {
  batch next;
  {
    section turn(queue_lock_);
    if (!w.queued())
      return false;
    wake_it = wake_it && w.is == node::state::waiting; // who has been called comes by itself
    next = remove_and_admit(w);
    w.is = node::state::withdrawn;
  }
  wake(next);
  if (wake_it)
    w.wake();
  return true;
}

// Whom to wake: those whom this waiter alone was blocking.
template <strategy::admission_rule Strategy, class Sync>
auto lock_core<Strategy, Sync>::remove_and_admit(node& w) -> batch {
  const bool upgrades = w.kind == waiter_kind::upgrader;
  const bool ends_phase = !upgrades && &queue_.front() == &w;
  const std::uint32_t bits = waiting_bits();
  queue_.remove(w);
  // Relaxed: who writes, who has the upgradeable mode and whether it is being upgraded changes only
  // under the queue lock while this waiter is announced (I2, I5).
  const std::uint32_t seen = word_.fetch_or(0, std::memory_order_relaxed);
  const bool shareable = !(seen & word::writer) && (upgrades || !(seen & word::upgrading));
  const entrants sharers =
      shareable ? admit_sharers(seen & word::upgradeable, ends_phase) : entrants{};
  const std::uint32_t change =
      sharers.bits + waiting_bits() - bits - (upgrades ? word::upgrading : 0);
  // One step, so that nobody meets a lock that keeps him out for the sake of somebody gone.
  // Relaxed: those let in have acquired at their doorway, or learn of the last writer from this
  // thread, as the queue lock did.
  const std::uint32_t now = word_.fetch_add(change, std::memory_order_relaxed) + change;
  Sync::observe(upgrades ? event::upgrade_cancel : event::cancel, this, w.owner);
  report_grants(sharers.who);
  return sharers.none() ? hand_over(now) : sharers.who;
}

} // namespace rwl::core
