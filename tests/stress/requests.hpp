// One request for one mode of a lock, in any of the forms in which a lock can be asked.
#pragma once

#include "harness.hpp"

#include <chrono>
#include <optional>
#include <stop_token>

namespace rwl::stress {

enum class outcome { granted, refused, timed_out, cancelled };

// With neither a limit nor a stop it waits for as long as it takes.
struct request {
  enum class until { duration, steady_time, system_time };

  bool waits = true; // else it tries once
  std::optional<std::chrono::microseconds> limit;
  until form = until::duration;
  std::optional<std::stop_token> stop;
};

// The forms of each mode are f(), f(stop), f(limit) and f(limit, stop), where f is wait_for of a
// duration or wait_until of a time. A request that has failed must have had its reason.
template <class Wait, class Try, class For, class Until>
outcome ask(trial& t, const request& r, Wait wait, Try attempt, For wait_for, Until wait_until) {
  if (!r.waits)
    return attempt() ? outcome::granted : outcome::refused;
  if (!r.limit && !r.stop) {
    wait();
    return outcome::granted;
  }
  const bool late = r.stop && r.stop->stop_requested();
  const auto judge = [&](bool granted, bool in_time) {
    t.expect(!granted || !late, "let in though the stop had been requested before");
    if (granted)
      return outcome::granted;
    const bool stopped = r.stop && r.stop->stop_requested();
    t.expect(stopped || !in_time, "given up without a reason");
    return stopped ? outcome::cancelled : outcome::timed_out;
  };
  if (!r.limit)
    return judge(wait(*r.stop), true);

  const auto before = [&]<class Clock>(std::type_identity<Clock>, auto limited, auto limit) {
    const auto end = Clock::now() + *r.limit;
    const auto l = limit(end);
    const bool granted = r.stop ? limited(l, *r.stop) : limited(l);
    return judge(granted, Clock::now() < end);
  };
  using std::chrono::steady_clock, std::chrono::system_clock;
  const auto time = [](auto end) { return end; };
  switch (r.form) {
  case request::until::steady_time:
    return before(std::type_identity<steady_clock>{}, wait_until, time);
  case request::until::system_time:
    return before(std::type_identity<system_clock>{}, wait_until, time);
  default:
    return before(std::type_identity<steady_clock>{}, wait_for, [&](auto) { return *r.limit; });
  }
}

template <class Lock>
outcome ask_to_read(trial& t, Lock& m, const request& r) {
  return ask(
      t, r, [&](auto... stop) { return m.lock_shared(stop...); },
      [&] { return m.try_lock_shared(); },
      [&](auto... limit) { return m.try_lock_shared_for(limit...); },
      [&](auto... limit) { return m.try_lock_shared_until(limit...); });
}

template <class Lock>
outcome ask_to_write(trial& t, Lock& m, const request& r) {
  return ask(
      t, r, [&](auto... stop) { return m.lock(stop...); }, [&] { return m.try_lock(); },
      [&](auto... limit) { return m.try_lock_for(limit...); },
      [&](auto... limit) { return m.try_lock_until(limit...); });
}

template <class Lock>
outcome ask_for_upgradeable(trial& t, Lock& m, const request& r) {
  return ask(
      t, r, [&](auto... stop) { return m.lock_upgrade(stop...); },
      [&] { return m.try_lock_upgrade(); },
      [&](auto... limit) { return m.try_lock_upgrade_for(limit...); },
      [&](auto... limit) { return m.try_lock_upgrade_until(limit...); });
}

template <class Lock>
outcome ask_for_upgrade(trial& t, Lock& m, const request& r) {
  return ask(
      t, r, [&](auto... stop) { return m.unlock_upgrade_and_lock(stop...); },
      [&] { return m.try_unlock_upgrade_and_lock(); },
      [&](auto... limit) { return m.try_unlock_upgrade_and_lock_for(limit...); },
      [&](auto... limit) { return m.try_unlock_upgrade_and_lock_until(limit...); });
}

// The guard owns its lock. Granted: notified; else it was in vain. A request that only tries does
// not wait, as there is nothing to try.
template <class Condition, class Guard>
outcome ask_to_wait(trial& t, Condition& c, Guard& guard, const request& r) {
  return ask(
      t, r, [&](auto... stop) { return c.wait(guard, stop...); }, [] { return false; },
      [&](auto... limit) { return c.wait_for(guard, limit...); },
      [&](auto... limit) { return c.wait_until(guard, limit...); });
}

} // namespace rwl::stress
