// Which mutexes their owner may lock again.
#pragma once

#include <mutex>

namespace rwl {

// Whether lock() by who holds the mutex M already succeeds, and is counted. True for the recursive
// mutexes of the standard library, and for a type that says so in a constant `recursive`, as the
// adaptors of this library do. Specialise it for others.
template <class M>
inline constexpr bool is_recursive_mutex = requires {
  requires M::recursive;
};
template <>
inline constexpr bool is_recursive_mutex<std::recursive_mutex> = true;
template <>
inline constexpr bool is_recursive_mutex<std::recursive_timed_mutex> = true;

} // namespace rwl
