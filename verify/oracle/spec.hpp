// The executable specification of a reader-writer lock: one table of guarded commands, five
// strategies. can() is the column of guards, apply() the column of effects.
//
// State
//   readers            the threads that read            writer, depth      the thread that writes
//   upgradeable        holder of the upgradeable mode   upgrade pending    it waits to write
//   waiting readers    readers behind their doorway     queue              the other requests, FIFO
//   batch              waiting readers let in before the next writer (phase_fair only)
//   condition waiters  in the mode they will come back in
//
// fifo and throughput need the order of arrival across kinds, so there a waiting reader stands in
// the queue as well.
//
// Runs within the explorer's fibers: no allocation, no exceptions; only show() builds a string.
#pragma once

#include "request_queue.hpp"

#include <rwl/sync/event.hpp>

#include <string>
#include <string_view>

namespace rwl::verify {

enum class strategy : std::uint8_t {
  reader_preferring, // no reader waits because a writer waits
  writer_preferring, // no reader enters while a writer waits
  phase_fair, // a reader waits for one writer, a writer for one batch of readers per writer ahead
  fifo,       // first come first served; runs of readers share
  throughput, // writer preference with barging; nobody is overtaken more than K times
};

inline constexpr strategy all_strategies[] = {strategy::reader_preferring,
                                              strategy::writer_preferring, strategy::phase_fair,
                                              strategy::fifo, strategy::throughput};

constexpr std::string_view name(strategy s) {
  constexpr std::string_view names[] = {"reader_preferring", "writer_preferring", "phase_fair",
                                        "fifo", "throughput"};
  return names[static_cast<int>(s)];
}

// The rules that each cost a counterexample to find. A specification can be made to break one, to
// show that the checks would notice.
enum class rule : std::uint8_t {
  none,
  cancelled_head_ends_phase,     // else two timed writers that give up in turn starve a reader
  cancelled_follower_ends_none,  // else latecomers that give up feed the batch and starve a writer
  pending_upgrade_keeps_phase,   // else writers that give up feed the batch and starve the upgrader
  upgrade_waits_for_batch,       // else write -> upgradeable -> write cycles starve the batch
  pending_upgrade_holds_readers, // else readers that take turns starve the upgrader
  lone_reader_yields_to_queue,   // else readers that take turns at writing starve a writer
};

inline constexpr rule all_rules[] = {
    rule::cancelled_head_ends_phase,     rule::cancelled_follower_ends_none,
    rule::pending_upgrade_keeps_phase,   rule::upgrade_waits_for_batch,
    rule::pending_upgrade_holds_readers, rule::lone_reader_yields_to_queue};

constexpr std::string_view name(rule r) {
  constexpr std::string_view names[] = {"none",
                                        "cancelled_head_ends_phase",
                                        "cancelled_follower_ends_none",
                                        "pending_upgrade_keeps_phase",
                                        "upgrade_waits_for_batch",
                                        "pending_upgrade_holds_readers",
                                        "lone_reader_yields_to_queue"};
  return names[static_cast<int>(r)];
}

class specification {
public:
  static constexpr int default_bypass_bound = 4;
  static constexpr int max_depth = 255;

  // bypass_bound is the K of throughput, 1..65535; the other strategies do not look at it.
  constexpr explicit specification(int bypass_bound = default_bypass_bound,
                                   rule broken = rule::none)
      : bypass_bound_(static_cast<std::uint16_t>(bypass_bound)), broken_(broken) {}

  // Whether the event may happen now on behalf of the thread.
  constexpr bool can(strategy, event, int thread) const;

  // Lets the event happen if it may; otherwise changes nothing and returns false.
  constexpr bool step(strategy s, event e, int thread) {
    if (!can(s, e, thread))
      return false;
    apply(s, e, thread);
    return true;
  }

  // Lets the event happen whatever its guard says: to keep account of a lock that follows no
  // specified strategy.
  constexpr void follow(strategy s, event e, int thread) { apply(s, e, thread); }

