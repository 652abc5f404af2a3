// What a condition asks of the lock that it is used with.
//
// A lock that conditions can wait with has this class for a friend, and the private members
//
//   check_wait(kind)          misuse unless the caller holds the lock in this mode, once
//   leave_to_wait(kind)       gives the lock up; the event is condition_wait
//   readmit(batch)            the waiters request again, each in its mode
//   await_readmitted(node, b) returns when the waiter is let in; b: a wake-up has come already
//   returned(kind)            the caller, let in, is the owner again
#pragma once

#include "../sync/policy.hpp"
#include "waiter.hpp"

namespace rwl::core {

class condition_access {
public:
  template <class L>
  static constexpr bool offered_by = requires(L& lock, waiter_kind mode) {
    lock.check_wait(mode);
    lock.leave_to_wait(mode);
    lock.returned(mode);
  };

  template <class L>
  static void check_wait(L& lock, waiter_kind mode) {
    lock.check_wait(mode);
  }
  template <class L>
  static void leave_to_wait(L& lock, waiter_kind mode) {
    lock.leave_to_wait(mode);
  }
  template <class L, class Sync>
  static void readmit(L& lock, batch<Sync> notified) {
    lock.readmit(notified);
  }
  template <class L, class Sync>
  static void await_readmitted(L& lock, waiter<Sync>& w, bool woken) {
    lock.await_readmitted(w, woken);
  }
  template <class L>
  static void returned(L& lock, waiter_kind mode) {
    lock.returned(mode);
  }
};

} // namespace rwl::core
