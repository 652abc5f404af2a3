// Guards that Clang's thread-safety analysis understands, see thread_safety.hpp. Those of the
// standard library do more, but are not annotated.
#pragma once

#include "thread_safety.hpp"

namespace rwl {

// Holds the lock exclusively from construction to destruction. L is any lock with lock() and
// unlock(); blocking, memory order and errors are those of these two.
template <class L>
class RWL_SCOPED_CAPABILITY write_guard {
public:
  explicit write_guard(L& lock) RWL_ACQUIRE(lock) : lock_(lock) { lock_.lock(); }
  ~write_guard() RWL_RELEASE() { lock_.unlock(); }
  write_guard(const write_guard&) = delete;
  write_guard& operator=(const write_guard&) = delete;

private:
  L& lock_;
};

// The same, shared.
template <class L>
class RWL_SCOPED_CAPABILITY read_guard {
public:
  explicit read_guard(L& lock) RWL_ACQUIRE_SHARED(lock) : lock_(lock) { lock_.lock_shared(); }
  ~read_guard() RWL_RELEASE() { lock_.unlock_shared(); }
  read_guard(const read_guard&) = delete;
  read_guard& operator=(const read_guard&) = delete;

private:
  L& lock_;
};

} // namespace rwl
