// exclusive_adapter<M>: any mutex behind the interface of a reader-writer lock.
//
//   rwl::exclusive_adapter<std::mutex> own;      // has a mutex of its own
//   rwl::exclusive_adapter shared_with(mutex);   // exclusive_adapter<std::mutex&>: uses that mutex
//
//   every mode          M's exclusive mode: nobody shares, and upgrades and downgrades only
//                       change the name
//   try_...             if M is Lockable
//   ..._for, ..._until, (stop_token)
//                       if M is TimedLockable
//
// For code written for the interface where sharing does not pay, and to compare against.
#pragma once

#include "core/waiter.hpp"
#include "sync/recursive_mutex.hpp"
#include "sync/std_sync.hpp"
#include "thread_safety.hpp"
#include "timed.hpp"
#include "views.hpp"

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <type_traits>
#include <utility>

namespace rwl {

namespace detail {

template <class M>
concept lockable = requires(M& m) {
  { m.try_lock() } -> std::convertible_to<bool>;
};

template <class M, class Sync>
concept timed_lockable = lockable<M> && requires(M& m, typename Sync::deadline t) {
  { m.try_lock_until(t) } -> std::convertible_to<bool>;
};

// Stands in for timed_requests: the names, and no way to call them.
class untimed {
  struct nothing {};

public:
  void lock(nothing) = delete;
  void lock_shared(nothing) = delete;
  void lock_upgrade(nothing) = delete;
  void unlock_upgrade_and_lock(nothing) = delete;
  void try_lock_for(nothing) = delete;
  void try_lock_until(nothing) = delete;
};

template <class Adapter, class M, class Sync>
using timed_requests_if_possible =
    std::conditional_t<timed_lockable<std::remove_reference_t<M>, Sync>,
                       timed_requests<Adapter, Sync>, untimed>;

} // namespace detail

// Blocking, order, recursion, errors and the right moment to destroy it are those of M. Neither
// copyable nor movable. Constant-initialised if M is. The timed and cancellable forms are those of
// timed.hpp; a stop is noticed within some milliseconds.
template <class M, class Sync = std_sync>
class RWL_CAPABILITY("rwlock") exclusive_adapter
    : public detail::timed_requests_if_possible<exclusive_adapter<M, Sync>, M, Sync>,
      public viewable<exclusive_adapter<M, Sync>> {
  using timed = detail::timed_requests_if_possible<exclusive_adapter, M, Sync>;
  using kind = core::waiter_kind;
  static constexpr bool can_try = detail::lockable<std::remove_reference_t<M>>;
  friend timed;

public:
  using sync_type = Sync;
  using stop_token = typename Sync::stop_token;
  using inner_type = std::remove_reference_t<M>;

  // Whether lock() by who holds the lock already succeeds: for checked<>.
  static constexpr bool recursive = is_recursive_mutex<inner_type>;

  // The arguments are those of M; of M& it is the mutex to use, which has to outlive the adapter.
  template <class... Args>
  requires std::constructible_from<M, Args...>
  explicit(sizeof...(Args) > 0) constexpr exclusive_adapter(Args&&... args)
      : inner_(std::forward<Args>(args)...) {}
  exclusive_adapter(const exclusive_adapter&) = delete;
  exclusive_adapter& operator=(const exclusive_adapter&) = delete;

  using timed::lock;
  using timed::lock_shared;
  using timed::lock_upgrade;
  using timed::try_lock_for;
  using timed::try_lock_until;
  using timed::unlock_upgrade_and_lock;

  void lock() RWL_ACQUIRE() { take(writing); }
  void unlock() RWL_RELEASE() { drop(writing); }
  [[nodiscard]] RWL_TRY_ACQUIRE(true) bool try_lock() requires can_try { return try_take(writing); }

  void lock_shared() RWL_ACQUIRE_SHARED() { take(reading); }
  void unlock_shared() RWL_RELEASE_SHARED() { drop(reading); }
  [[nodiscard]] RWL_TRY_ACQUIRE_SHARED(true) bool try_lock_shared() requires can_try {
    return try_take(reading);
  }

  void lock_upgrade() RWL_ACQUIRE_SHARED() { take(upgradeable); }
  void unlock_upgrade() RWL_RELEASE_SHARED() { drop(upgradeable); }
  [[nodiscard]] RWL_TRY_ACQUIRE_SHARED(true) bool try_lock_upgrade() requires can_try {
    return try_take(upgradeable);
  }

  // Nobody else is ever inside: each succeeds at once.
  void unlock_upgrade_and_lock() RWL_RELEASE_SHARED() RWL_ACQUIRE() {
    change(upgradeable, writing);
  }
  [[nodiscard]] bool try_unlock_upgrade_and_lock() RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    change(upgradeable, writing);
    return true;
  }
  [[nodiscard]] bool try_unlock_shared_and_lock() RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    change(reading, writing);
    return true;
  }
  void unlock_and_lock_shared() RWL_RELEASE() RWL_ACQUIRE_SHARED() { change(writing, reading); }
  void unlock_and_lock_upgrade() RWL_RELEASE() RWL_ACQUIRE_SHARED() {
    change(writing, upgradeable);
  }
  void unlock_upgrade_and_lock_shared() RWL_RELEASE_SHARED() RWL_ACQUIRE_SHARED() {
    change(upgradeable, reading);
  }

  // Diagnostics: true of some moment near the call, and order nothing. They know of what was locked
  // through this adapter. With a recursive mutex several may be true; what is held several times is
  // counted several times. A mutex does not tell who waits for it, so there are no counts of these.
  bool is_locked() const { return count(writing) > 0; }
  bool is_locked_shared() const { return count(reading) > 0; }
  bool is_locked_upgrade() const { return count(upgradeable) > 0; }
  std::uint32_t reader_count() const { return count(reading); }

  inner_type& inner() { return inner_; }
  const inner_type& inner() const { return inner_; }

  // For example "W=0 U=0 R=1".
  template <class Char, class Traits>
  friend std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out,
                                                      const exclusive_adapter& lock) {
    return out << "W=" << (lock.is_locked() ? '1' : '0')
               << " U=" << (lock.is_locked_upgrade() ? '1' : '0') << " R=" << lock.reader_count();
  }

