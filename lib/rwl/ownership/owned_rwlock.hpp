// The interface of a reader-writer lock that knows its owners: what reentrant and checked share.
#pragma once

#include "../core/condition_access.hpp"
#include "../thread_safety.hpp"
#include "asking.hpp"
#include "call_site.hpp"
#include "holdings.hpp"

#include <concepts>
#include <cstdint>
#include <utility>

namespace rwl::ownership {

// Base of an Adaptor of the lock L. The adaptor has
//
//   enter<Way>(kind, at, limits...)  asks for a mode; whether it has been let in
//   upgrade<Way>(at, limits...)      upgradeable to exclusive
//   try_write_as_reader()            shared to exclusive, at once
//   leave(from, to)                  exclusive or weaker to weaker or none
//   wait_again(held)                 a condition wait gives the lock up, and will ask again
//   fail(misstep, mode)              reports, does not return
//
// Names, preconditions and meaning are those of basic_rwlock and of timed_requests. The call site
// is the caller's; leave it out.
template <class Adaptor, adaptable L, class Owner, class Held>
class RWL_CAPABILITY("rwlock") owned_rwlock {
  using access = core::condition_access;
  friend access;

public:
  using sync_type = typename L::sync_type;
  using stop_token = typename L::stop_token;
  using inner_type = L;

  owned_rwlock(const owned_rwlock&) = delete;
  owned_rwlock& operator=(const owned_rwlock&) = delete;

  void lock(call_site at = call_site::current()) RWL_ACQUIRE() {
    request<for_ever>(kind::writer, at);
  }
  [[nodiscard]] bool lock(const stop_token& stop, call_site at = call_site::current())
      RWL_TRY_ACQUIRE(true) {
    return request<unless_stopped>(kind::writer, at, stop);
  }
  [[nodiscard]] bool try_lock(call_site at = call_site::current()) RWL_TRY_ACQUIRE(true) {
    return request<at_once>(kind::writer, at);
  }
  template <class D>
  [[nodiscard]] bool try_lock_for(const D& d, call_site at = call_site::current())
      RWL_TRY_ACQUIRE(true) {
    return request<within>(kind::writer, at, d);
  }
  template <class D>
  [[nodiscard]] bool try_lock_for(const D& d, const stop_token& stop,
                                  call_site at = call_site::current()) RWL_TRY_ACQUIRE(true) {
    return request<within>(kind::writer, at, d, stop);
  }
  template <class T>
  [[nodiscard]] bool try_lock_until(const T& t, call_site at = call_site::current())
      RWL_TRY_ACQUIRE(true) {
    return request<before>(kind::writer, at, t);
  }
  template <class T>
  [[nodiscard]] bool try_lock_until(const T& t, const stop_token& stop,
                                    call_site at = call_site::current()) RWL_TRY_ACQUIRE(true) {
    return request<before>(kind::writer, at, t, stop);
  }
  void unlock() RWL_RELEASE() { self().leave(mode::exclusive, mode::none); }

  void lock_shared(call_site at = call_site::current()) RWL_ACQUIRE_SHARED() {
    request<for_ever>(kind::reader, at);
  }
  [[nodiscard]] bool lock_shared(const stop_token& stop, call_site at = call_site::current())
      RWL_TRY_ACQUIRE_SHARED(true) {
    return request<unless_stopped>(kind::reader, at, stop);
  }
  [[nodiscard]] bool try_lock_shared(call_site at = call_site::current())
      RWL_TRY_ACQUIRE_SHARED(true) {
    return request<at_once>(kind::reader, at);
  }
  template <class D>
  [[nodiscard]] bool try_lock_shared_for(const D& d, call_site at = call_site::current())
      RWL_TRY_ACQUIRE_SHARED(true) {
    return request<within>(kind::reader, at, d);
  }
  template <class D>
  [[nodiscard]] bool try_lock_shared_for(const D& d, const stop_token& stop,
                                         call_site at = call_site::current())
      RWL_TRY_ACQUIRE_SHARED(true) {
    return request<within>(kind::reader, at, d, stop);
  }
  template <class T>
  [[nodiscard]] bool try_lock_shared_until(const T& t, call_site at = call_site::current())
      RWL_TRY_ACQUIRE_SHARED(true) {
    return request<before>(kind::reader, at, t);
  }
  template <class T>
  [[nodiscard]] bool try_lock_shared_until(const T& t, const stop_token& stop,
                                           call_site at = call_site::current())
      RWL_TRY_ACQUIRE_SHARED(true) {
    return request<before>(kind::reader, at, t, stop);
  }
  void unlock_shared() RWL_RELEASE_SHARED() { self().leave(mode::shared, mode::none); }

