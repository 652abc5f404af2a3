// What a strategy sees of a lock, and what it may answer.
//
// A strategy is the part of a reader-writer lock that decides who goes first. It has no state: two
// constants and a pure function of a view. How threads wait and how they are let in is the core's.
#pragma once

#include <concepts>

namespace rwl::strategy {

// The lock at the moment in which a writer leaves and somebody waits.
struct view {
  bool writers_wait;
  bool readers_wait;
};

// Whom the leaver lets in: all waiting readers, or whoever heads the queue.
enum class admit { readers, head };

// reader_yields_to_queue  a reader that comes while a writer waits waits behind it
// one_queue               readers keep their place among the writers; otherwise all of them wait in
//                         one group behind the writers
// after_writer(view)      whom a leaving writer lets in
// When the last reader leaves, the head of the queue is next under every strategy: a writer.
template <class S>
concept admission_rule = requires(view v) {
  { S::reader_yields_to_queue } -> std::convertible_to<bool>;
  { S::one_queue } -> std::convertible_to<bool>;
  { S::after_writer(v) } -> std::same_as<admit>;
};

} // namespace rwl::strategy
