// Bounded barging: how often those who wait have been overtaken, in constant time and no room in
// the lock.
//
// Waiters belong to generations. While the queue is open, newcomers join the youngest generation,
// and whoever overtakes the queue is counted. With the K-th overtaking the queue closes: the
// generation is complete, newcomers belong to the next, and nobody overtakes until all of the old
// generation have been let in, in order. Then the queue is open for the next generation, which
// nobody has overtaken yet. So each waiter is overtaken at most K times.
//
// A head that is called, and finds the lock taken, has been woken for nothing. That counts for a
// share of the bound, beside the overtaking itself: a few calls in vain close the queue, so nobody
// is woken K times for nothing.
//
// Two generations wait at a time, so a bit tells them apart. Each waiter knows its own; the count
// and the generation that newcomers join travel with the head of the queue.
#pragma once

#include <cstdint>

namespace rwl::core::barging {

inline constexpr std::uint32_t own = 1;    // the waiter's generation
inline constexpr std::uint32_t joined = 2; // at the head: the generation that newcomers join
inline constexpr std::uint32_t one = 4;    // at the head, from here up: overtaken so often

inline constexpr std::uint32_t fresh = 0; // the first waiter of an empty queue

// So many calls in vain close the queue: fewer than twice as many where K is no multiple of it, K
// where that is less. A choice: a few wake-ups cost little beside what K sections gain that barge
// in, and one unlucky call does not end the barging.
inline constexpr std::uint32_t calls_in_vain = 8;

constexpr bool open(std::uint32_t head) { return !(head & joined) == !(head & own); }

// Precondition: open.
constexpr std::uint32_t count(std::uint32_t head, std::uint32_t bound, std::uint32_t times) {
  const bool complete = head / one + times >= bound;
  return complete ? (head & own) | (~head & joined) : head + times * one;
}

// For how many overtakings a call in vain counts.
constexpr std::uint32_t weight_of_call(std::uint32_t bound) {
  return bound < calls_in_vain ? 1 : bound / calls_in_vain;
}

constexpr std::uint32_t newcomer(std::uint32_t head) { return head & joined ? own : 0; }

constexpr std::uint32_t passed_on(std::uint32_t head, std::uint32_t heir) {
  return (head & ~own) | (heir & own);
}

} // namespace rwl::core::barging
