// The features that the interface of a lock shows, but for those who wait.
#pragma once

#include "features.hpp"

#include <rwl/core/condition_access.hpp>

#include <chrono>
#include <concepts>
#include <ostream>
#include <stop_token>

namespace rwl::test {

template <class Lock>
concept with_times = requires(Lock& m, std::chrono::milliseconds d,
                              std::chrono::steady_clock::time_point t) {
  { m.try_lock_for(d) } -> std::same_as<bool>;
  { m.try_lock_until(t) } -> std::same_as<bool>;
  { m.try_lock_shared_for(d) } -> std::same_as<bool>;
  { m.try_lock_shared_until(t) } -> std::same_as<bool>;
};
template <class Lock>
concept with_stops = requires(Lock& m, std::stop_token stop) {
  { m.lock(stop) } -> std::same_as<bool>;
  { m.lock_shared(stop) } -> std::same_as<bool>;
};
template <class Lock>
concept with_upgrades = requires(Lock& m) {
  m.lock_upgrade();
  { m.try_lock_upgrade() } -> std::same_as<bool>;
  m.unlock_upgrade();
  m.unlock_upgrade_and_lock();
  m.unlock_and_lock_upgrade();
};
template <class Lock>
concept with_downgrade = requires(Lock& m) {
  m.unlock_and_lock_shared();
};
template <class Lock>
concept with_sole_reader = requires(Lock& m) {
  { m.try_unlock_shared_and_lock() } -> std::same_as<bool>;
};
template <class Lock>
concept with_views = requires(Lock& m) {
  m.reader();
  m.writer();
};
template <class Lock>
concept with_mode = requires(const Lock& m) {
  { m.is_locked() } -> std::same_as<bool>;
  { m.is_locked_shared() } -> std::same_as<bool>;
};
template <class Lock>
concept with_text = requires(std::ostream& out, const Lock& m) {
  out << m;
};

template <class Lock>
inline constexpr features
    shown_by = when(with_times<Lock>, timed) | when(with_stops<Lock>, cancellable) |
               when(with_upgrades<Lock>, upgradeable) | when(with_downgrade<Lock>, downgradable) |
               when(with_sole_reader<Lock>, sole_reader_may_write) |
               when(with_views<Lock>, has_views) | when(with_mode<Lock>, tells_mode) |
               when(with_text<Lock>, printable) |
               when(core::condition_access::offered_by<Lock>, waits_for_conditions);

} // namespace rwl::test
