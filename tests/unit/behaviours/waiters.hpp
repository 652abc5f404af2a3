// Who waits for a lock: tests order their threads by it, and never sleep.
#pragma once

#include "locks.hpp"
#include "tests/unit/threads.hpp"

#include <cstdint>

#include <cppunit/TestAssert.h>

namespace rwl::test {

template <class Lock>
concept tells_itself_who_waits = requires(const Lock& m) {
  m.waiting_readers();
  m.waiting_writers();
};
template <class Lock>
inline constexpr bool is_watched = false;
template <template <class> class Lock>
inline constexpr bool is_watched<Lock<watched_sync>> = true;
template <template <class, unsigned> class Lock, unsigned n>
inline constexpr bool is_watched<Lock<watched_sync, n>> = true;

template <class Lock>
concept tells_who_waits = tells_itself_who_waits<Lock> || is_watched<Lock>;

template <tells_who_waits Lock>
std::uint32_t waiting(const Lock& m, bool readers) {
  if constexpr (tells_itself_who_waits<Lock>) {
    return readers ? m.waiting_readers() : m.waiting_writers();
  } else {
    const int granted = watched_sync::count(readers ? event::read_grant : event::write_grant);
    const int asked = watched_sync::count(readers ? event::read_request : event::write_request);
    return static_cast<std::uint32_t>(asked - granted);
  }
}

template <tells_who_waits Lock>
void await_readers(const Lock& m, std::uint32_t n) {
  poll([&] { return waiting(m, true) == n; });
}
template <tells_who_waits Lock>
void await_writers(const Lock& m, std::uint32_t n) {
  poll([&] { return waiting(m, false) == n; });
}

} // namespace rwl::test
