// What all strategies share: the lock word, the queue of waiters, and all that happens under the
// queue lock. The fast paths are in rwlock.hpp.
//
// A compare-and-swap on the word lets a thread in or out while nobody is in its way. Everybody else
// takes the queue lock, and either goes through after all or joins the queue and parks. Nobody who
// waits ever contends again: whoever makes the lock free takes the next out of the queue, writes
// them into the word, and only then wakes them (hand-off).
//
//   request:  lock queue;  announce the kind in the word
//             if the way is free: write myself into the word, unlock queue
//             else: join the queue, unlock queue, park
//   leave:    lock queue
//             if the lock is now free and somebody waits: take out whom the strategy names, write
//             them into the word
//             unlock queue;  wake them
//
// Invariants
//   I1  The queue, and the two waiting bits of the word, change under the queue lock only. While it
//       is free, the bits say what the queue holds.
//   I2  While the writer bit is set, nobody changes the word but the writer inside and the owner of
//       the queue lock: every fast path in fails. And while a waiting bit is set as well, the
//       writer's fast path out fails too. So whoever owns the queue lock, and either is that writer
//       or hands over to it, may store plainly.
//   I3  While the queue lock is free, a waiting bit implies that somebody inside blocks the head of
//       the queue (work conservation): the last one out with somebody waiting leaves under the
//       queue lock, and hands over before it unlocks it. Under reader preference a reader may slip
//       in between; then it blocks the head.
//   I4  A lock may be destroyed as soon as its last owner has unlocked it, even while the unlock of
//       another has not returned. A fast leaver ends with its one exchange. A leaver under the
//       queue lock touches the lock until it unlocks the queue, and only nodes after that; if
//       somebody waits, they are let in by this turn or a later one, and woken when it is over.
//       Only a reader whose exchanges have failed may leave under the queue lock though nobody
//       waits, and so let go of the word before the queue: the destructor waits for that turn to
//       end.
//
// Every slow path is a bounded number of own steps besides the wait for its turn in queue_lock,
// which is first come, first served, and the wait in the queue.
//
// Other kinds of waiters are users of the same queue. A timed or cancellable waiter that gives up
// takes the queue lock: if its node is still queued, it removes it, corrects the waiting bits and
// lets in whom it alone was blocking; otherwise it has been admitted, and takes the token that is
// on its way. An upgradeable request stands among the writers, and is counted by a bit of its own.
// A condition puts the node of its waiter into this queue when it is notified. For a coroutine,
// waiter::wake() hands the coroutine to its executor, where a thread's leaves a token in its
// parker.
#pragma once

#include "../strategy/view.hpp"
#include "../sync/policy.hpp"
#include "queue_lock.hpp"
#include "waiter.hpp"
#include "waiter_queue.hpp"
#include "word.hpp"

#include <cstdint>

namespace rwl::core {

template <strategy::admission_rule Strategy, class Sync>
class lock_core {
  using queue = waiter_queue<Sync, Strategy::one_queue>;
  using node = typename queue::node;
  using batch = typename queue::batch;
  using section = typename queue_lock<Sync>::section;

public:
  lock_core(const lock_core&) = delete;
  lock_core& operator=(const lock_core&) = delete;

protected:
  // What keeps a reader that comes now from entering.
  static constexpr std::uint32_t reader_barrier =
      word::writer | word::upgrading |
      (Strategy::reader_yields_to_queue ? word::writers_waiting : 0);

  lock_core() = default;
  ~lock_core() { queue_lock_.await_idle(); } // I4

  void lock_slow();
  void unlock_slow();
  void lock_shared_slow();
  void unlock_shared_slow();

  typename Sync::template atomic<std::uint32_t> word_{0};

private:
  bool take_if_free();
  batch take_next();
  node* hand_to_writer(std::uint32_t seen);
  void report_grants(batch) const;
  static void wake(batch);

  std::uint32_t waiting_bits() const {
    return (queue_.writers_wait() ? word::writers_waiting : 0) |
           (queue_.readers_wait() ? word::readers_waiting : 0);
  }

