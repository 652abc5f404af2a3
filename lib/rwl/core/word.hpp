// The lock word: who is inside, and which kinds wait, in 32 bits.
#pragma once

#include <cstdint>

namespace rwl::word {

// A writer is inside. Set by the writer that finds the word zero, or for the writer that is handed
// the lock; cleared by that writer as it leaves. While it is set, every attempt to enter fails, so
// nobody changes the word but the writer itself and the owner of the queue lock.
inline constexpr std::uint32_t writer = 1;

// The upgradeable mode is held; readers may share. Set by a request that finds the word without
// this bit, `writer` and `writers_waiting`, or for one that is let in from the queue; cleared by
// its holder as it leaves, or with its upgrade.
inline constexpr std::uint32_t upgradeable = 2;

// Its holder waits for the readers to leave; no new one enters. Set under the queue lock by the
// holder; cleared under the queue lock with the upgrade, or when it gives up.
inline constexpr std::uint32_t upgrading = 4;

// The queue holds a writer, or a request for the upgradeable mode. Set under the queue lock by the
// request that is about to enqueue, just before it does; cleared under the queue lock by the step
// that takes the last of them out, or by a request that finds the way free after all.
inline constexpr std::uint32_t writers_waiting = 8;

// The queue holds readers. Set under the queue lock by the reader that is about to enqueue, just
// before it does; cleared under the queue lock by the step that takes the last reader out, or by a
// reader that finds the way free after all.
inline constexpr std::uint32_t readers_waiting = 16;

// One reader inside; the bits from here up count them (2^27 - 1 at most). Added by the reader, or
// for all readers of a hand-over at once; subtracted by each reader as it leaves.
inline constexpr std::uint32_t one_reader = 32;

inline constexpr std::uint32_t readers = ~(one_reader - 1);
inline constexpr std::uint32_t holders = writer | upgradeable | readers;
inline constexpr std::uint32_t waiters = writers_waiting | readers_waiting;

// The last reader that leaves with one of these set may leave the lock to somebody.
inline constexpr std::uint32_t awaits_last_reader = writers_waiting | upgrading;

constexpr bool is_last_reader(std::uint32_t word) { return (word & readers) == one_reader; }

// Whether somebody inside is in the way of the head of the queue, an upgrader or a writer.
constexpr bool blocks_head(std::uint32_t word) {
  return (word & readers) || (word & (upgradeable | upgrading)) == upgradeable || (word & writer);
}

// The word in plain terms, for diagnostics and traces.
struct fields {
  bool writer;
  bool upgradeable;
  bool upgrading;
  bool writers_waiting;
  bool readers_waiting;
  std::uint32_t readers;

  friend bool operator==(const fields&, const fields&) = default;
};

constexpr fields decode(std::uint32_t word) {
  return {.writer = (word & writer) != 0,
          .upgradeable = (word & upgradeable) != 0,
          .upgrading = (word & upgrading) != 0,
          .writers_waiting = (word & writers_waiting) != 0,
          .readers_waiting = (word & readers_waiting) != 0,
          .readers = word / one_reader};
}

} // namespace rwl::word
