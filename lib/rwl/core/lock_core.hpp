// What all strategies share: the lock word, the queue of waiters, and all that happens under the
// queue lock. The fast paths are in rwlock.hpp.
//
// A compare-and-swap on the word lets a thread in or out while nobody is in its way. Everybody else
// takes the queue lock, and either goes through after all or joins the queue and parks. Nobody who
// waits ever contends again: whoever makes the lock free takes the next out of the queue, writes
// them into the word, and only then wakes them (hand-off). A strategy with a bypass bound differs
// in one point: while its queue is open, the leaver leaves the lock free, and calls the writer at
// the head to come and look.
//
//   request:   lock queue;  announce the kind in the word
//              if the way is free: write myself into the word, unlock queue
//              else: join the queue, unlock queue, park
//   leave:     lock queue;  take myself out of the word
//              take out of the queue whom the strategy names, write them into the word
//              unlock queue;  wake them
//   withdraw:  lock queue;  if I have been let in meanwhile: unlock queue, take the lock
//              leave the queue;  whom I alone was blocking: as above
//
// Requests (entering.hpp), departures (leaving.hpp) and those who give up waiting (withdrawing.hpp)
// are told one by one. A timeout is noticed by the waiter itself, a requested stop by the thread
// that requests it, which withdraws on behalf of the waiter. A notified condition waiter is one
// that requests again, on whose behalf the notifier joins the queue.
//
// Invariants
//   I1  The queue, and the two waiting bits of the word, change under the queue lock only. While it
//       is free, the bits say what the queue holds.
//   I2  While the writer bit is set, nobody changes the word but the writer inside and the owner of
//       the queue lock: every fast path in fails. And while a waiting bit is set as well, the
//       writer's fast path out fails too. So whoever owns the queue lock, and either is that writer
//       or hands over to it, may store plainly. A pending upgrade that no reader delays is such a
//       writer.
//   I3  While the queue lock is free, a waiting bit implies that somebody inside blocks the head of
//       the queue (work conservation), or that the head has been called: the last one out with
//       somebody waiting leaves under the queue lock, and hands over before it unlocks it. Under
//       reader preference a reader may slip in between; then it blocks the head.
//   I4  A lock may be destroyed as soon as its last owner has unlocked it, even while the unlock of
//       another has not returned. A fast leaver ends with its one exchange. A leaver under the
//       queue lock touches the lock until it unlocks the queue, and only nodes after that; if
//       somebody waits, they are let in by this turn or a later one, and woken when it is over.
//       Only who finds nobody waiting there, because its exchanges have failed or because those
//       who waited have given up, may let go of the word before the queue: the destructor waits
//       for that turn to end.
//   I5  While a waiting bit is set and nobody writes, only the owner of the queue lock lets in a
//       writer or an upgradeable request; readers may come and go, unless an upgrade is pending.
//
// Every slow path is a bounded number of own steps, one of them for each waiter that it lets in,
// besides the wait for its turn at the queue lock, a ticket_lock, which is first come, first
// served, and the wait in the queue.
//
// Beside each order stands in brackets the smallest program that fails when it is weakened: see
// docs/mutants.md, and verify/scenarios/letters.hpp for how to read it.
#pragma once

#include "../strategy/view.hpp"
#include "../sync/policy.hpp"
#include "ticket_lock.hpp"
#include "waiter.hpp"
#include "waiter_queue.hpp"
#include "word.hpp"

#include <cstdint>

namespace rwl::core {

template <strategy::admission_rule Strategy, class Sync>
class lock_core {
  using queue = waiter_queue<Sync, Strategy::one_queue, Strategy::bypass_bound>;
  using section = typename ticket_lock<Sync>::section;

public:
  using node = typename queue::node;
  using batch = typename queue::batch;

  lock_core(const lock_core&) = delete;
  lock_core& operator=(const lock_core&) = delete;

protected:
  // What keeps a request that comes now from entering by its fast path.
  static constexpr std::uint32_t reader_barrier =
      word::writer | word::upgrading |
      (Strategy::reader_yields_to_queue ? word::writers_waiting : 0);
  static constexpr std::uint32_t upgradeable_barrier =
      word::writer | word::upgradeable | word::writers_waiting;

  lock_core() = default;
  ~lock_core() { queue_lock_.await_idle(); } // I4

  // Requests. True when the caller has been let in, false when its patience was at an end.
  bool request_slow(waiter_kind, const patience<Sync>&);
  bool upgrade_slow(const patience<Sync>&);
  // Turns the upgradeable holder into the writer if no reader is inside.
  bool upgrade_alone_slow();
  // The ring of waiters requests again: those notified. Wakes whom it lets in.
  void readmit(batch notified);
  // Returns when such a waiter, the caller, has been let in. woken: its first wake-up has come.
  void await_readmitted(node&, bool woken);

  // Departures. `kept` is what the caller still holds afterwards: nothing, or a weaker mode.
  void leave_write_slow(event, std::uint32_t kept);
  void leave_upgradeable_slow(event, std::uint32_t kept);
  void unlock_shared_slow(event);

  std::uint32_t count_waiting(bool readers) const {
    section turn(queue_lock_);
    return queue_.count(readers);
  }

  typename Sync::template atomic<std::uint32_t> word_{0};

private:
  // Who enters at one step, and what that adds to the word.
  struct entrants {
    batch who;
    std::uint32_t bits = 0;
    bool none() const { return who.size == 0; }
  };
  struct withdrawal;

  // All of these under the queue lock.
  bool join(node&, event request);
  bool join_reader(node&, event request);
  bool join_writer(node&, event request);
  bool join_upgradeable(node&, event request);
  bool may_pass_queue();
  entrants admit_sharers(bool upgradeable_taken, bool phase_ended);
  batch hand_over(std::uint32_t seen);
  batch remove_and_admit(node&);
  void report_grants(batch) const;

  bool await_grant(node&, const patience<Sync>&);
  bool sit_out(node&, const patience<Sync>&);
  bool compete(node&, const patience<Sync>&, bool woken);
  bool take_when_called(node&);
  bool withdraw(node&, bool wake_it);
  static void add(batch&, batch more);
  static void wake(batch);

  std::uint32_t waiting_bits() const {
    return (queue_.writers_wait() ? word::writers_waiting : 0) |
           (queue_.readers_wait() ? word::readers_waiting : 0);
  }

  mutable ticket_lock<Sync> queue_lock_;
  queue queue_;
};

} // namespace rwl::core

#include "entering.hpp"
#include "leaving.hpp"
#include "withdrawing.hpp"
