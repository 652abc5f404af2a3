// Which orders of entry were violated: FCFS, FIFE, reader and writer priority, phase-fairness.
#pragma once

#include "transition.hpp"

namespace rwl::verify {

enum class order : std::uint8_t {
  // Writers enter in the order of their doorways (first come first served, Lamport 1974; among
  // writers: Bhatt & Jayanti 2010, P3). Upgradeable requests queue with the writers.
  writer_fcfs,

  // The same across kinds: a later arrival never enters before an earlier one, unless both read.
  fcfs,

  // First in, first enabled, among readers (Bhatt & Jayanti 2010, P4): when a reader enters before
  // one whose doorway came earlier, the earlier one is free to enter too.
  reader_fife,

  // Reader priority (Courtois, Heymans & Parnas 1971, first problem; RP1 in Bhatt & Jayanti 2010),
  // in its strict form "no reader waits because a writer waits": while no writer is inside every
  // waiting reader may enter, and no writer enters before it. A pending upgrade is excepted: it
  // holds new readers back under every strategy.
  rp1,

  // Writer priority (Courtois, Heymans & Parnas 1971, second problem; WP1 in Bhatt & Jayanti 2010):
  // no reader enters while a writer waits whose doorway came earlier.
  wp1,

  // Phase-fairness, readers (Brandenburg & Anderson 2010, PF1 and PF3): a waiting reader sees at
  // most one writer enter.
  pf_reader,

  // Phase-fairness, writers (Brandenburg & Anderson 2010, PF3 and PF4): who enters before a writer
  // that came earlier belongs to the batch of readers that waited when a phase ahead of it ended.
  pf_writer,
};

inline constexpr order all_orders[] = {order::writer_fcfs, order::fcfs, order::reader_fife,
                                       order::rp1,         order::wp1,  order::pf_reader,
                                       order::pf_writer};

constexpr std::string_view name(order o) {
  constexpr std::string_view names[] = {"writer_fcfs", "fcfs",      "reader_fife", "rp1",
                                        "wp1",         "pf_reader", "pf_writer"};
  return names[static_cast<int>(o)];
}

class order_monitor {
public:
  constexpr void observe(const transition& step) {
    if (step.what == event::read_grant)
      check_read_grant(step);
    if (step.is_exclusive_admission())
      check_exclusive_grant(step);
    if (step.is_writer_entry())
      check_phase_fair_reader(step);
    check_reader_priority(step);
    follow(step);
  }

  constexpr bool violated(order o) const { return (violated_ & bit(o)) != 0; }

  constexpr std::uint64_t hash() const {
    return mix(doorways_.hash(), violated_ | static_cast<std::uint64_t>(saw_writer_.bits()) << 16 |
                                     static_cast<std::uint64_t>(released_.bits()) << 32);
  }

  friend constexpr bool operator==(const order_monitor&, const order_monitor&) = default;

private:
  static constexpr std::uint8_t bit(order o) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(o));
  }
  constexpr void note(order o, bool violation) {
    if (violation)
      violated_ = static_cast<std::uint8_t>(violated_ | bit(o));
  }

  constexpr void check_read_grant(const transition& step) {
    const thread_set overtaken = doorways_.overtaken_by(step.thread);
    const bool passes_writer = !(overtaken & exclusive_waiters(step.before)).empty();
    note(order::fcfs, passes_writer);
    note(order::wp1, passes_writer);
    note(order::pf_writer, passes_writer && !released_.contains(step.thread));
    note(order::reader_fife, some_reader_blocked(step, overtaken));
  }

  constexpr void check_exclusive_grant(const transition& step) {
    const thread_set overtaken = doorways_.overtaken_by(step.thread);
    note(order::fcfs, !overtaken.empty());
    note(order::writer_fcfs, !(overtaken & exclusive_waiters(step.before)).empty());
    note(order::rp1, step.what == event::write_grant && !step.before.waiting_readers().empty());
  }

  constexpr void check_phase_fair_reader(const transition& step) {
    const thread_set waiting = step.before.waiting_readers();
    note(order::pf_reader, !(saw_writer_ & waiting).empty());
    saw_writer_ = saw_writer_ | waiting;
  }

  constexpr void check_reader_priority(const transition& step) {
    if (step.after.writer() < 0 && !step.after.upgrade_pending())
      note(order::rp1, some_reader_blocked(step, step.after.waiting_readers()));
  }

  // Whether one of these threads is a reader that still waits and may not enter now.
  static constexpr bool some_reader_blocked(const transition& step, thread_set threads) {
    bool blocked = false;
    (threads & step.after.waiting_readers()).for_each([&](int u) {
      blocked |= !step.after.can(step.rules, event::read_grant, u);
    });
    return blocked;
  }

  constexpr void follow(const transition& step) {
    if (step.ends_request()) {
      saw_writer_.erase(step.thread);
      released_.erase(step.thread);
    }
    if (step.ends_phase())
      released_ = step.after.waiting_readers();
    doorways_.observe(step);
  }

  doorway_order doorways_;
  thread_set saw_writer_; // waiting readers that have seen a writer enter
  thread_set released_;   // readers that waited when the last phase ended, and wait still
  std::uint8_t violated_ = 0;
};

} // namespace rwl::verify
