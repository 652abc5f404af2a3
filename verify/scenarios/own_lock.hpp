// A lock of the user's own (make verify LOCK=path.hpp): which checks its operations allow.
#pragma once

#include "plan.hpp"
#include "reported.hpp"

#include <rwl/rwlock.hpp>

#include <concepts>
#include <type_traits>

namespace rwl::verify {

template <class L>
concept lockable_to_write = requires(L& l) {
  l.lock();
  l.unlock();
};
template <class L>
concept lockable_to_read = requires(L& l) {
  l.lock_shared();
  l.unlock_shared();
};

// The specification that a lock follows, if it names one: using follows = rwl::strategy::fifo;
template <class Strategy>
constexpr rules rules_of() {
  if constexpr (std::same_as<Strategy, rwl::strategy::reader_preferring>)
    return {true, strategy::reader_preferring};
  else if constexpr (std::same_as<Strategy, rwl::strategy::writer_preferring>)
    return {true, strategy::writer_preferring};
  else if constexpr (std::same_as<Strategy, rwl::strategy::phase_fair>)
    return {true, strategy::phase_fair};
  else if constexpr (std::same_as<Strategy, rwl::strategy::fifo>)
    return {true, strategy::fifo};
  else if constexpr (requires { Strategy::bypass_bound; })
    return {true, strategy::throughput, static_cast<int>(Strategy::bypass_bound)};
  else
    static_assert(sizeof(Strategy) == 0, "`follows` names no strategy of rwl::strategy");
}

template <template <class> class Lock>
lock_info own_lock(std::string name) {
  using lock = Lock<explorer_sync>;
  static_assert(std::is_default_constructible_v<lock>,
                "LOCK: the lock must be constructible without arguments");
  static_assert(lockable_to_write<lock>, "LOCK: the lock needs lock() and unlock()");
  static_assert(lockable_to_read<lock>,
                "LOCK: the lock needs lock_shared() and unlock_shared(); a plain mutex may forward "
                "them to lock() and unlock()");
  lock_entry e;
  e.name = std::move(name);
  e.family = "own";
  e.description = "a lock of your own";
  if constexpr (requires { typename lock::follows; }) {
    e.held_to = rules_of<typename lock::follows>();
    e.programs = programs_of<lock>();
  } else {
    e.reports = false;
    e.programs = programs_of<reported<lock>>();
  }
  return plan(e);
}

} // namespace rwl::verify
