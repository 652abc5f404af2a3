// What a lock offers by its interface, or promises beyond it; a behaviour names what it needs.
#pragma once

namespace rwl::test {

// A set: timed | upgradeable, say.
using features = unsigned;

inline constexpr features every_lock = 0;

// By the interface (interface.hpp).
inline constexpr features timed = 1u << 0;
inline constexpr features cancellable = 1u << 1;
inline constexpr features upgradeable = 1u << 2;
inline constexpr features sole_reader_may_write = 1u << 3;
inline constexpr features downgradable = 1u << 4;
inline constexpr features has_views = 1u << 5;
inline constexpr features tells_mode = 1u << 6;
inline constexpr features printable = 1u << 7;
inline constexpr features waits_for_conditions = 1u << 8;
inline constexpr features tells_waiting = 1u << 9;    // how many wait
inline constexpr features tells_who_waits = 1u << 10; // how many readers, and how many writers

// By promises.hpp.
inline constexpr features shares = 1u << 11;
inline constexpr features nests = 1u << 12;
inline constexpr features checks_owner = 1u << 13;
inline constexpr features ordered = 1u << 14;
inline constexpr features writers_get_in = 1u << 15;
inline constexpr features readers_get_in = 1u << 16;
inline constexpr features lets_no_reader_pass = 1u << 17; // a writer that waits

constexpr bool covers(features offered, features needed) { return (needed & ~offered) == 0; }
constexpr features when(bool offered, features f) { return offered ? f : 0; }

} // namespace rwl::test
