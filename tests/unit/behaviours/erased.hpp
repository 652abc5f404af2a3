// any_lock over a lock of a given type.
#pragma once

#include "any_lock.hpp"
#include "interface.hpp"
#include "tests/unit/textbook/watched.hpp"

#include <rwl/upgrade.hpp>
#include <rwl/views.hpp>

#include <concepts>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>

namespace rwl::test {

// The modes of a lock under one interface.
struct as_writer {
  static void lock(auto& m) { m.lock(); }
  static bool lock(auto& m, const std::stop_token& stop) { return m.lock(stop); }
  static bool try_lock(auto& m) { return m.try_lock(); }
  static bool try_lock_for(auto& m, const auto&... limits) { return m.try_lock_for(limits...); }
  static bool try_lock_until(auto& m, const auto& t) { return m.try_lock_until(t); }
  static void unlock(auto& m) { m.unlock(); }
};

struct as_reader {
  static void lock(auto& m) { m.lock_shared(); }
  static bool lock(auto& m, const std::stop_token& stop) { return m.lock_shared(stop); }
  static bool try_lock(auto& m) { return m.try_lock_shared(); }
  static bool try_lock_for(auto& m, const auto&... limits) {
    return m.try_lock_shared_for(limits...);
  }
  static bool try_lock_until(auto& m, const auto& t) { return m.try_lock_shared_until(t); }
  static void unlock(auto& m) { m.unlock_shared(); }
};

struct as_looker {
  static void lock(auto& m) { m.lock_upgrade(); }
  static bool lock(auto& m, const std::stop_token& stop) { return m.lock_upgrade(stop); }
  static bool try_lock(auto& m) { return m.try_lock_upgrade(); }
  static bool try_lock_for(auto& m, const auto&... limits) {
    return m.try_lock_upgrade_for(limits...);
  }
  static bool try_lock_until(auto& m, const auto& t) { return m.try_lock_upgrade_until(t); }
  static void unlock(auto& m) { m.unlock_upgrade(); }
};

// The textbook locks do not tell who waits; their ghosts do.
using textbook::test::watched_sync;
template <class Lock>
inline constexpr bool is_watched = false;
template <template <class> class Lock>
inline constexpr bool is_watched<Lock<watched_sync>> = true;
template <template <class, unsigned> class Lock, unsigned n>
inline constexpr bool is_watched<Lock<watched_sync, n>> = true;

template <class Lock>
concept counts_waiting = requires(const Lock& m) {
  m.waiting_readers();
  m.waiting_writers();
};
template <class Lock>
concept inner_counts_waiting = requires(const Lock& m) {
  m.inner().waiting();
};

template <class Lock>
class erased final : public any_lock {
  using access = core::condition_access;
  using kind = core::waiter_kind;
  using nanoseconds = std::chrono::nanoseconds;
  static constexpr features interface =
      shown_by<Lock> |
      when(counts_waiting<Lock> || is_watched<Lock>, tells_waiting | tells_who_waits) |
      when(inner_counts_waiting<Lock>, tells_waiting);

public:
  static constexpr features offered(const promises& p) { return interface | features_of(p); }

  explicit erased(const promises& p) : any_lock(p, offered(p)) {
    if (is_watched<Lock>)
      watched_sync::reset();
  }
  std::unique_ptr<any_lock> another() const override {
    return std::make_unique<erased>(promised());
  }

  void lock(mode k) override {
    in<every_lock>(k, [](auto& m, auto as) { return as.lock(m), true; });
  }
  bool lock(mode k, const stop_token& stop) override {
    return in<cancellable>(k, [&](auto& m, auto as) { return as.lock(m, stop); });
  }
  bool try_lock(mode k) override {
    return in<every_lock>(k, [](auto& m, auto as) { return as.try_lock(m); });
  }
  bool try_lock_for(mode k, nanoseconds d) override {
    return in<timed>(k, [&](auto& m, auto as) { return as.try_lock_for(m, d); });
  }
  bool try_lock_for(mode k, nanoseconds d, const stop_token& stop) override {
    return in<timed | cancellable>(k,
                                   [&](auto& m, auto as) { return as.try_lock_for(m, d, stop); });
  }
  bool try_lock_until(mode k, std::chrono::steady_clock::time_point t) override {
    return in<timed>(k, [&](auto& m, auto as) { return as.try_lock_until(m, t); });
  }
  bool try_lock_until(mode k, std::chrono::system_clock::time_point t) override {
    return in<timed>(k, [&](auto& m, auto as) { return as.try_lock_until(m, t); });
  }
  void unlock(mode k) override {
    in<every_lock>(k, [](auto& m, auto as) { return as.unlock(m), true; });
  }

