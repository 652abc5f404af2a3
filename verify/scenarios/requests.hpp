// Letters into calls of the lock.
#pragma once

#include "../engine/sync.hpp"
#include "letters.hpp"

#include <chrono>
#include <cstdlib>

namespace rwl::verify {

// Whatever it is: the search decides when it is over.
inline constexpr std::chrono::seconds some_time{1};

template <class L>
concept upgradeable_lock = requires(L& l) {
  l.lock_upgrade();
  { l.try_unlock_shared_and_lock() } -> std::same_as<bool>;
};
template <class L>
concept downgradable_lock = requires(L& l) {
  l.unlock_and_lock_shared();
};
template <class L>
concept timed_lock = requires(L& l) {
  { l.try_lock_for(some_time) } -> std::same_as<bool>;
};
template <class L>
concept stoppable_lock = requires(L& l, const explorer_sync::stop_token& stop) {
  { l.lock(stop) } -> std::same_as<bool>;
};

// The letters that a lock has calls for.
struct letters_offered {
  bool upgradeable = false, downgrades = false, timed = false, stoppable = false;

  template <class L>
  static constexpr letters_offered of() {
    return {upgradeable_lock<L>, downgradable_lock<L>, timed_lock<L>, stoppable_lock<L>};
  }
};

// One of the forms of a request: call(l, limits...) waits within the limits, attempt(l) does not
// wait. Only those that the lock has are compiled.
template <class L, class Wait, class WaitFor, class Try>
bool by_form(L& l, const request_form& f, const explorer_sync::stop_token& stop, Wait wait,
             WaitFor wait_for, Try attempt) {
  if constexpr (timed_lock<L> && stoppable_lock<L>)
    if (f.timed && f.stoppable)
      return wait_for(l, some_time, stop);
  if constexpr (timed_lock<L>)
    if (f.timed)
      return wait_for(l, some_time);
  if constexpr (stoppable_lock<L>)
    if (f.stoppable)
      return wait(l, stop);
  if (!f.waits)
    return attempt(l);
  wait(l);
  return true;
}

// Requests what the thread does not hold in any mode. False: it is not let in.
template <class L>
bool acquire(L& l, const request_form& f, const explorer_sync::stop_token& stop) {
  switch (f.wanted) {
  case mode::read:
    return by_form(
        l, f, stop, [](auto& k, auto&... s) { return k.lock_shared(s...); },
        [](auto& k, auto&... limits) { return k.try_lock_shared_for(limits...); },
        [](auto& k) { return k.try_lock_shared(); });
  case mode::write:
    return by_form(
        l, f, stop, [](auto& k, auto&... s) { return k.lock(s...); },
        [](auto& k, auto&... limits) { return k.try_lock_for(limits...); },
        [](auto& k) { return k.try_lock(); });
  case mode::upgradeable:
    if constexpr (upgradeable_lock<L>)
      return by_form(
          l, f, stop, [](auto& k, auto&... s) { return k.lock_upgrade(s...); },
          [](auto& k, auto&... limits) { return k.try_lock_upgrade_for(limits...); },
          [](auto& k) { return k.try_lock_upgrade(); });
  }
  std::abort(); // no program has letters that its lock does not offer
}

// From a weaker mode to the exclusive one. False: the thread keeps what it has.
template <class L>
bool upgrade(L& l, mode held, const request_form& f, const explorer_sync::stop_token& stop) {
  if constexpr (upgradeable_lock<L>) {
    if (held == mode::read)
      return l.try_unlock_shared_and_lock();
    return by_form(
        l, f, stop, [](auto& k, auto&... s) { return k.unlock_upgrade_and_lock(s...); },
        [](auto& k, auto&... limits) { return k.try_unlock_upgrade_and_lock_for(limits...); },
        [](auto& k) { return k.try_unlock_upgrade_and_lock(); });
  }
  std::abort();
}

template <class L>
void downgrade(L& l, mode held, mode to) {
  if constexpr (downgradable_lock<L>) {
    if (held == mode::write && to == mode::read)
      return l.unlock_and_lock_shared();
    if constexpr (upgradeable_lock<L>)
      return held == mode::write ? l.unlock_and_lock_upgrade() : l.unlock_upgrade_and_lock_shared();
  }
  std::abort();
}

template <class L>
void release(L& l, mode held) {
  switch (held) {
  case mode::read:
    return l.unlock_shared();
  case mode::write:
    return l.unlock();
  case mode::upgradeable:
    if constexpr (upgradeable_lock<L>)
      return l.unlock_upgrade();
  }
  std::abort();
}

} // namespace rwl::verify
