// Departures: who goes, and who comes in their place.
#pragma once

#include "lock_core.hpp"

namespace rwl::core {

// Takes those out of the queue who may share the lock from now on: readers as the strategy says,
// and one request for the upgradeable mode if it heads the queue. Precondition: nobody writes, no
// upgrade is pending.
template <strategy::admission_rule Strategy, class Sync>
auto lock_core<Strategy, Sync>::admit_sharers(bool upgradeable_taken, bool phase_ended)
    -> entrants {
  entrants all;
  const auto readers_enter = [&] {
    return queue_.readers_wait() && Strategy::readers_enter({.writers_wait = queue_.writers_wait(),
                                                             .readers_lead = queue_.readers_lead(),
                                                             .phase_ended = phase_ended});
  };
  for (;;) {
    if (readers_enter()) {
      const batch readers = queue_.pop_readers();
      all.bits += readers.size * word::one_reader;
      add(all.who, readers);
    } else if (!upgradeable_taken && !queue_.empty() &&
               queue_.front().kind == waiter_kind::upgradeable) {
      all.bits += word::upgradeable;
      add(all.who, queue_.pop_front());
      upgradeable_taken = true;
    } else {
      return all;
    }
  }
}

template <strategy::admission_rule Strategy, class Sync>
[[gnu::noinline, gnu::cold]] void lock_core<Strategy, Sync>::leave_write_slow(event left,
                                                                              std::uint32_t kept) {
  Sync::live(Sync::here(), left, kept);
  section turn(queue_lock_);
  entrants entering = admit_sharers(kept == word::upgradeable, true);
  std::uint32_t inside = kept + entering.bits;
  if (Strategy::bypass_bound == 0 && inside == 0 && !queue_.empty()) {
    inside = word::writer;
    add(entering.who, queue_.pop_front());
  }
  const std::uint32_t now = inside | waiting_bits();
  // A plain store, by I2. Release [mix W+W+Wt]: pairs with the acquire of all who enter by
  // themselves from now on; those let in here learn of this section by being woken.
  word_.store(now, std::memory_order_release);
  Sync::observe(left, this, Sync::owner());
  report_grants(entering.who);
  const batch next = entering.none() ? hand_over(now) : entering.who;
  turn.leave();
  wake(next);
}

template <strategy::admission_rule Strategy, class Sync>
[[gnu::noinline, gnu::cold]] void
lock_core<Strategy, Sync>::leave_upgradeable_slow(event left, std::uint32_t kept) {
  Sync::live(Sync::here(), left, kept);
  section turn(queue_lock_);
  const std::uint32_t bits = waiting_bits();
  const entrants sharers = admit_sharers(false, true);
  const std::uint32_t change = sharers.bits + kept - word::upgradeable + waiting_bits() - bits;
  // Release [mix W+U+Wt]: pairs with the acquire of whoever takes the lock, or hands it over, after
  // this holder has left: it sees this section.
  const std::uint32_t now = word_.fetch_add(change, std::memory_order_release) + change;
  Sync::observe(left, this, Sync::owner());
  report_grants(sharers.who);
  const batch next = sharers.none() ? hand_over(now) : sharers.who;
  turn.leave();
  wake(next);
}

template <strategy::admission_rule Strategy, class Sync>
[[gnu::noinline, gnu::cold]] void lock_core<Strategy, Sync>::unlock_shared_slow(event left) {
  Sync::live(Sync::here(), left);
  section turn(queue_lock_);
  // Release [mix R+W+Wt]: pairs with the acquire of whoever takes the lock, or hands it over, after
  // the last reader has left: it sees this section.
  const std::uint32_t now =
      word_.fetch_sub(word::one_reader, std::memory_order_release) - word::one_reader;
  Sync::observe(left, this, Sync::owner());
  const batch next = hand_over(now);
  turn.leave();
  wake(next);
}

// Whom to wake: the head of the queue, if nobody inside is in its way. It is an upgrader or a
// writer, because the others wait only for somebody that is inside or before them. Nobody if a
// preferred reader has slipped in; the writer then waits for that one, which leaves under the queue
// lock in its turn (I3).
template <strategy::admission_rule Strategy, class Sync>
auto lock_core<Strategy, Sync>::hand_over(std::uint32_t seen) -> batch {
  if (queue_.empty() || word::blocks_head(seen))
    return {};
  node& heir = queue_.front();
  const bool comes_by_itself = heir.is == node::state::called;
  if constexpr (Strategy::bypass_bound > 0)
    if (heir.kind == waiter_kind::writer && queue_.open()) {
      heir.is = node::state::called;
      return comes_by_itself ? batch{} : batch{&heir, 1};
    }
  // Acquire [mix R+W+U]: pairs with the releases of all other readers; the heir sees their sections
  // through this one's wake-up. Relaxed on failure: nothing is handed over.
  if (!word_.compare_exchange_strong(seen, (seen & word::waiters) | word::writer,
                                     std::memory_order_acquire, std::memory_order_relaxed))
    return {};
  Sync::observe(heir.kind == waiter_kind::upgrader ? event::upgrade_grant : event::write_grant,
                this, heir.owner);
  queue_.pop_front();
  // A plain store, by I2. Relaxed: nobody enters by it, and nothing is published. It ends the
  // readers' release sequence, which the exchange above has acquired for the heir; all who come
  // later have the heir's own release.
  word_.store(word::writer | waiting_bits(), std::memory_order_relaxed);
  return comes_by_itself ? batch{} : batch{&heir, 1};
}

// In queue order. Those let in are still parked, so their links stay as they are.
template <strategy::admission_rule Strategy, class Sync>
void lock_core<Strategy, Sync>::report_grants(batch admitted) const {
  constexpr event grants[] = {event::read_grant, event::write_grant, event::upgradeable_grant};
  node* w = admitted.first;
  for (std::uint32_t left = admitted.size; left > 0; --left) {
    Sync::observe(grants[static_cast<int>(w->kind)], this, w->owner);
    w = w->peers.next;
  }
}

template <strategy::admission_rule Strategy, class Sync>
void lock_core<Strategy, Sync>::add(batch& all, batch more) {
  if (all.first)
    ring::splice<&node::peers>(*all.first, *more.first);
  else
    all.first = more.first;
  all.size += more.size;
}

template <strategy::admission_rule Strategy, class Sync>
void lock_core<Strategy, Sync>::wake(batch admitted) {
  node* w = admitted.first;
  for (std::uint32_t left = admitted.size; left > 0; --left) {
    // Before the wake-up: after it the node may be gone. Not of the last: a writer that is only
    // called still stands in the queue, where others change its links.
    node* next = left > 1 ? static_cast<node*>(w->peers.next) : nullptr;
    w->wake();
    w = next;
  }
}

} // namespace rwl::core
