// Reader-writer locks: one algorithm, and a strategy that decides who goes first.
//
//   rwl::phase_fair_rwlock m;
//   { std::shared_lock reading(m); ... }
//   { std::unique_lock writing(m); ... }
//
//   lock            CAS word: 0 -> writer                               else the slow path
//   unlock          CAS word: writer -> 0                               else the slow path
//   lock_shared     CAS word: + one reader, if no barrier               else the slow path
//   unlock_shared   CAS word: - one reader, unless I am the last and somebody waits for that
//                                                                       else the slow path
//   lock_upgrade    CAS word: + upgradeable, if no barrier              else the slow path
//   unlock_upgrade  CAS word: - upgradeable, if nobody waits            else the slow path
//   upgrade         CAS word: upgradeable -> writer                     else the slow path
//   downgrade       CAS word: writer -> one reader, or upgradeable      else the slow path
//
// Fast paths have a bounded number of attempts: an exchange that is repeated until it succeeds can
// fail for ever. None begins with a load: it would fetch the word's cache line twice, and may be
// out of date. The slow paths, the invariants and the order of waiters are in core/lock_core.hpp;
// what each strategy gives and gives up is in strategy/.
//
// Tries are the exception. They have no slow path to end in, and only a word that refuses makes
// "false" certain, so they repeat the exchange until it succeeds or the word refuses. That is
// lock-free, not wait-free: after the first, which is a guess, an exchange fails only because
// another thread's operation has succeeded. So a try waits for nobody.
#pragma once

#include "core/condition_access.hpp"
#include "core/lock_core.hpp"
#include "core/word.hpp"
#include "strategy/fifo.hpp"
#include "strategy/phase_fair.hpp"
#include "strategy/reader_preferring.hpp"
#include "strategy/throughput.hpp"
#include "strategy/writer_preferring.hpp"
#include "sync/std_sync.hpp"
#include "thread_safety.hpp"
#include "timed.hpp"
#include "views.hpp"

#include <cstdint>
#include <iosfwd>