  void lock_upgrade(call_site at = call_site::current()) RWL_ACQUIRE_SHARED() {
    request<for_ever>(kind::upgradeable, at);
  }
  [[nodiscard]] bool lock_upgrade(const stop_token& stop, call_site at = call_site::current())
      RWL_TRY_ACQUIRE_SHARED(true) {
    return request<unless_stopped>(kind::upgradeable, at, stop);
  }
  [[nodiscard]] bool try_lock_upgrade(call_site at = call_site::current())
      RWL_TRY_ACQUIRE_SHARED(true) {
    return request<at_once>(kind::upgradeable, at);
  }
  template <class D>
  [[nodiscard]] bool try_lock_upgrade_for(const D& d, call_site at = call_site::current())
      RWL_TRY_ACQUIRE_SHARED(true) {
    return request<within>(kind::upgradeable, at, d);
  }
  template <class D>
  [[nodiscard]] bool try_lock_upgrade_for(const D& d, const stop_token& stop,
                                          call_site at = call_site::current())
      RWL_TRY_ACQUIRE_SHARED(true) {
    return request<within>(kind::upgradeable, at, d, stop);
  }
  template <class T>
  [[nodiscard]] bool try_lock_upgrade_until(const T& t, call_site at = call_site::current())
      RWL_TRY_ACQUIRE_SHARED(true) {
    return request<before>(kind::upgradeable, at, t);
  }
  template <class T>
  [[nodiscard]] bool try_lock_upgrade_until(const T& t, const stop_token& stop,
                                            call_site at = call_site::current())
      RWL_TRY_ACQUIRE_SHARED(true) {
    return request<before>(kind::upgradeable, at, t, stop);
  }
  void unlock_upgrade() RWL_RELEASE_SHARED() { self().leave(mode::upgradeable, mode::none); }

  void unlock_upgrade_and_lock(call_site at = call_site::current()) RWL_RELEASE_SHARED()
      RWL_ACQUIRE() {
    request<for_ever>(kind::upgrader, at);
  }
  [[nodiscard]] bool unlock_upgrade_and_lock(const stop_token& stop,
                                             call_site at = call_site::current())
      RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    return request<unless_stopped>(kind::upgrader, at, stop);
  }
  [[nodiscard]] bool try_unlock_upgrade_and_lock(call_site at = call_site::current())
      RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    return request<at_once>(kind::upgrader, at);
  }
  template <class D>
  [[nodiscard]] bool try_unlock_upgrade_and_lock_for(const D& d,
                                                     call_site at = call_site::current())
      RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    return request<within>(kind::upgrader, at, d);
  }
  template <class D>
  [[nodiscard]] bool try_unlock_upgrade_and_lock_for(const D& d, const stop_token& stop,
                                                     call_site at = call_site::current())
      RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    return request<within>(kind::upgrader, at, d, stop);
  }
  template <class T>
  [[nodiscard]] bool try_unlock_upgrade_and_lock_until(const T& t,
                                                       call_site at = call_site::current())
      RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    return request<before>(kind::upgrader, at, t);
  }
  template <class T>
  [[nodiscard]] bool try_unlock_upgrade_and_lock_until(const T& t, const stop_token& stop,
                                                       call_site at = call_site::current())
      RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    return request<before>(kind::upgrader, at, t, stop);
  }
  [[nodiscard]] bool try_unlock_shared_and_lock() RWL_RELEASE_SHARED() RWL_TRY_ACQUIRE(true) {
    return self().try_write_as_reader();
  }

  void unlock_and_lock_shared() RWL_RELEASE() RWL_ACQUIRE_SHARED() {
    self().leave(mode::exclusive, mode::shared);
  }
  void unlock_and_lock_upgrade() RWL_RELEASE() RWL_ACQUIRE_SHARED() {
    self().leave(mode::exclusive, mode::upgradeable);
  }
  void unlock_upgrade_and_lock_shared() RWL_RELEASE_SHARED() RWL_ACQUIRE_SHARED() {
    self().leave(mode::upgradeable, mode::shared);
  }

  // How often the caller holds the lock in each mode.
  std::uint32_t held_exclusively() const { return depth_of(mode::exclusive); }
  std::uint32_t held_upgradeable() const { return depth_of(mode::upgradeable); }
  std::uint32_t held_shared() const { return depth_of(mode::shared); }

  // Diagnostics of L, which knows nothing of nested holds.
  bool is_locked() const { return inner_.is_locked(); }
  bool is_locked_shared() const { return inner_.is_locked_shared(); }
  bool is_locked_upgrade() const { return inner_.is_locked_upgrade(); }
  std::uint32_t reader_count() const { return inner_.reader_count(); }
  std::uint32_t waiting_readers() const requires requires(const L& m) { m.waiting_readers(); }
  { return inner_.waiting_readers(); }
  std::uint32_t waiting_writers() const requires requires(const L& m) { m.waiting_writers(); }
  { return inner_.waiting_writers(); }

