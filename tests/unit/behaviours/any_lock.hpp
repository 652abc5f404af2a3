// A lock of any type behind one interface, so that a behaviour is compiled once, and not once for
// each lock.
#pragma once

#include "promises.hpp"

#include <rwl/core/condition_access.hpp>
#include <rwl/core/waiter.hpp>
#include <rwl/sync/std_sync.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <stop_token>
#include <vector>

namespace rwl::test {

enum class mode { writing, reading, looking }; // looking: the upgradeable mode

// Guards of the lock's own type.
enum class guard { unique_lock, scoped_lock, writer_view, shared_lock, reader_view, upgrade_lock };

// A lock of the library, as to guards, transforms and conditions. To ask for what it does not offer
// is std::logic_error.
class any_lock {
public:
  using stop_token = std::stop_token;

  any_lock(const promises& promised, features offered) : promised_(promised), offered_(offered) {}
  any_lock(const any_lock&) = delete;
  any_lock& operator=(const any_lock&) = delete;
  virtual ~any_lock() = default;

  const promises& promised() const { return promised_; }
  bool offers(features needed) const { return covers(offered_, needed); }
  std::vector<mode> modes() const {
    if (offers(upgradeable))
      return {mode::writing, mode::reading, mode::looking};
    return {mode::writing, mode::reading};
  }
  // A new lock of the same type.
  virtual std::unique_ptr<any_lock> another() const = 0;

  virtual void lock(mode) = 0;
  virtual bool lock(mode, const stop_token&) = 0;
  virtual bool try_lock(mode) = 0;
  virtual bool try_lock_for(mode, std::chrono::nanoseconds) = 0;
  virtual bool try_lock_for(mode, std::chrono::nanoseconds, const stop_token&) = 0;
  virtual bool try_lock_until(mode, std::chrono::steady_clock::time_point) = 0;
  virtual bool try_lock_until(mode, std::chrono::system_clock::time_point) = 0;
  virtual void unlock(mode) = 0;

  void lock() { lock(mode::writing); }
  bool try_lock() { return try_lock(mode::writing); }
  bool try_lock_for(std::chrono::nanoseconds d) { return try_lock_for(mode::writing, d); }
  void unlock() { unlock(mode::writing); }

  void lock_shared() { lock(mode::reading); }
  bool try_lock_shared() { return try_lock(mode::reading); }
  bool try_lock_shared_for(std::chrono::nanoseconds d) { return try_lock_for(mode::reading, d); }
  void unlock_shared() { unlock(mode::reading); }

  void lock_upgrade() { lock(mode::looking); }
  bool try_lock_upgrade() { return try_lock(mode::looking); }
  void unlock_upgrade() { unlock(mode::looking); }

  virtual void unlock_upgrade_and_lock() = 0;
  virtual bool unlock_upgrade_and_lock(const stop_token&) = 0;
  virtual bool try_unlock_upgrade_and_lock_for(std::chrono::nanoseconds) = 0;
  virtual bool try_unlock_shared_and_lock() = 0;
  virtual void unlock_and_lock_shared() = 0;
  virtual void unlock_and_lock_upgrade() = 0;

  // inside(), under the guard.
  virtual void under(guard, const std::function<void()>& inside) = 0;

  virtual bool is_locked() const = 0;
  virtual bool is_locked_shared() const = 0;
  virtual bool is_locked_upgrade() const = 0;
  virtual std::uint32_t reader_count() const = 0;
  virtual std::uint32_t waiting() const = 0;
  virtual std::uint32_t waiting_readers() const = 0;
  virtual std::uint32_t waiting_writers() const = 0;
  virtual void print(std::ostream&) const = 0;
  friend std::ostream& operator<<(std::ostream& out, const any_lock& m) {
    m.print(out);
    return out;
  }

private:
  friend core::condition_access;
  using kind = core::waiter_kind;
  virtual void check_wait(kind) = 0;
  virtual void leave_to_wait(kind) = 0;
  virtual void readmit(core::batch<std_sync>) = 0;
  virtual void await_readmitted(core::waiter<std_sync>&, bool woken) = 0;
  virtual void returned(kind) = 0;

  const promises promised_;
  const features offered_;
};

static_assert(core::condition_access::offered_by<any_lock>);

} // namespace rwl::test
