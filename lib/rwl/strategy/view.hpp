// What a strategy sees of a lock, and what it decides.
//
// A strategy is the part of a reader-writer lock that decides who goes first. It has no state: a
// few constants and a pure function of a view. How threads wait and how they are let in is the
// core's.
#pragma once

#include <concepts>

namespace rwl::strategy {

// The queue at a moment in which no writer is inside and no upgrade is pending.
struct view {
  bool writers_wait; // or requests for the upgradeable mode, which queue with the writers
  bool readers_lead; // readers stand at the head of the queue
  bool phase_ended;  // a writer has just left, or the upgradeable mode has been given up, or the
                     // head of the queue has given up waiting
};

// reader_yields_to_queue  a reader that comes while a writer waits waits behind it
// one_queue               readers keep their place among the writers; otherwise all of them wait in
//                         one group behind the writers
// bypass_bound            0: the lock is handed over; K > 0: it is left to whoever comes first,
//                         until those who wait have been overtaken K times
// readers_enter(view)     whether waiting readers enter now: all of them, or with one queue those
//                         at its head
// The head of the queue enters as soon as nobody inside is in its way, under every strategy.
template <class S>
concept admission_rule = requires(view v) {
  { S::reader_yields_to_queue } -> std::convertible_to<bool>;
  { S::one_queue } -> std::convertible_to<bool>;
  { S::bypass_bound } -> std::convertible_to<unsigned>;
  { S::readers_enter(v) } -> std::same_as<bool>;
};

} // namespace rwl::strategy