namespace rwl {

// Interface, preconditions and meaning are those of std::shared_timed_mutex, and of boost's
// upgrade_mutex: it works with std::shared_lock, std::unique_lock, std::scoped_lock, std::lock and
// std::condition_variable_any. Nothing throws, nothing is allocated. Constant-initialised. May be
// destroyed as soon as its last owner has unlocked it, even while that unlock has not yet returned
// in the other thread.
//
// Three modes. Exclusive: alone. Shared: with other readers, and with one upgradeable holder.
// Upgradeable: reads beside readers, and may turn into exclusive without letting a writer in
// between; two such holders would wait for each other, so there is one at a time.
//
// Not recursive: a thread that locks a lock it holds, in any mode, may wait for itself for ever.
//
// Memory: a section happens after every section that it excludes and that came before it. An
// uncontended operation is one atomic read-modify-write on one word. The forms that wait only so
// long are in timed.hpp.
template <strategy::admission_rule Strategy, class Sync = std_sync>
class RWL_CAPABILITY("rwlock") basic_rwlock
    : private core::lock_core<Strategy, Sync>,
      public timed_requests<basic_rwlock<Strategy, Sync>, Sync>,
      public viewable<basic_rwlock<Strategy, Sync>> {
  using base = core::lock_core<Strategy, Sync>;
  using timed = timed_requests<basic_rwlock, Sync>;
  using kind = core::waiter_kind;
  using base::reader_barrier;
  using base::upgradeable_barrier;
  using base::word_;
  friend timed;
  friend core::condition_access;

public:
  using sync_type = Sync;

  basic_rwlock() = default;

  // Waits until the lock is exclusively the caller's. Fast path O(1); then parks in the queue.
  // Acquire. Precondition: the caller does not hold the lock.
  void lock() RWL_ACQUIRE() { request(kind::writer); }
  using timed::lock;
  using timed::try_lock_for;
  using timed::try_lock_until;

  // Takes the lock exclusively if nobody holds it and nobody waits; false otherwise, never
  // spuriously. O(1), never waits. Acquire on success, no order on failure.
  [[nodiscard]] bool try_lock() RWL_TRY_ACQUIRE(true) {
    if (enter())
      return true;
    Sync::observe(event::write_refused, this, Sync::owner());
    return false;
  }

  // Gives the exclusive lock up. If somebody waits, hands it over, or, where the strategy lets
  // others go first, calls the head of the queue. Fast path O(1); then a turn at the queue lock,
  // one step for each reader let in, and a wake-up for each who is let in or called. Release.
  // Precondition: the caller holds it exclusively.
  void unlock() RWL_RELEASE() { leave_write(event::write_release, 0); }

  // Waits until the caller shares the lock with other readers. Fast path O(1); then parks in the
  // queue. Acquire. Precondition: the caller does not hold the lock.
  void lock_shared() RWL_ACQUIRE_SHARED() { request(kind::reader); }
  using timed::lock_shared;

  // Shares the lock if no writer is inside, no upgrade is pending and, unless readers are
  // preferred, nobody waits to write; false otherwise, never spuriously. Never waits, but repeats
  // while other readers come and go. Acquire on success, no order on failure.
  [[nodiscard]] bool try_lock_shared() RWL_TRY_ACQUIRE_SHARED(true) {
    // Not a load, which may be out of date: a failed exchange has seen the newest value, so a
    // refusal is true.
    std::uint32_t seen = 0;
    do {
      if (enter_shared(seen))
        return true;
    } while (!(seen & reader_barrier));
    Sync::observe(event::read_refused, this, Sync::owner());
    return false;
  }

  // Gives the shared lock up. The last reader hands it to the upgrade or the writer that waits for
  // that, or calls it, as in unlock(). Fast path O(1); then a turn at the queue lock, O(1), and one
  // wake-up. Release. Precondition: the caller holds it shared.
  void unlock_shared() RWL_RELEASE_SHARED() { leave_shared(event::read_release); }

  // Waits until the caller has the upgradeable mode. Fast path O(1); then parks in the queue, among
  // the writers. Acquire. Precondition: the caller does not hold the lock.
  void lock_upgrade() RWL_ACQUIRE_SHARED() { request(kind::upgradeable); }
  using timed::lock_upgrade;

  // Takes the upgradeable mode if nobody writes, nobody has it, and nobody waits for either; false
  // otherwise, never spuriously. Never waits, but repeats while readers come and go. Acquire on
  // success, no order on failure.
  [[nodiscard]] bool try_lock_upgrade() RWL_TRY_ACQUIRE_SHARED(true) {
    std::uint32_t seen = 0;
    do {
      if (enter_upgradeable(seen))
        return true;
    } while (!(seen & upgradeable_barrier));
    Sync::observe(event::upgradeable_refused, this, Sync::owner());
    return false;
  }

  // Gives the upgradeable mode up. Complexity as of unlock(). Release. Precondition: the caller has
  // it.
  void unlock_upgrade() RWL_RELEASE_SHARED() { leave_upgradeable(event::upgradeable_release, 0); }

  // Turns the upgradeable mode into the exclusive one, with no writer in between: waits until the
  // readers have left, lets no new one in meanwhile (under reader preference neither), and goes
  // before all who wait. Acquire. Precondition: the caller has the upgradeable mode.
  void unlock_upgrade_and_lock() RWL_RELEASE_SHARED() RWL_ACQUIRE() { request(kind::upgrader); }
  using timed::unlock_upgrade_and_lock;

  // The same if no reader is inside; false otherwise, and the caller keeps the upgradeable mode.
  // Never waits for readers, but repeats while they come and go; and takes a turn at the queue lock
  // if somebody waits.
  [[nodiscard]] bool try_unlock_upgrade_and_lock() RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    return upgrade_alone();
  }

