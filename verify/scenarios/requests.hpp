// Letters into calls of the lock. A lock need not have them all: a letter is offered by the locks
// that have the calls for it.
#pragma once

#include "../engine/sync.hpp"
#include "letters.hpp"

#include <chrono>
#include <cstdlib>

namespace rwl::verify {

// Whatever it is: the search decides when it is over.
inline constexpr std::chrono::seconds some_time{1};

// The kinds of request, each with the calls that make it: within limits of time or a stop, or not
// waiting at all.
struct reading {
  auto wait(auto& lock, const auto&... stop) const -> decltype(lock.lock_shared(stop...)) {
    return lock.lock_shared(stop...);
  }
  auto wait_for(auto& lock, const auto&... limits) const
      -> decltype(lock.try_lock_shared_for(limits...)) {
    return lock.try_lock_shared_for(limits...);
  }
  auto attempt(auto& lock) const -> decltype(lock.try_lock_shared()) {
    return lock.try_lock_shared();
  }
};

struct writing {
  auto wait(auto& lock, const auto&... stop) const -> decltype(lock.lock(stop...)) {
    return lock.lock(stop...);
  }
  auto wait_for(auto& lock, const auto&... limits) const -> decltype(lock.try_lock_for(limits...)) {
    return lock.try_lock_for(limits...);
  }
  auto attempt(auto& lock) const -> decltype(lock.try_lock()) { return lock.try_lock(); }
};

struct reading_upgradeably {
  auto wait(auto& lock, const auto&... stop) const -> decltype(lock.lock_upgrade(stop...)) {
    return lock.lock_upgrade(stop...);
  }
  auto wait_for(auto& lock, const auto&... limits) const
      -> decltype(lock.try_lock_upgrade_for(limits...)) {
    return lock.try_lock_upgrade_for(limits...);
  }
  auto attempt(auto& lock) const -> decltype(lock.try_lock_upgrade()) {
    return lock.try_lock_upgrade();
  }
};

struct upgrading {
  auto wait(auto& lock, const auto&... stop) const
      -> decltype(lock.unlock_upgrade_and_lock(stop...)) {
    return lock.unlock_upgrade_and_lock(stop...);
  }
  auto wait_for(auto& lock, const auto&... limits) const
      -> decltype(lock.try_unlock_upgrade_and_lock_for(limits...)) {
    return lock.try_unlock_upgrade_and_lock_for(limits...);
  }
  auto attempt(auto& lock) const -> decltype(lock.try_unlock_upgrade_and_lock()) {
    return lock.try_unlock_upgrade_and_lock();
  }
};

struct upgrading_from_read {
  auto attempt(auto& lock) const -> decltype(lock.try_unlock_shared_and_lock()) {
    return lock.try_unlock_shared_and_lock();
  }
};

// Calls visit(kind of request) with the one that the letter is.
template <class Visit>
constexpr auto with_kind_of(const request_form& f, mode held, Visit visit) {
  if (f.changes)
    return held == mode::read ? visit(upgrading_from_read()) : visit(upgrading());
  switch (f.wanted) {
  case mode::read:
    return visit(reading());
  case mode::write:
    return visit(writing());
  default:
    return visit(reading_upgradeably());
  }
}

// Makes the request. False: not let in, and what was held is kept.
template <class L>
bool make_request(L& lock, mode held, const request_form& f,
                  const explorer_sync::stop_token& stop) {
  return with_kind_of(f, held, [&](auto kind) -> bool {
    if constexpr (requires { kind.wait_for(lock, some_time, stop); })
      if (f.timed && f.stoppable)
        return kind.wait_for(lock, some_time, stop);
    if constexpr (requires { kind.wait_for(lock, some_time); })
      if (f.timed && !f.stoppable)
        return kind.wait_for(lock, some_time);
    if constexpr (requires { bool(kind.wait(lock, stop)); })
      if (f.stoppable && !f.timed)
        return kind.wait(lock, stop);
    if constexpr (requires { kind.attempt(lock); })
      if (!f.waits)
        return kind.attempt(lock);
    if constexpr (requires { kind.wait(lock); })
      if (f.waits && !f.may_give_up()) {
        kind.wait(lock);
        return true;
      }
    std::abort(); // no program has letters that its lock does not offer
  });
}

template <class L>
void downgrade(L& l, mode held, mode to) {
  if (held == mode::write && to == mode::read) {
    if constexpr (requires { l.unlock_and_lock_shared(); })
      return l.unlock_and_lock_shared();
  } else if (held == mode::write) {
    if constexpr (requires { l.unlock_and_lock_upgrade(); })
      return l.unlock_and_lock_upgrade();
  } else {
    if constexpr (requires { l.unlock_upgrade_and_lock_shared(); })
      return l.unlock_upgrade_and_lock_shared();
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
    if constexpr (requires { l.unlock_upgrade(); })
      return l.unlock_upgrade();
  }
  std::abort();
}

// The forms of one kind of request that a lock has.
struct form_set {
  bool waits, tries, timed, stoppable, timed_and_stoppable;

  constexpr bool has(const request_form& f) const {
    return !f.waits      ? tries
           : f.timed     ? (f.stoppable ? timed_and_stoppable : timed)
           : f.stoppable ? stoppable
                         : waits;
  }
};

// The calls that letters stand for, one by one.
template <class L>
concept takes_a_stop = requires(L& l, const explorer_sync::stop_token& s) {
  l.lock(s);
}
|| requires(L& l, const explorer_sync::stop_token& s) { l.lock_shared(s); };
template <class L>
concept turns_write_to_read = requires(L& l) {
  l.unlock_and_lock_shared();
};
template <class L>
concept turns_write_to_upgradeable = requires(L& l) {
  l.unlock_and_lock_upgrade();
};
template <class L>
concept turns_upgradeable_to_read = requires(L& l) {
  l.unlock_upgrade_and_lock_shared();
};
template <class Kind, class L>
concept waits_on = requires(Kind k, L& l) {
  k.wait(l);
};
template <class Kind, class L>
concept tries = requires(Kind k, L& l) {
  k.attempt(l);
};
template <class Kind, class L>
concept waits_for_a_time_on = requires(Kind k, L& l) {
  k.wait_for(l, some_time);
};
template <class Kind, class L>
concept waits_until_stopped_on = requires(Kind k, L& l, const explorer_sync::stop_token& s) {
  bool(k.wait(l, s));
};
template <class Kind, class L>
concept waits_within_both_on = requires(Kind k, L& l, const explorer_sync::stop_token& s) {
  k.wait_for(l, some_time, s);
};

// Which letters a lock has the calls for.
using letters_offered = bool (*)(const request_form&, mode held);

template <class L>
bool offers(const request_form& f, mode held) {
  if (f.is_stop)
    return takes_a_stop<L>;
  if (f.changes && f.wanted == mode::read)
    return held == mode::write ? turns_write_to_read<L> : turns_upgradeable_to_read<L>;
  if (f.changes && f.wanted == mode::upgradeable)
    return turns_write_to_upgradeable<L>;
  return with_kind_of(f, held,
                      []<class Kind>(Kind) {
                        return form_set{
                            waits_on<Kind, L>, tries<Kind, L>, waits_for_a_time_on<Kind, L>,
                            waits_until_stopped_on<Kind, L>, waits_within_both_on<Kind, L>};
                      })
      .has(f);
}

} // namespace rwl::verify
