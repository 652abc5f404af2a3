// The modes of a lock under one interface, for what holds of each.
#pragma once

#include "features.hpp"

namespace rwl::test {

struct writing {
  static constexpr bool reads = false;
  static void lock(auto& m) { m.lock(); }
  static bool lock(auto& m, const auto& stop) { return m.lock(stop); }
  static bool try_lock_for(auto& m, const auto&... limits) { return m.try_lock_for(limits...); }
  static bool try_lock_until(auto& m, const auto& t) { return m.try_lock_until(t); }
  static void unlock(auto& m) { m.unlock(); }
};

struct reading {
  static constexpr bool reads = true;
  static void lock(auto& m) { m.lock_shared(); }
  static bool lock(auto& m, const auto& stop) { return m.lock_shared(stop); }
  static bool try_lock_for(auto& m, const auto&... limits) {
    return m.try_lock_shared_for(limits...);
  }
  static bool try_lock_until(auto& m, const auto& t) { return m.try_lock_shared_until(t); }
  static void unlock(auto& m) { m.unlock_shared(); }
};

// The upgradeable mode; it queues with the writers.
struct looking {
  static constexpr bool reads = false;
  static void lock(auto& m) { m.lock_upgrade(); }
  static bool lock(auto& m, const auto& stop) { return m.lock_upgrade(stop); }
  static bool try_lock_for(auto& m, const auto&... limits) {
    return m.try_lock_upgrade_for(limits...);
  }
  static bool try_lock_until(auto& m, const auto& t) { return m.try_lock_upgrade_until(t); }
  static void unlock(auto& m) { m.unlock_upgrade(); }
};

// visit(mode) for each mode that the lock offers.
template <class Lock, class Visit>
void for_each_mode(Visit visit) {
  visit(writing());
  visit(reading());
  if constexpr (upgradeable<Lock>)
    visit(looking());
}

} // namespace rwl::test