  // Turns the shared lock into the exclusive one if the caller is the only reader, nobody has the
  // upgradeable mode, and nobody waits; false otherwise, and the caller keeps the shared lock.
  // O(1), never waits, so two readers that both try cannot block each other, nor keep a writer
  // waiting by taking turns. Acquire on success. Precondition: the caller holds the lock shared.
  [[nodiscard]] bool try_unlock_shared_and_lock() RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    std::uint32_t alone = word::one_reader;
    // Acquire [mix U+R>w]: pairs with the releases of all other readers. Relaxed on failure:
    // nothing is entered.
    const bool entered = word_.compare_exchange_strong(
        alone, word::writer, std::memory_order_acquire, std::memory_order_relaxed);
    Sync::observe(entered ? event::read_to_write : event::upgrade_refused, this, Sync::owner());
    return entered;
  }

  // Downgrades: atomic, no writer gets in between. Those are let in who may share. Complexity as of
  // unlock(). Release. Precondition: the caller holds the stronger mode.
  void unlock_and_lock_shared() RWL_RELEASE() RWL_ACQUIRE_SHARED() {
    leave_write(event::write_to_read, word::one_reader);
  }
  void unlock_and_lock_upgrade() RWL_RELEASE() RWL_ACQUIRE_SHARED() {
    leave_write(event::write_to_upgradeable, word::upgradeable);
  }
  void unlock_upgrade_and_lock_shared() RWL_RELEASE_SHARED() RWL_ACQUIRE_SHARED() {
    leave_upgradeable(event::upgradeable_to_read, word::one_reader);
  }

  // Diagnostics: true of some moment near the call, and order nothing.
  bool is_locked() const { return state().writer; }
  bool is_locked_shared() const { return reader_count() > 0; }
  bool is_locked_upgrade() const { return state().upgradeable; }
  std::uint32_t reader_count() const { return state().readers; }

  // Those in the queue; requests for the upgradeable mode count as writers, and a pending upgrade
  // as nobody: it is the upgradeable holder, who is inside. O(n), and takes a turn at the queue
  // lock: not for a hot path.
  std::uint32_t waiting_readers() const { return base::count_waiting(true); }
  std::uint32_t waiting_writers() const { return base::count_waiting(false); }

  // All that the lock word says, of one moment near the call.
  word::fields state() const {
    // Relaxed: nothing may be concluded about other memory.
    return word::decode(word_.load(std::memory_order_relaxed));
  }

  // For example "W=0 U=1 R=2 waiting W R"; "U=1!" if its holder waits to upgrade.
  template <class Char, class Traits>
  friend std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out,
                                                      const basic_rwlock& lock) {
    const word::fields now = lock.state();
    out << "W=" << (now.writer ? '1' : '0') << " U=" << (now.upgradeable ? '1' : '0')
        << (now.upgrading ? "!" : "") << " R=" << now.readers;
    if (now.writers_waiting || now.readers_waiting)
      out << " waiting" << (now.writers_waiting ? " W" : "") << (now.readers_waiting ? " R" : "");
    return out;
  }

