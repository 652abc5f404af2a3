// A lock that tells nobody what it does, with the events of the specification reported from
// outside: a request or a release when the call begins, the end of a request when it returns. The
// lock's own doorway and grant lie somewhere between, so no order of entry can be judged by these
// events.
#pragma once

#include "../engine/program.hpp"
#include "requests.hpp"

namespace rwl::verify {

template <class L>
class reported {
  using stop = explorer_sync::stop_token;

  // The events of one kind of request.
  struct kind {
    event request, grant, refusal, withdrawal;
  };
  static constexpr kind read{event::read_request, event::read_grant, event::read_refused,
                             event::cancel};
  static constexpr kind write{event::write_request, event::write_grant, event::write_refused,
                              event::cancel};
  static constexpr kind upgradeable{event::upgradeable_request, event::upgradeable_grant,
                                    event::upgradeable_refused, event::cancel};
  static constexpr kind upgrade{event::upgrade_request, event::upgrade_grant,
                                event::upgrade_refused, event::upgrade_cancel};

public:
  void lock() { wait(write, writing()); }
  bool lock(const stop& s) requires requires(L& l) { bool(writing().wait(l, s)); }
  {
    return wait_within(write, [&] { return writing().wait(lock_, s); });
  }
  bool try_lock() requires requires(L& l) { writing().attempt(l); }
  { return attempt(write, writing()); }
  template <class... Limits>
  bool try_lock_for(const Limits&... limits) requires requires(L& l) {
    writing().wait_for(l, limits...);
  }
  {
    return wait_within(write, [&] { return writing().wait_for(lock_, limits...); });
  }
  void unlock() {
    tell(event::write_release);
    lock_.unlock();
  }

  void lock_shared() { wait(read, reading()); }
  bool lock_shared(const stop& s) requires requires(L& l) { bool(reading().wait(l, s)); }
  {
    return wait_within(read, [&] { return reading().wait(lock_, s); });
  }
  bool try_lock_shared() requires requires(L& l) { reading().attempt(l); }
  { return attempt(read, reading()); }
  template <class... Limits>
  bool try_lock_shared_for(const Limits&... limits) requires requires(L& l) {
    reading().wait_for(l, limits...);
  }
  {
    return wait_within(read, [&] { return reading().wait_for(lock_, limits...); });
  }
  void unlock_shared() {
    tell(event::read_release);
    lock_.unlock_shared();
  }

  void lock_upgrade() requires requires(L& l) { reading_upgradeably().wait(l); }
  { wait(upgradeable, reading_upgradeably()); }
  bool lock_upgrade(const stop& s) requires requires(L& l) {
    bool(reading_upgradeably().wait(l, s));
  }
  {
    return wait_within(upgradeable, [&] { return reading_upgradeably().wait(lock_, s); });
  }
  bool try_lock_upgrade() requires requires(L& l) { reading_upgradeably().attempt(l); }
  { return attempt(upgradeable, reading_upgradeably()); }
  template <class... Limits>
  bool try_lock_upgrade_for(const Limits&... limits) requires requires(L& l) {
    reading_upgradeably().wait_for(l, limits...);
  }
  {
    return wait_within(upgradeable,
                       [&] { return reading_upgradeably().wait_for(lock_, limits...); });
  }
  void unlock_upgrade() requires requires(L& l) { l.unlock_upgrade(); }
  {
    tell(event::upgradeable_release);
    lock_.unlock_upgrade();
  }

  void unlock_upgrade_and_lock() requires requires(L& l) { upgrading().wait(l); }
  { wait(upgrade, upgrading()); }
  bool unlock_upgrade_and_lock(const stop& s) requires requires(L& l) {
    bool(upgrading().wait(l, s));
  }
  {
    return wait_within(upgrade, [&] { return upgrading().wait(lock_, s); });
  }
  bool try_unlock_upgrade_and_lock() requires requires(L& l) { upgrading().attempt(l); }
  { return attempt(upgrade, upgrading()); }
  template <class... Limits>
  bool try_unlock_upgrade_and_lock_for(const Limits&... limits) requires requires(L& l) {
    upgrading().wait_for(l, limits...);
  }
  {
    return wait_within(upgrade, [&] { return upgrading().wait_for(lock_, limits...); });
  }
  bool try_unlock_shared_and_lock() requires requires(L& l) { upgrading_from_read().attempt(l); }
  {
    const bool changed = lock_.try_unlock_shared_and_lock();
    tell(changed ? event::read_to_write : event::upgrade_refused);
    return changed;
  }

  void unlock_and_lock_shared() requires requires(L& l) { l.unlock_and_lock_shared(); }
  {
    tell(event::write_to_read);
    lock_.unlock_and_lock_shared();
  }
  void unlock_and_lock_upgrade() requires requires(L& l) { l.unlock_and_lock_upgrade(); }
  {
    tell(event::write_to_upgradeable);
    lock_.unlock_and_lock_upgrade();
  }
  void unlock_upgrade_and_lock_shared() requires requires(L& l) {
    l.unlock_upgrade_and_lock_shared();
  }
  {
    tell(event::upgradeable_to_read);
    lock_.unlock_upgrade_and_lock_shared();
  }

private:
  // An event belongs to the step before it. Which of two events came first must follow from steps
  // on one object: the door.
  template <class... Events>
  void tell(Events... events) {
    door_.add(0);
    (explorer_sync::observe(events, this, explorer_sync::owner()), ...);
  }

  void wait(const kind& k, auto request) {
    tell(k.request);
    request.wait(lock_);
    tell(k.grant);
  }
  bool wait_within(const kind& k, auto request) {
    tell(k.request);
    const bool let_in = request();
    tell(let_in ? k.grant : k.withdrawal);
    return let_in;
  }
  bool attempt(const kind& k, auto request) {
    const bool let_in = request.attempt(lock_);
    if (let_in)
      tell(k.request, k.grant);
    else
      tell(k.refusal);
    return let_in;
  }

  L lock_;
  ghost door_;
};

} // namespace rwl::verify
