// null_rwlock: the interface of a reader-writer lock, and nothing behind it, for programs or
// objects that have one thread.
#pragma once

#include "core/waiter.hpp"
#include "sync/std_sync.hpp"
#include "thread_safety.hpp"
#include "timed.hpp"
#include "views.hpp"

#include <cstdint>
#include <iosfwd>
#include <type_traits>

namespace rwl {

// Everything succeeds at once and changes nothing; only a request whose stop token has been stopped
// is refused, as by every lock. Excludes nobody and orders nothing. Empty, and
// constant-initialised.
class RWL_CAPABILITY("rwlock") null_rwlock : public timed_requests<null_rwlock, std_sync>,
                                             public viewable<null_rwlock> {
  using timed = timed_requests<null_rwlock, std_sync>;
  friend timed;

public:
  using sync_type = std_sync;

  null_rwlock() = default;
  null_rwlock(const null_rwlock&) = delete;
  null_rwlock& operator=(const null_rwlock&) = delete;

  using timed::lock;
  using timed::lock_shared;
  using timed::lock_upgrade;
  using timed::try_lock_for;
  using timed::try_lock_until;
  using timed::unlock_upgrade_and_lock;

  void lock() RWL_ACQUIRE() {}
  [[nodiscard]] bool try_lock() RWL_TRY_ACQUIRE(true) { return true; }
  void unlock() RWL_RELEASE() {}

  void lock_shared() RWL_ACQUIRE_SHARED() {}
  [[nodiscard]] bool try_lock_shared() RWL_TRY_ACQUIRE_SHARED(true) { return true; }
  void unlock_shared() RWL_RELEASE_SHARED() {}

  void lock_upgrade() RWL_ACQUIRE_SHARED() {}
  [[nodiscard]] bool try_lock_upgrade() RWL_TRY_ACQUIRE_SHARED(true) { return true; }
  void unlock_upgrade() RWL_RELEASE_SHARED() {}

  void unlock_upgrade_and_lock() RWL_RELEASE_SHARED() RWL_ACQUIRE() {}
  [[nodiscard]] bool try_unlock_upgrade_and_lock() RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    return true;
  }
  [[nodiscard]] bool try_unlock_shared_and_lock() RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    return true;
  }
  void unlock_and_lock_shared() RWL_RELEASE() RWL_ACQUIRE_SHARED() {}
  void unlock_and_lock_upgrade() RWL_RELEASE() RWL_ACQUIRE_SHARED() {}
  void unlock_upgrade_and_lock_shared() RWL_RELEASE_SHARED() RWL_ACQUIRE_SHARED() {}

  // Keeps no record: always free.
  bool is_locked() const { return false; }
  bool is_locked_shared() const { return false; }
  bool is_locked_upgrade() const { return false; }
  std::uint32_t reader_count() const { return 0; }
  std::uint32_t waiting_readers() const { return 0; }
  std::uint32_t waiting_writers() const { return 0; }

  template <class Char, class Traits>
  friend std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out,
                                                      const null_rwlock&) {
    return out << "null";
  }

private:
  static bool request(core::waiter_kind, const core::patience<std_sync>&) { return true; }
};

static_assert(std::is_empty_v<null_rwlock>);

} // namespace rwl
