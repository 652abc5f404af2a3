// Reader-writer locks: one algorithm, and a strategy that decides who goes first.
//
//   rwl::phase_fair_rwlock m;
//   { std::shared_lock reading(m); ... }
//   { std::unique_lock writing(m); ... }
//
//   lock           CAS word: 0 -> writer                                else the slow path
//   unlock         CAS word: writer -> 0                                else the slow path
//   lock_shared    CAS word: + one reader, if no barrier                else the slow path
//   unlock_shared  CAS word: - one reader, unless I am the last and somebody waits for that
//                                                                       else the slow path
//
// Fast paths have a bounded number of attempts: an exchange that is repeated until it succeeds can
// fail for ever. None begins with a load: it would fetch the word's cache line twice, and may be
// out of date. The slow paths, the invariants and the order of waiters are in core/lock_core.hpp;
// what each strategy gives and gives up is in strategy/.
#pragma once

#include "core/lock_core.hpp"
#include "core/word.hpp"
#include "strategy/fifo.hpp"
#include "strategy/phase_fair.hpp"
#include "strategy/reader_preferring.hpp"
#include "strategy/view.hpp"
#include "strategy/writer_preferring.hpp"
#include "sync/std_sync.hpp"

#include <cstdint>

namespace rwl {

// Interface, preconditions and meaning are those of std::shared_mutex: it works with
// std::shared_lock, std::unique_lock, std::scoped_lock, std::lock and std::condition_variable_any.
// Nothing throws, nothing is allocated. Constant-initialised. May be destroyed as soon as its last
// owner has unlocked it, even while that unlock has not yet returned in the other thread.
//
// Not recursive: a thread that locks a lock it holds, in either mode, may wait for itself for ever.
//
// Memory: a section happens after every section that it excludes and that came before it. An
// uncontended operation is one atomic read-modify-write on one word.
template <strategy::admission_rule Strategy, class Sync = std_sync>
class basic_rwlock : private core::lock_core<Strategy, Sync> {
  using base = core::lock_core<Strategy, Sync>;
  using base::reader_barrier;
  using base::word_;

public:
  basic_rwlock() = default;

  // Waits until the lock is exclusively the caller's. Fast path O(1); then parks in the queue.
  // Acquire. Precondition: the caller does not hold the lock.
  void lock() {
    std::uint32_t expected = 0;
    // Acquire: pairs with the releases of all who left, this section sees theirs. Relaxed on
    // failure: the slow path looks again.
    if (word_.compare_exchange_strong(expected, word::writer, std::memory_order_acquire,
                                      std::memory_order_relaxed)) [[likely]]
      entered(event::write_request, event::write_grant);
    else
      base::lock_slow();
  }

  // Takes the lock exclusively if nobody holds it and nobody waits; false otherwise, never
  // spuriously. O(1), never waits. Acquire on success, no order on failure.
  [[nodiscard]] bool try_lock() {
    std::uint32_t expected = 0;
    // Acquire: as in lock(). Relaxed on failure: nothing is entered.
    if (word_.compare_exchange_strong(expected, word::writer, std::memory_order_acquire,
                                      std::memory_order_relaxed)) {
      entered(event::write_request, event::write_grant);
      return true;
    }
    Sync::observe(event::write_refused, this, Sync::owner());
    return false;
  }

  // Gives the exclusive lock up. If somebody waits, hands it to whom the strategy names: O(1), and
  // one wake-up for each reader let in. Release. Precondition: the caller holds it exclusively.
  void unlock() {
    std::uint32_t expected = word::writer;
    // Release: pairs with the acquire of whoever enters next. Relaxed on failure: somebody waits,
    // the slow path hands over.
    if (word_.compare_exchange_strong(expected, 0, std::memory_order_release,
                                      std::memory_order_relaxed)) [[likely]]
      Sync::observe(event::write_release, this, Sync::owner());
    else
      base::unlock_slow();
  }

  // Waits until the caller shares the lock with other readers. Fast path O(1); then parks in the
  // queue. Acquire. Precondition: the caller does not hold the lock.
  void lock_shared() {
    // A guess that costs no load: nobody is inside. A failed exchange tells the truth.
    std::uint32_t seen = 0;
    for (int attempt = 0; attempt < attempts && !(seen & reader_barrier); ++attempt) {
      Sync::live(Sync::here(), seen, attempt);
      if (enter_shared(seen))
        return;
    }
    base::lock_shared_slow();
  }

  // Shares the lock if no writer is inside and, unless readers are preferred, none waits; false
  // otherwise, never spuriously. Never waits, but repeats while other readers come and go. Acquire
  // on success, no order on failure.
  [[nodiscard]] bool try_lock_shared() {
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

  // Gives the shared lock up. The last reader hands it to the first writer that waits: O(1).
  // Release. Precondition: the caller holds it shared.
  void unlock_shared() {
    // A guess that costs no load: the only reader, and nobody waits.
    std::uint32_t seen = word::one_reader;
    for (int attempt = 0; attempt < attempts && !must_hand_over(seen); ++attempt) {
      Sync::live(Sync::here(), seen, attempt);
      if (leave_shared(seen))
        return;
    }
    base::unlock_shared_slow();
  }

  // Diagnostics: true of some moment near the call, and orders nothing.
  bool is_locked() const { return snapshot().writer; }
  bool is_locked_shared() const { return reader_count() > 0; }
  std::uint32_t reader_count() const { return snapshot().readers; }

  // All that the lock word says, of one moment near the call.
  word::fields snapshot() const {
    // Relaxed: nothing may be concluded about other memory.
    return word::decode(word_.load(std::memory_order_relaxed));
  }

private:
  // The first is a guess, and the second may meet one change by another reader.
  static constexpr int attempts = 3;

  static constexpr bool must_hand_over(std::uint32_t seen) {
    return (seen & word::awaits_last_reader) && word::is_last_reader(seen);
  }

  bool enter_shared(std::uint32_t& seen) {
    // Acquire: pairs with the release of the last writer, this section sees its. Relaxed on
    // failure: the caller looks again.
    if (!word_.compare_exchange_strong(seen, seen + word::one_reader, std::memory_order_acquire,
                                       std::memory_order_relaxed))
      return false;
    entered(event::read_request, event::read_grant);
    return true;
  }

  bool leave_shared(std::uint32_t& seen) {
    // Release: pairs with the acquire of the writer that enters, or is handed the lock, after the
    // last reader. Relaxed on failure: another attempt.
    if (!word_.compare_exchange_strong(seen, seen - word::one_reader, std::memory_order_release,
                                       std::memory_order_relaxed))
      return false;
    Sync::observe(event::read_release, this, Sync::owner());
    return true;
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

static_assert(sizeof(phase_fair_rwlock) <= 16);

} // namespace rwl