  queue_lock<Sync> queue_lock_;
  queue queue_;
};

template <strategy::admission_rule Strategy, class Sync>
[[gnu::noinline, gnu::cold]] void lock_core<Strategy, Sync>::lock_slow() {
  Sync::live(Sync::here());
  section turn(queue_lock_);
  // Relaxed: lets nobody in; take_if_free() does, or the wake-up. An or does not fail, however
  // often the readers change the word; and as a read-modify-write it keeps their release sequence
  // whole for the exchange that lets this writer in.
  const std::uint32_t seen = word_.fetch_or(word::writers_waiting, std::memory_order_relaxed);
  Sync::observe(event::write_request, this, Sync::owner());
  if (seen == 0 && take_if_free())
    return;
  node self(waiter_kind::writer);
  queue_.push(self);
  turn.leave();
  Sync::live(Sync::here());
  self.wait();
}

// The calling writer has announced itself and found nobody. From then on nobody enters, unless
// readers are preferred: then one may slip in, and leaves under the queue lock (I3).
template <strategy::admission_rule Strategy, class Sync>
bool lock_core<Strategy, Sync>::take_if_free() {
  std::uint32_t announced = word::writers_waiting;
  // Acquire: pairs with the releases of all who left before, this section sees theirs.
  // Relaxed on failure: the queue is next.
  if (!word_.compare_exchange_strong(announced, word::writer, std::memory_order_acquire,
                                     std::memory_order_relaxed))
    return false;
  Sync::observe(event::write_grant, this, Sync::owner());
  return true;
}

template <strategy::admission_rule Strategy, class Sync>
[[gnu::noinline, gnu::cold]] void lock_core<Strategy, Sync>::lock_shared_slow() {
  Sync::live(Sync::here());
  section turn(queue_lock_);
  // Acquire: if the way is free, this step is the entry, and pairs with the release of the last
  // writer. If not, the bit makes sure that a writer inside comes to the queue as it leaves.
  const std::uint32_t seen = word_.fetch_or(word::readers_waiting, std::memory_order_acquire);
  Sync::observe(event::read_request, this, Sync::owner());
  if (!(seen & reader_barrier)) {
    Sync::observe(event::read_grant, this, Sync::owner());
    // The announcement kept writers out so far; the count does from now on. No reader waits (I3),
    // so the announcement was this one's. Relaxed: the entry was above.
    word_.fetch_add(word::one_reader - word::readers_waiting, std::memory_order_relaxed);
    return;
  }
  node self(waiter_kind::reader);
  queue_.push(self);
  turn.leave();
  Sync::live(Sync::here());
  self.wait();
}

template <strategy::admission_rule Strategy, class Sync>
[[gnu::noinline, gnu::cold]] void lock_core<Strategy, Sync>::unlock_slow() {
  Sync::live(Sync::here());
  section turn(queue_lock_);
  const batch next = take_next();
  const std::uint32_t entering = next.first->reads() ? next.size * word::one_reader : word::writer;
  // A plain store, by I2. Release: pairs with the acquire of readers that join those let in here by
  // the fast path; these themselves learn of this section by being woken.
  word_.store(entering | waiting_bits(), std::memory_order_release);
  Sync::observe(event::write_release, this, Sync::owner());
  report_grants(next);
  turn.leave();
  wake(next);
}

template <strategy::admission_rule Strategy, class Sync>
[[gnu::noinline, gnu::cold]] void lock_core<Strategy, Sync>::unlock_shared_slow() {
  Sync::live(Sync::here());
  section turn(queue_lock_);
  // Release: pairs with the acquire of whoever takes the lock, or hands it over, after the last
  // reader has left: it sees this section.
  const std::uint32_t left =
      word_.fetch_sub(word::one_reader, std::memory_order_release) - word::one_reader;
  Sync::observe(event::read_release, this, Sync::owner());
  if ((left & word::holders) || !(left & word::waiters))
    return;
  node* const heir = hand_to_writer(left);
  turn.leave();
  if (heir)
    heir->wake();
}

// The last reader has left, and the head of the queue waits: a writer, because readers wait only
// for a writer that is inside or before them. Null if a preferred reader has slipped in; the writer
// then waits for that one, which leaves under the queue lock in its turn (I3).
template <strategy::admission_rule Strategy, class Sync>
auto lock_core<Strategy, Sync>::hand_to_writer(std::uint32_t seen) -> node* {
  node& heir = queue_.front();
  // Acquire: pairs with the releases of all other readers; the heir sees their sections through
  // this one's wake-up. Relaxed on failure: nothing is handed over.
  if (!word_.compare_exchange_strong(seen, seen | word::writer, std::memory_order_acquire,
                                     std::memory_order_relaxed))
    return nullptr;
  Sync::observe(event::write_grant, this, heir.owner);
  queue_.pop_front();
  // A plain store, by I2. Relaxed: nobody enters by it, and nothing is published. It ends the
  // readers' release sequence, which the exchange above has acquired for the heir; all who come
  // later have the heir's own release.
  word_.store(word::writer | waiting_bits(), std::memory_order_relaxed);
  return &heir;
}

template <strategy::admission_rule Strategy, class Sync>
auto lock_core<Strategy, Sync>::take_next() -> batch {
  const strategy::view now{.writers_wait = queue_.writers_wait(),
                           .readers_wait = queue_.readers_wait()};
  return Strategy::after_writer(now) == strategy::admit::readers ? queue_.pop_readers()
                                                                 : queue_.pop_front();
}

// In queue order. Those let in are still parked, so their links stay as they are.
template <strategy::admission_rule Strategy, class Sync>
void lock_core<Strategy, Sync>::report_grants(batch admitted) const {
  node* w = admitted.first;
  for (std::uint32_t left = admitted.size; left > 0; --left) {
    Sync::observe(w->reads() ? event::read_grant : event::write_grant, this, w->owner);
    w = w->peers.next;
  }
}

template <strategy::admission_rule Strategy, class Sync>
void lock_core<Strategy, Sync>::wake(batch admitted) {
  node* w = admitted.first;
  for (std::uint32_t left = admitted.size; left > 0; --left) {
    node* next = w->peers.next; // before the wake-up: after it the node may be gone
    w->wake();
    w = next;
  }
}

} // namespace rwl::core
