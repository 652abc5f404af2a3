// A lock as what std's guards and std::lock understand, a Lockable, in either mode:
//
//   std::scoped_lock both(a.reader(), b.writer()); // reads a and writes b, without deadlock
//
// They keep a reference to the Lockable. So the reader's view is no object of its own, which would
// have to outlive the guard, but an empty base of the lock: it lives as long and takes no space.
#pragma once

#include "sync/guards_of_std.hpp"
#include "thread_safety.hpp"

namespace rwl {

template <class L>
class viewable;

// The lock L, whose lock() reads. Each function means what its counterpart lock_shared() and so on
// means: blocking, order and errors are those of L.
template <class L>
class reader_view {
public:
  reader_view(const reader_view&) = delete;
  reader_view& operator=(const reader_view&) = delete;

  void lock() RWL_NO_THREAD_SAFETY_ANALYSIS { self().lock_shared(); }
  [[nodiscard]] bool try_lock() { return self().try_lock_shared(); }
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(const std::chrono::duration<Rep, Period>& d) {
    return self().try_lock_shared_for(d);
  }
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(const std::chrono::time_point<Clock, Duration>& t) {
    return self().try_lock_shared_until(t);
  }
  void unlock() RWL_NO_THREAD_SAFETY_ANALYSIS { self().unlock_shared(); }

private:
  friend viewable<L>;
  // Only as a base of L, which self() relies on.
  constexpr reader_view() = default;
  ~reader_view() = default;

  L& self() { return static_cast<L&>(*this); }
};

// The public base of a lock that has views: class L : public viewable<L>. Empty.
template <class L>
class viewable : public reader_view<L> {
public:
  reader_view<L>& reader() { return *this; }
  // The lock itself: as a Lockable it is exclusive.
  L& writer() RWL_RETURN_CAPABILITY(this) { return static_cast<L&>(*this); }

private:
  friend L;
  constexpr viewable() = default;
  ~viewable() = default;
};

} // namespace rwl