  // Whether a lock must let this grant happen if nothing else happens. Barging is a permission, not
  // a duty: throughput owes only what strict writer preference owes. Elsewhere the same as can().
  constexpr bool owes(strategy s, event grant, int thread) const {
    return can(s, grant, thread) && (s != strategy::throughput || in_preference_order(thread));
  }

  // A thread whose grant is owed, or -1. At quiescence it must be -1 (work conservation: a missing
  // wake-up shows nowhere else).
  constexpr int grantable(strategy) const;

  constexpr bool mutual_exclusion() const {
    return writer_ < 0 || (readers_.empty() && upgradeable_ < 0);
  }

  constexpr thread_set readers() const { return readers_; }
  constexpr int writer() const { return writer_; } // -1: nobody
  constexpr int depth() const { return depth_; }
  constexpr int upgradeable() const { return upgradeable_; } // -1: nobody
  constexpr bool upgrade_pending() const { return upgrade_pending_; }
  constexpr thread_set waiting_readers() const { return waiting_readers_; }
  constexpr thread_set waiting_writers() const; // waiting upgradeable requests included
  constexpr thread_set batch() const { return batch_; }
  constexpr const request_queue& queue() const { return queue_; }
  constexpr thread_set condition_readers() const { return condition_readers_; }
  constexpr thread_set condition_writers() const { return condition_writers_; }
  constexpr int bypass_bound() const { return bypass_bound_; }

  constexpr bool idle(int thread) const;    // neither inside nor waiting for anything
  constexpr bool waiting(int thread) const; // for a grant, other than that of an upgrade
  constexpr bool held() const { return writer_ >= 0 || upgradeable_ >= 0 || !readers_.empty(); }

  constexpr std::uint64_t hash() const;
  friend constexpr bool operator==(const specification&, const specification&) = default;

  // For example "R{0,1} W- U2! waiting{3} batch{3} queue[4w,5u] condition{6r,7w}".
  std::string show() const;

private:
  constexpr void apply(strategy, event, int thread);
  constexpr bool keeps(rule r) const { return broken_ != r; }

  // Guards.
  constexpr bool may_read(strategy, int thread) const;
  constexpr bool may_write(strategy, int thread) const;
  constexpr bool may_take_upgradeable(strategy, int thread) const;
  constexpr bool may_upgrade() const;
  constexpr bool may_turn_into_writer(int reader) const;
  constexpr bool may_refuse_upgrade(strategy, int thread) const;
  constexpr bool admits_new_reader(strategy, int thread) const;
  constexpr bool in_turn(strategy, int thread) const;
  constexpr bool barred(int thread) const;
  constexpr bool in_preference_order(int thread) const;
  constexpr bool only_reads_before(int thread) const;
  constexpr bool wants(int thread, mode) const;
  constexpr bool granted_at_once(strategy, event request, event grant, int thread) const;
  constexpr bool cancel_ends_phase(int thread) const;

  // Effects.
  constexpr void join(strategy, int thread, mode);
  constexpr void leave_waiting(int thread);
  constexpr void admit(strategy, int thread);
  constexpr void become_writer(int thread);
  constexpr void leave_write();
  constexpr void withdraw(strategy, int thread);
  constexpr void wait_on_condition(strategy, int thread);
  constexpr void request_again(strategy, int thread);
  constexpr void end_phase(strategy);

  thread_set readers_, waiting_readers_, batch_, condition_readers_, condition_writers_;
  request_queue queue_;
  std::int8_t writer_ = -1;
  std::int8_t upgradeable_ = -1;
  std::uint8_t depth_ = 0;
  bool upgrade_pending_ = false;
  std::uint16_t bypass_bound_;
  rule broken_;
};

} // namespace rwl::verify

#include "spec_effects.hpp"
#include "spec_guards.hpp"
#include "spec_show.hpp"