private:
  enum mode { writing, reading, upgradeable, modes };

  // M may be annotated as well; to lock and not to unlock is what these are for.
  bool request(kind wanted, const core::patience<Sync>& limit) RWL_NO_THREAD_SAFETY_ANALYSIS {
    if (wanted == kind::upgrader)
      change(upgradeable, writing);
    else if (!take_within(limit))
      return false;
    else
      count_in(wanted == kind::reader ? reading : wanted == kind::writer ? writing : upgradeable);
    return true;
  }

  void take(mode m) RWL_NO_THREAD_SAFETY_ANALYSIS {
    inner_.lock();
    count_in(m);
  }
  bool try_take(mode m) RWL_NO_THREAD_SAFETY_ANALYSIS {
    if (!inner_.try_lock())
      return false;
    count_in(m);
    return true;
  }
  void drop(mode m) RWL_NO_THREAD_SAFETY_ANALYSIS {
    count_out(m);
    inner_.unlock();
  }
  void change(mode from, mode to) {
    count_out(from);
    count_in(to);
  }

  // A mutex does not hear of a stop while it waits: it is asked again every so often.
  bool take_within(const core::patience<Sync>& limit) RWL_NO_THREAD_SAFETY_ANALYSIS {
    if (!limit.until && !limit.stop) {
      inner_.lock();
      return true;
    }
    for (;;) {
      if (limit.stop && limit.stop->stop_requested())
        return false;
      if (inner_.try_lock_until(next_look(limit)))
        return true;
      if (limit.until && Sync::now() >= *limit.until)
        return false;
    }
  }
  static typename Sync::deadline next_look(const core::patience<Sync>& limit) {
    if (!limit.stop)
      return *limit.until;
    const typename Sync::deadline soon = Sync::after(std::chrono::milliseconds(5));
    return limit.until ? std::min(soon, *limit.until) : soon;
  }

  // Only the holder changes a count, so no read-modify-write is needed. Relaxed: the mutex orders
  // one holder after the other, and all others only look.
  std::uint32_t count(mode m) const { return held_[m].load(std::memory_order_relaxed); }
  void count_in(mode m) { held_[m].store(count(m) + 1, std::memory_order_relaxed); }
  void count_out(mode m) { held_[m].store(count(m) - 1, std::memory_order_relaxed); }

  M inner_;
  typename Sync::template atomic<std::uint32_t> held_[modes]{};
};

template <class M>
exclusive_adapter(M&) -> exclusive_adapter<M&>;

} // namespace rwl
