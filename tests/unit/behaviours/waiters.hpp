// Who waits for a lock: tests order their threads by it, and never sleep.
#pragma once

#include "any_lock.hpp"
#include "tests/unit/threads.hpp"

#include <cstdint>

namespace rwl::test {

inline void await_waiting(const any_lock& m, std::uint32_t n) {
  poll([&] { return m.waiting() == n; });
}
inline void await_readers(const any_lock& m, std::uint32_t n) {
  poll([&] { return m.waiting_readers() == n; });
}
inline void await_writers(const any_lock& m, std::uint32_t n) {
  poll([&] { return m.waiting_writers() == n; });
}

} // namespace rwl::test
