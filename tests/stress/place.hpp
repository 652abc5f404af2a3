// A lock, and what it keeps whole.
#pragma once

#include "workloads.hpp"

#include <rwl/core/word.hpp>

#include <cstdint>

namespace rwl::stress {

template <class Lock>
struct place {
  Lock m;
  copies number;           // changed by writers
  std::uint64_t looks = 0; // changed by whoever has the upgradeable mode
};

// Nobody is inside, and nobody waits.
template <class Lock>
void expect_idle(trial& t, Lock& m) {
  t.expect(m.waiting_readers() == 0, "nobody is left, but readers wait");
  t.expect(m.waiting_writers() == 0, "nobody is left, but writers wait");
  t.expect(!m.is_locked() && !m.is_locked_shared() && !m.is_locked_upgrade(),
           "nobody is left, but the lock is not free");
  if constexpr (requires { m.state(); })
    t.expect(m.state() == word::fields{}, "nobody is left, but the lock is waited for");
}

} // namespace rwl::stress
