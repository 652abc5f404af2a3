// The guards of the specification: when may an event happen?
#pragma once

#include "spec.hpp"

namespace rwl::verify {

constexpr bool specification::can(strategy s, event e, int t) const {
  switch (e) {
    using enum event;
  case read_request:
  case write_request:
  case upgradeable_request:
    return idle(t);

  case read_grant:
    return wants(t, mode::read) && may_read(s, t);
  case write_grant:
    return wants(t, mode::write) && may_write(s, t);
  case upgradeable_grant:
    return wants(t, mode::upgradeable) && may_take_upgradeable(s, t);

  case read_release:
    return readers_.contains(t);
  case write_reenter:
    return t == writer_ && depth_ < max_depth;
  case write_release:
    return t == writer_;

  case upgradeable_release:
  case upgradeable_to_read:
  case upgrade_request:
    return t == upgradeable_ && !upgrade_pending_;
  case upgrade_grant:
    return t == upgradeable_ && upgrade_pending_ && may_upgrade();
  case upgrade_cancel:
    return t == upgradeable_ && upgrade_pending_;

  case write_to_read:
  case write_to_upgradeable:
    return t == writer_ && depth_ == 1;
  case read_to_write:
    return may_turn_into_writer(t);

  case cancel:
    return waiting(t);

  case condition_wait:
    return readers_.contains(t) || (t == writer_ && depth_ == 1);
  case notify: // a condition waiter whose time is up comes back through this same step
    return (condition_readers_ | condition_writers_).contains(t);

  // A failed try is no step, but it is allowed only when request and grant at this point were not.
  case read_refused:
    return !granted_at_once(s, read_request, read_grant, t);
  case write_refused:
    return !granted_at_once(s, write_request, write_grant, t);
  case upgradeable_refused:
    return !granted_at_once(s, upgradeable_request, upgradeable_grant, t);
  case upgrade_refused:
    return may_refuse_upgrade(s, t);
  }
  return false;
}

// A reader of the batch waits for nothing but the writer inside.
constexpr bool specification::may_read(strategy s, int t) const {
  const bool held_back = upgrade_pending_ && keeps(rule::pending_upgrade_holds_readers);
  return writer_ < 0 && (batch_.contains(t) || (!held_back && admits_new_reader(s, t)));
}

constexpr bool specification::admits_new_reader(strategy s, int t) const {
  switch (s) {
  case strategy::reader_preferring:
    return true;
  case strategy::writer_preferring:
  case strategy::phase_fair:
    return queue_.empty();
  case strategy::fifo:
    return only_reads_before(t);
  case strategy::throughput:
    return !barred(t);
  }
  return false;
}

constexpr bool specification::may_write(strategy s, int t) const {
  return in_turn(s, t) && writer_ < 0 && upgradeable_ < 0 && readers_.empty() && batch_.empty() &&
         (s != strategy::reader_preferring || waiting_readers_.empty());
}

// Readers may share with it; it waits for the batch all the same, or it could starve the batch by
// upgrading time and again.
constexpr bool specification::may_take_upgradeable(strategy s, int t) const {
  return in_turn(s, t) && writer_ < 0 && upgradeable_ < 0 && batch_.empty();
}

// An upgrade has no turn to wait for and overtakes nobody: its thread is inside already, and under
// throughput a barred upgrade would block the very request that bars it.
constexpr bool specification::may_upgrade() const {
  return readers_.empty() && (batch_.empty() || !keeps(rule::upgrade_waits_for_batch));
}

// It never waits, so it yields to all who do: under phase_fair each of its writes would end a phase
// and let in the reader that takes the next turn.
constexpr bool specification::may_turn_into_writer(int reader) const {
  return readers_.contains(reader) && readers_.size() == 1 && writer_ < 0 && upgradeable_ < 0 &&
         batch_.empty() && (queue_.empty() || !keeps(rule::lone_reader_yields_to_queue));
}

// Only who reads or holds the upgradeable mode can try to write without a request of its own.
constexpr bool specification::may_refuse_upgrade(strategy s, int t) const {
  if (readers_.contains(t))
    return !may_turn_into_writer(t);
  return t == upgradeable_ && !upgrade_pending_ &&
         !granted_at_once(s, event::upgrade_request, event::upgrade_grant, t);
}

// Barging: under throughput every turn is the right one, unless somebody was overtaken too often.
constexpr bool specification::in_turn(strategy s, int t) const {
  return s == strategy::throughput ? !barred(t) : queue_.headed_by(t);
}

// Somebody who came before was overtaken K times, and goes first.
constexpr bool specification::barred(int t) const {
  for (const request& r : queue_) {
    if (r.thread == t)
      return false;
    if (r.overtaken == bypass_bound_)
      return true;
  }
  return false;
}

// Strict writer preference among those not barred. They are a prefix of the queue, so whenever
// somebody waits and nobody holds the lock, one of them is owed a grant: barring cannot deadlock.
// A lock that hands over in the order of arrival leaves nothing owed either: when the head cannot
// be let in, nobody behind it is preferred and can. The holder that upgrades is inside, and goes
// before all who wait.
constexpr bool specification::in_preference_order(int t) const {
  if (t == upgradeable_)
    return true;
  for (const request& r : queue_)
    if (r.wanted != mode::read && !barred(r.thread))
      return r.thread == t;
  return true;
}

constexpr bool specification::only_reads_before(int t) const {
  for (const request& r : queue_) {
    if (r.thread == t)
      return true;
    if (r.wanted != mode::read)
      return false;
  }
  return false;
}

constexpr bool specification::wants(int t, mode m) const {
  if (m == mode::read)
    return waiting_readers_.contains(t);
  const request* r = queue_.find(t);
  return r != nullptr && r->wanted == m;
}

constexpr bool specification::granted_at_once(strategy s, event request, event grant, int t) const {
  specification trial = *this;
  return trial.step(s, request, t) && trial.owes(s, grant, t);
}

// Only the head was holding readers back, so only its leaving ends a phase; and none ends while an
// upgrade is pending, for the upgrade waits for the batch.
constexpr bool specification::cancel_ends_phase(int t) const {
  const bool counts = queue_.headed_by(t) ? keeps(rule::cancelled_head_ends_phase)
                                          : !keeps(rule::cancelled_follower_ends_none);
  return counts && !(upgrade_pending_ && keeps(rule::pending_upgrade_keeps_phase));
}

constexpr int specification::grantable(strategy s) const {
  for (int t = 0; t < max_threads; ++t)
    for (event grant :
         {event::read_grant, event::write_grant, event::upgradeable_grant, event::upgrade_grant})
      if (owes(s, grant, t))
        return t;
  return -1;
}

constexpr bool specification::idle(int t) const {
  return t != writer_ && t != upgradeable_ && !waiting(t) &&
         !(readers_ | condition_readers_ | condition_writers_).contains(t);
}

constexpr bool specification::waiting(int t) const {
  return waiting_readers_.contains(t) || queue_.find(t) != nullptr;
}

constexpr thread_set specification::waiting_writers() const {
  thread_set result;
  for (const request& r : queue_)
    if (r.wanted != mode::read)
      result.insert(r.thread);
  return result;
}

constexpr std::uint64_t specification::hash() const {
  std::uint64_t h = mix(queue_.hash(), std::uint64_t{readers_.bits()} |
                                           std::uint64_t{waiting_readers_.bits()} << 16 |
                                           std::uint64_t{batch_.bits()} << 32 |
                                           std::uint64_t{condition_readers_.bits()} << 48);
  return mix(h, std::uint64_t{condition_writers_.bits()} |
                    std::uint64_t{static_cast<std::uint8_t>(writer_)} << 16 |
                    std::uint64_t{static_cast<std::uint8_t>(upgradeable_)} << 24 |
                    std::uint64_t{depth_} << 32 | std::uint64_t{upgrade_pending_} << 40);
}

} // namespace rwl::verify