private:
  // For conditions.
  using base::await_readmitted;
  using base::readmit;
  static void check_wait(kind) {}
  void leave_to_wait(kind mode) {
    mode == kind::writer ? leave_write(event::condition_wait, 0)
                         : leave_shared(event::condition_wait);
  }
  static void returned(kind) {}

  // The first is a guess, and the second may meet one change by another reader.
  static constexpr int attempts = 3;

  // The fast path of each kind of request, then the slow one.
  bool request(kind wanted, const core::patience<Sync>& limit = {}) {
    switch (wanted) {
    case kind::writer:
      if (enter()) [[likely]]
        return true;
      break;
    case kind::upgrader:
      return upgrade_at_once() || base::upgrade_slow(limit);
    default: {
      const bool reads = wanted == kind::reader;
      const std::uint32_t barrier = reads ? reader_barrier : upgradeable_barrier;
      // A guess that costs no load: nobody is inside. A failed exchange tells the truth.
      std::uint32_t seen = 0;
      for (int attempt = 0; attempt < attempts && !(seen & barrier); ++attempt) {
        Sync::live(Sync::here(), seen, attempt, wanted);
        if (reads ? enter_shared(seen) : enter_upgradeable(seen))
          return true;
      }
    }
    }
    return base::request_slow(wanted, limit);
  }

  bool enter() {
    std::uint32_t free = 0;
    // Acquire [mix W+W]: pairs with the releases of all who left, this section sees theirs. Relaxed
    // on failure: nothing is entered.
    if (!word_.compare_exchange_strong(free, word::writer, std::memory_order_acquire,
                                       std::memory_order_relaxed))
      return false;
    entered(event::write_request, event::write_grant);
    return true;
  }

  bool enter_shared(std::uint32_t& seen) {
    // Acquire [mix R+W]: pairs with the release of the last writer, this section sees its. Relaxed
    // on failure: the caller looks again.
    if (!word_.compare_exchange_strong(seen, seen + word::one_reader, std::memory_order_acquire,
                                       std::memory_order_relaxed))
      return false;
    entered(event::read_request, event::read_grant);
    return true;
  }

  bool enter_upgradeable(std::uint32_t& seen) {
    // Acquire [mix W+U]: pairs with the releases of the last writer and the last upgradeable
    // holder. Relaxed on failure: the caller looks again.
    if (!word_.compare_exchange_strong(seen, seen + word::upgradeable, std::memory_order_acquire,
                                       std::memory_order_relaxed))
      return false;
    entered(event::upgradeable_request, event::upgradeable_grant);
    return true;
  }

  bool upgrade_at_once() {
    std::uint32_t alone = word::upgradeable;
    // Acquire [mix R+U>W]: pairs with the releases of all readers. Relaxed on failure: nothing is
    // entered.
    if (!word_.compare_exchange_strong(alone, word::writer, std::memory_order_acquire,
                                       std::memory_order_relaxed))
      return false;
    entered(event::upgrade_request, event::upgrade_grant);
    return true;
  }

  // If somebody waits, only under the queue lock (I5).
  bool upgrade_alone() {
    std::uint32_t seen = word::upgradeable;
    do {
      Sync::live(Sync::here(), seen);
      if (seen & word::waiters)
        return base::upgrade_alone_slow();
      // Acquire [mix R+U>w]: pairs with the releases of all readers. Relaxed on failure: looks
      // again.
      if (word_.compare_exchange_strong(seen, word::writer, std::memory_order_acquire,
                                        std::memory_order_relaxed)) {
        entered(event::upgrade_request, event::upgrade_grant);
        return true;
      }
    } while ((seen & word::holders) == word::upgradeable);
    Sync::observe(event::upgrade_refused, this, Sync::owner());
    return false;
  }

  // Leaves the exclusive mode for a weaker one, or none.
  void leave_write(event left, std::uint32_t kept) {
    std::uint32_t expected = word::writer;
    // Release [mix W+W]: pairs with the acquire of whoever enters next. Relaxed on failure:
    // somebody waits, the slow path hands over.
    if (word_.compare_exchange_strong(expected, kept, std::memory_order_release,
                                      std::memory_order_relaxed)) [[likely]]
      Sync::observe(left, this, Sync::owner());
    else
      base::leave_write_slow(left, kept);
  }

  void leave_upgradeable(event left, std::uint32_t kept) {
    // A guess that costs no load: nobody else is inside, and nobody waits.
    std::uint32_t seen = word::upgradeable;
    for (int attempt = 0; attempt < attempts && !(seen & word::waiters); ++attempt) {
      Sync::live(Sync::here(), seen, attempt, left);
      // Release [mix W+U]: pairs with the acquire of the next holder and of the writer after it.
      // Relaxed on failure: another attempt.
      if (word_.compare_exchange_strong(seen, seen - word::upgradeable + kept,
                                        std::memory_order_release, std::memory_order_relaxed)) {
        Sync::observe(left, this, Sync::owner());
        return;
      }
    }
    base::leave_upgradeable_slow(left, kept);
  }

  void leave_shared(event left) {
    // A guess that costs no load: the only reader, and nobody waits.
    std::uint32_t seen = word::one_reader;
    const auto hands_over = [&] {
      return (seen & word::awaits_last_reader) && word::is_last_reader(seen);
    };
    for (int attempt = 0; attempt < attempts && !hands_over(); ++attempt) {
      Sync::live(Sync::here(), seen, attempt);
      // Release [mix R+W]: pairs with the acquire of the writer that enters, or is handed the lock,
      // after the last reader has left. Relaxed on failure: another attempt.
      if (word_.compare_exchange_strong(seen, seen - word::one_reader, std::memory_order_release,
                                        std::memory_order_relaxed)) {
        Sync::observe(left, this, Sync::owner());
        return;
      }
    }
    base::unlock_shared_slow(left);
  }

  // Request and grant in one step.
  void entered(event request, event grant) const {
    Sync::observe(request, this, Sync::owner());
    Sync::observe(grant, this, Sync::owner());
  }
};

using reader_preferring_rwlock = basic_rwlock<strategy::reader_preferring>;
using writer_preferring_rwlock = basic_rwlock<strategy::writer_preferring>;
using phase_fair_rwlock = basic_rwlock<strategy::phase_fair>;
using fifo_rwlock = basic_rwlock<strategy::fifo>;
template <unsigned K>
using throughput_rwlock = basic_rwlock<strategy::throughput<K>>;

// Which K: large enough that a switch of threads, some microseconds, is paid for by the sections
// that barge in meanwhile; small enough that nobody waits longer for that many short sections than
// for a time slice.
using rwlock = throughput_rwlock<16384>;

static_assert(sizeof(phase_fair_rwlock) <= 16);
static_assert(sizeof(rwlock) <= 16);

} // namespace rwl
