// Requests: the doorway, and the waiting room behind it.
#pragma once

#include "lock_core.hpp"

namespace rwl::core {

template <strategy::admission_rule Strategy, class Sync>
[[gnu::noinline, gnu::cold]] bool
lock_core<Strategy, Sync>::request_slow(waiter_kind kind, const patience<Sync>& limit) {
  constexpr event requests[] = {event::read_request, event::write_request,
                                event::upgradeable_request};
  Sync::live(Sync::here());
  node self(kind);
  {
    section turn(queue_lock_);
    if (join(self, requests[static_cast<int>(kind)]))
      return true;
  }
  return await_grant(self, limit);
}

// Enters at once, or joins the queue.
template <strategy::admission_rule Strategy, class Sync>
[[gnu::noinline]] bool lock_core<Strategy, Sync>::join(node& w, event request) {
  const bool entered = w.kind == waiter_kind::reader   ? join_reader(w, request)
                       : w.kind == waiter_kind::writer ? join_writer(w, request)
                                                       : join_upgradeable(w, request);
  if (!entered)
    queue_.push(w);
  return entered;
}

// Whether a newcomer need not care for the queue: it is empty, or may be overtaken.
template <strategy::admission_rule Strategy, class Sync>
bool lock_core<Strategy, Sync>::may_pass_queue() {
  if (queue_.empty())
    return true;
  if constexpr (Strategy::bypass_bound > 0)
    if (queue_.open()) {
      queue_.count_overtaking();
      return true;
    }
  return false;
}

template <strategy::admission_rule Strategy, class Sync>
bool lock_core<Strategy, Sync>::join_reader(node& w, event request) {
  // Acquire [mix R+W]: if the way is free, this step is the entry, and pairs with the release of
  // the last writer. If not, the bit makes sure that a writer inside comes to the queue as it
  // leaves.
  const std::uint32_t seen = word_.fetch_or(word::readers_waiting, std::memory_order_acquire);
  Sync::observe(request, this, w.owner);
  if (seen & (word::writer | word::upgrading))
    return false;
  if ((seen & reader_barrier) && !may_pass_queue())
    return false;
  Sync::observe(event::read_grant, this, w.owner);
  // The announcement kept writers out so far; the count does from now on. Relaxed: the entry was
  // above.
  word_.fetch_add(word::one_reader - (queue_.readers_wait() ? 0 : word::readers_waiting),
                  std::memory_order_relaxed);
  return true;
}

template <strategy::admission_rule Strategy, class Sync>
bool lock_core<Strategy, Sync>::join_writer(node& w, event request) {
  // Relaxed: lets nobody in; the exchange below does, or the wake-up. An or does not fail, however
  // often the readers change the word; and as a read-modify-write it keeps their release sequence
  // whole for the exchange that lets this writer in.
  std::uint32_t seen = word_.fetch_or(word::writers_waiting, std::memory_order_relaxed);
  Sync::observe(request, this, w.owner);
  if ((seen & word::holders) || !may_pass_queue())
    return false;
  seen |= word::writers_waiting;
  // Fails only if readers are preferred and one slips in; it leaves under the queue lock (I3).
  // Acquire [mix W+W]: pairs with the releases of all who left before, this section sees theirs.
  // Relaxed on failure: the queue is next.
  if (!word_.compare_exchange_strong(seen, word::writer | waiting_bits(), std::memory_order_acquire,
                                     std::memory_order_relaxed))
    return false;
  Sync::observe(event::write_grant, this, w.owner);
  return true;
}

template <strategy::admission_rule Strategy, class Sync>
bool lock_core<Strategy, Sync>::join_upgradeable(node& w, event request) {
  // Acquire [mix W+U]: pairs with the releases of the last writer and the last upgradeable holder.
  // If the way is free it stays so until the next step (I5).
  const std::uint32_t seen = word_.fetch_or(word::writers_waiting, std::memory_order_acquire);
  Sync::observe(request, this, w.owner);
  if ((seen & (word::writer | word::upgradeable)) || !may_pass_queue())
    return false;
  // Relaxed: see above.
  word_.fetch_add(word::upgradeable - (queue_.writers_wait() ? 0 : word::writers_waiting),
                  std::memory_order_relaxed);
  Sync::observe(event::upgradeable_grant, this, w.owner);
  return true;
}

// A notified waiter's doorway is the notification. Those who enter at once are woken like those let
// in by a hand-over.
template <strategy::admission_rule Strategy, class Sync>
[[gnu::noinline, gnu::cold]] void lock_core<Strategy, Sync>::readmit(batch notified) {
  Sync::live(Sync::here());
  batch entered;
  {
    section turn(queue_lock_);
    node* w = notified.first;
    for (std::uint32_t left = notified.size; left > 0; --left) {
      node* next = w->peers.next;
      ring::unlink<&node::peers>(*w);
      if (join(*w, event::notify)) {
        w->is = node::state::admitted;
        add(entered, {w, 1});
      }
      w = next;
    }
  }
  wake(entered);
}

// The upgrader stands before all who wait.
template <strategy::admission_rule Strategy, class Sync>
[[gnu::noinline, gnu::cold]] bool
lock_core<Strategy, Sync>::upgrade_slow(const patience<Sync>& limit) {
  Sync::live(Sync::here());
  node self(waiter_kind::upgrader);
  {
    section turn(queue_lock_);
    // Acquire [mix R+U>W]: if no reader is inside, this step lets the writer in, and pairs with
    // their releases.
    const std::uint32_t seen = word_.fetch_or(word::upgrading, std::memory_order_acquire);
    Sync::observe(event::upgrade_request, this, self.owner);
    if (!(seen & word::readers)) {
      // A plain store, by I2. Relaxed: the entry was above; nothing is published. It ends the
      // readers' release sequence, which has been acquired; all who come later have this writer's.
      word_.store(word::writer | waiting_bits(), std::memory_order_relaxed);
      Sync::observe(event::upgrade_grant, this, self.owner);
      return true;
    }
    queue_.push_upgrader(self);
  }
  return await_grant(self, limit);
}

template <strategy::admission_rule Strategy, class Sync>
[[gnu::noinline, gnu::cold]] bool lock_core<Strategy, Sync>::upgrade_alone_slow() {
  Sync::live(Sync::here());
  section turn(queue_lock_);
  // Relaxed: a guess at the readers, but a true one of the waiting bits (I1).
  const std::uint32_t waits = word_.fetch_or(0, std::memory_order_relaxed) & word::waiters;
  std::uint32_t alone = word::upgradeable | waits;
  // Acquire [mix R+W+U>w]: pairs with the releases of all readers. Relaxed on failure: nothing is
  // entered.
  if (!word_.compare_exchange_strong(alone, word::writer | waits, std::memory_order_acquire,
                                     std::memory_order_relaxed)) {
    Sync::observe(event::upgrade_refused, this, Sync::owner());
    return false;
  }
  Sync::observe(event::upgrade_request, this, Sync::owner());
  Sync::observe(event::upgrade_grant, this, Sync::owner());
  return true;
}

} // namespace rwl::core
