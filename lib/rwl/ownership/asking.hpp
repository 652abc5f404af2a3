// How guards and adaptors ask the lock below them: one name for each way to wait, instead of one
// function for each way and kind of request.
#pragma once

#include "../thread_safety.hpp"
#include "call_site.hpp"
#include "hold.hpp"

namespace rwl::ownership {

// What a lock must offer to be adapted.
template <class L>
concept adaptable = requires(L& m, const L& c) {
  typename L::sync_type;
  typename L::stop_token;
  m.lock();
  m.lock_shared();
  m.lock_upgrade();
  m.unlock();
  m.unlock_shared();
  m.unlock_upgrade();
  m.unlock_upgrade_and_lock();
  m.unlock_and_lock_shared();
  m.unlock_and_lock_upgrade();
  m.unlock_upgrade_and_lock_shared();
  c.is_locked();
  c.is_locked_shared();
  c.is_locked_upgrade();
  c.reader_count();
};

struct for_ever {
  static constexpr bool waits = true;
  static constexpr bool gives_up = false;
  template <class L, class... At>
  static bool ask(L& m, kind k, const At&... at) RWL_NO_THREAD_SAFETY_ANALYSIS {
    switch (k) {
    case kind::reader:
      m.lock_shared(at...);
      break;
    case kind::writer:
      m.lock(at...);
      break;
    case kind::upgradeable:
      m.lock_upgrade(at...);
      break;
    case kind::upgrader:
      m.unlock_upgrade_and_lock(at...);
    }
    return true;
  }
};

// For ever, unless somebody requests a stop.
struct unless_stopped {
  static constexpr bool waits = true;
  static constexpr bool gives_up = false;
  template <class L, class Stop, class... At>
  static bool ask(L& m, kind k, const Stop& stop, const At&... at) RWL_NO_THREAD_SAFETY_ANALYSIS {
    switch (k) {
    case kind::reader:
      return m.lock_shared(stop, at...);
    case kind::writer:
      return m.lock(stop, at...);
    case kind::upgradeable:
      return m.lock_upgrade(stop, at...);
    case kind::upgrader:
      return m.unlock_upgrade_and_lock(stop, at...);
    }
    return false;
  }
};

struct at_once {
  static constexpr bool waits = false;
  static constexpr bool gives_up = true;
  template <class L, class... At>
  static bool ask(L& m, kind k, const At&... at) RWL_NO_THREAD_SAFETY_ANALYSIS {
    switch (k) {
    case kind::reader:
      return m.try_lock_shared(at...);
    case kind::writer:
      return m.try_lock(at...);
    case kind::upgradeable:
      return m.try_lock_upgrade(at...);
    case kind::upgrader:
      return m.try_unlock_upgrade_and_lock(at...);
    }
    return false;
  }
};

// For a duration, or with a stop token, too.
struct within {
  static constexpr bool waits = true;
  static constexpr bool gives_up = true;
  template <class L, class... Limits>
  static bool ask(L& m, kind k, const Limits&... limits) RWL_NO_THREAD_SAFETY_ANALYSIS {
    switch (k) {
    case kind::reader:
      return m.try_lock_shared_for(limits...);
    case kind::writer:
      return m.try_lock_for(limits...);
    case kind::upgradeable:
      return m.try_lock_upgrade_for(limits...);
    case kind::upgrader:
      return m.try_unlock_upgrade_and_lock_for(limits...);
    }
    return false;
  }
};

// Until a point in time.
struct before {
  static constexpr bool waits = true;
  static constexpr bool gives_up = true;
  template <class L, class... Limits>
  static bool ask(L& m, kind k, const Limits&... limits) RWL_NO_THREAD_SAFETY_ANALYSIS {
    switch (k) {
    case kind::reader:
      return m.try_lock_shared_until(limits...);
    case kind::writer:
      return m.try_lock_until(limits...);
    case kind::upgradeable:
      return m.try_lock_upgrade_until(limits...);
    case kind::upgrader:
      return m.try_unlock_upgrade_and_lock_until(limits...);
    }
    return false;
  }
};

// Asks the lock, and tells it where if it wants to know.
template <class Way, class L, class... Limits>
bool ask(L& m, kind k, const call_site& at, const Limits&... limits) {
  if constexpr (requires { m.lock(at); })
    return Way::ask(m, k, limits..., at);
  else
    return Way::ask(m, k, limits...);
}

// From one mode to a weaker one, atomically. May be the caller's last access to the lock.
template <class L>
void weaken(L& m, mode from, mode to) RWL_NO_THREAD_SAFETY_ANALYSIS {
  switch (from) {
  case mode::exclusive:
    if (to == mode::upgradeable)
      return m.unlock_and_lock_upgrade();
    return to == mode::shared ? m.unlock_and_lock_shared() : m.unlock();
  case mode::upgradeable:
    return to == mode::shared ? m.unlock_upgrade_and_lock_shared() : m.unlock_upgrade();
  default:
    return m.unlock_shared();
  }
}

} // namespace rwl::ownership
