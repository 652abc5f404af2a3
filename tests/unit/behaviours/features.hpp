// What a lock offers, by its interface.
#pragma once

#include <chrono>
#include <concepts>
#include <ostream>
#include <stop_token>

namespace rwl::test {

template <class Lock>
concept timed = requires(Lock& m, std::chrono::milliseconds d,
                         std::chrono::steady_clock::time_point t) {
  { m.try_lock_for(d) } -> std::same_as<bool>;
  { m.try_lock_until(t) } -> std::same_as<bool>;
  { m.try_lock_shared_for(d) } -> std::same_as<bool>;
  { m.try_lock_shared_until(t) } -> std::same_as<bool>;
};

template <class Lock>
concept cancellable = requires(Lock& m, std::stop_token stop) {
  { m.lock(stop) } -> std::same_as<bool>;
  { m.lock_shared(stop) } -> std::same_as<bool>;
};

template <class Lock>
concept upgradeable = requires(Lock& m) {
  m.lock_upgrade();
  { m.try_lock_upgrade() } -> std::same_as<bool>;
  m.unlock_upgrade();
  m.unlock_upgrade_and_lock();
  { m.try_unlock_upgrade_and_lock() } -> std::same_as<bool>;
};

template <class Lock>
concept sole_reader_may_write = requires(Lock& m) {
  { m.try_unlock_shared_and_lock() } -> std::same_as<bool>;
};

template <class Lock>
concept downgradable = requires(Lock& m) {
  m.unlock_and_lock_shared();
};

template <class Lock>
concept has_views = requires(Lock& m) {
  m.reader();
  m.writer();
};

template <class Lock>
concept tells_mode = requires(const Lock& m) {
  { m.is_locked() } -> std::same_as<bool>;
  { m.is_locked_shared() } -> std::same_as<bool>;
};

template <class Lock>
concept printable = requires(std::ostream& out, const Lock& m) {
  out << m;
};

} // namespace rwl::test