  void unlock_upgrade_and_lock() override {
    ask<upgradeable, void>([](auto& m) { m.unlock_upgrade_and_lock(); });
  }
  bool unlock_upgrade_and_lock(const stop_token& stop) override {
    return ask<upgradeable | cancellable, bool>(
        [&](auto& m) { return m.unlock_upgrade_and_lock(stop); });
  }
  bool try_unlock_upgrade_and_lock_for(nanoseconds d) override {
    return ask<upgradeable | timed, bool>(
        [&](auto& m) { return m.try_unlock_upgrade_and_lock_for(d); });
  }
  bool try_unlock_shared_and_lock() override {
    return ask<sole_reader_may_write, bool>([](auto& m) { return m.try_unlock_shared_and_lock(); });
  }
  void unlock_and_lock_shared() override {
    ask<downgradable, void>([](auto& m) { m.unlock_and_lock_shared(); });
  }
  void unlock_and_lock_upgrade() override {
    ask<upgradeable, void>([](auto& m) { m.unlock_and_lock_upgrade(); });
  }

  void under(guard g, const std::function<void()>& inside) override {
    switch (g) {
    case guard::unique_lock:
      return hold<std::unique_lock<Lock>>(m_, inside);
    case guard::scoped_lock:
      return hold<std::scoped_lock<Lock>>(m_, inside);
    case guard::shared_lock:
      return hold<std::shared_lock<Lock>>(m_, inside);
    case guard::upgrade_lock:
      return ask<upgradeable, void>([&](auto& m) { hold<rwl::upgrade_lock<Lock>>(m, inside); });
    case guard::writer_view:
      return ask<has_views, void>(
          [&](auto& m) { hold<std::scoped_lock<Lock>>(m.writer(), inside); });
    case guard::reader_view:
      return ask<has_views, void>(
          [&](auto& m) { hold<std::scoped_lock<rwl::reader_view<Lock>>>(m.reader(), inside); });
    }
  }

  bool is_locked() const override {
    return ask<tells_mode, bool>([](auto& m) { return m.is_locked(); });
  }
  bool is_locked_shared() const override {
    return ask<tells_mode, bool>([](auto& m) { return m.is_locked_shared(); });
  }
  bool is_locked_upgrade() const override {
    return ask<tells_mode | upgradeable, bool>([](auto& m) { return m.is_locked_upgrade(); });
  }
  std::uint32_t reader_count() const override {
    return ask<tells_mode, std::uint32_t>([](auto& m) { return m.reader_count(); });
  }
  std::uint32_t waiting() const override {
    if constexpr (inner_counts_waiting<Lock>)
      return m_.inner().waiting();
    else
      return waiting_readers() + waiting_writers();
  }
  std::uint32_t waiting_readers() const override {
    return ask<tells_who_waits, std::uint32_t>([](auto& m) {
      if constexpr (is_watched<Lock>)
        return watched_sync::count(event::read_request) - watched_sync::count(event::read_grant);
      else
        return m.waiting_readers();
    });
  }
  std::uint32_t waiting_writers() const override {
    return ask<tells_who_waits, std::uint32_t>([](auto& m) {
      if constexpr (is_watched<Lock>)
        return watched_sync::count(event::write_request) - watched_sync::count(event::write_grant);
      else
        return m.waiting_writers();
    });
  }
  void print(std::ostream& out) const override {
    ask<printable, void>([&](auto& m) { out << m; });
  }

private:
  void check_wait(kind k) override {
    ask<waits_for_conditions, void>([=](auto& m) { access::check_wait(m, k); });
  }
  void leave_to_wait(kind k) override {
    ask<waits_for_conditions, void>([=](auto& m) { access::leave_to_wait(m, k); });
  }
  void readmit(core::batch<std_sync> notified) override {
    ask<waits_for_conditions, void>([=](auto& m) { access::readmit(m, notified); });
  }
  void await_readmitted(core::waiter<std_sync>& w, bool woken) override {
    ask<waits_for_conditions, void>([&](auto& m) { access::await_readmitted(m, w, woken); });
  }
  void returned(kind k) override {
    ask<waits_for_conditions, void>([=](auto& m) { access::returned(m, k); });
  }

  template <class Guard>
  static void hold(auto& lockable, const std::function<void()>& inside) {
    const Guard held(lockable);
    inside();
  }

  // What the lock answers, if it offers what is needed for the question.
  template <features needed, class Answer, class Question>
  Answer ask(Question question) const {
    if constexpr (covers(interface, needed))
      return question(m_);
    else
      throw std::logic_error("a behaviour asks for what the lock does not offer");
  }
  template <features needed, class Question>
  bool in(mode k, Question question) const {
    switch (k) {
    case mode::writing:
      return ask<needed, bool>([&](auto& m) { return question(m, as_writer()); });
    case mode::reading:
      return ask<needed, bool>([&](auto& m) { return question(m, as_reader()); });
    default:
      return ask<needed | upgradeable, bool>([&](auto& m) { return question(m, as_looker()); });
    }
  }

  mutable Lock m_;
};

} // namespace rwl::test