protected:
  using records = holdings<Held>;

  template <class... Args>
  constexpr explicit owned_rwlock(Args&&... args) : inner_(std::forward<Args>(args)...) {}
  ~owned_rwlock() = default;

  // By this the caller's records know the lock.
  const void* id() const { return this; }
  static records& mine() { return Owner::template records<records>(); }
  Held* held() const { return mine().find(this); }

  // What the caller has of the lock, which it must hold in this mode.
  Held& held_in(mode m) {
    Held* held = this->held();
    if (!held || held->depth[m] == 0)
      self().fail(misstep::not_held, m);
    return *held;
  }
  // The same; a mode that is to become another must be held once: whoever locked first relies on
  // it.
  Held& held_to_change(mode from, mode to) {
    Held& held = held_in(from);
    if (to != mode::none && held.depth[from] != 1)
      self().fail(misstep::nested, from);
    return held;
  }

  // One hold goes from one mode to another, or none; the strongest that is left.
  mode count_change(Held& held, mode from, mode to) {
    held.depth.change(from, to);
    const mode left = held.depth.strongest();
    if (left == mode::none)
      mine().erase(held);
    return left;
  }

  L inner_;

private:
  Adaptor& self() { return static_cast<Adaptor&>(*this); }

  static bool stopped(const stop_token& stop) { return stop.stop_requested(); }
  template <class Time>
  static bool stopped(const Time&) {
    return false;
  }

  template <class Way, class... Limits>
  bool request(kind k, const call_site& at, const Limits&... limits) {
    if ((stopped(limits) || ...))
      return false;
    return k == kind::upgrader ? self().template upgrade<Way>(at, limits...)
                               : self().template enter<Way>(k, at, limits...);
  }

  std::uint32_t depth_of(mode m) const {
    const Held* held = this->held();
    return held ? held->depth[m] : 0;
  }

  // The records of who waits stay as they are: it holds the lock again before it can do anything.
  void check_wait(kind k) requires access::offered_by<L> {
    Held& held = held_in(mode_of(k));
    if (!held.depth.once())
      self().fail(misstep::nested, mode_of(k));
    access::check_wait(inner_, k);
    self().wait_again(held);
  }
  void leave_to_wait(kind k) requires access::offered_by<L> { access::leave_to_wait(inner_, k); }
  template <class Batch>
  void readmit(Batch notified) requires access::offered_by<L> {
    access::readmit(inner_, notified);
  }
  template <class Waiter>
  void await_readmitted(Waiter& w, bool woken) requires access::offered_by<L> {
    access::await_readmitted(inner_, w, woken);
  }
  void returned(kind k) requires access::offered_by<L> { access::returned(inner_, k); }
};

} // namespace rwl::ownership
