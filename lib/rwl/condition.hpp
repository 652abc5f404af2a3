// Condition variables for reader-writer locks: a reader or a writer waits until somebody tells it
// that things have changed.
//
//   rwl::condition changed;
//   std::shared_lock reading(m);
//   changed.wait(reading, [&] { return ready; });  // gives m up, waits, reads again
//
//   wait:    lock list;  join the list;  give the rwlock up;  unlock list;  park
//   notify:  lock list;  take the first n out;  unlock list;  let each request the rwlock again
//   give up: lock list;  if still in the list: leave it;  unlock list;  request the rwlock again
//
// A notified waiter does not wake up to contend for the lock: the notifier puts its node into the
// lock's own queue, or lets it in if the way is free, and it wakes when it has been let in (wait
// morphing: no thundering herd). Registering and giving the lock up are one step for whoever
// notifies, since both happen under the list's lock: a change made under the rwlock after that is
// never missed. A notification takes exactly one waiter out of the list, and so does giving up:
// whoever gives up at the moment in which it is notified has been notified, and none is lost.
#pragma once

#include "core/condition_access.hpp"
#include "core/ring.hpp"
#include "core/ticket_lock.hpp"
#include "core/waiter.hpp"
#include "misuse.hpp"
#include "sync/guards_of_std.hpp"
#include "sync/std_sync.hpp"

#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace rwl {

// Waiters are first come, first served. All that wait at the same time use the same lock, in either
// mode; notifiers need not hold it. A wait returns, or throws what the predicate throws, with the
// lock held again in the same mode. It may take as long as the lock takes to become free, whatever
// the deadline. Nothing is allocated, no wake-up is spurious. Constant-initialised. Destroy it when
// all waits have returned.
//
// Memory: what happened before a notification happens before the wait that it ends returns; and the
// lock orders sections as ever.
//
// Errors (misuse.hpp): operation_not_permitted if the guard does not own its lock, if the lock is
// held more than once by its owner, or if others wait with another lock. The state stays as it was.
template <class Sync>
class basic_condition {
  using access = core::condition_access;
  using node = core::waiter<Sync>;
  using batch = core::batch<Sync>;
  using section = typename core::ticket_lock<Sync>::section;
  using patience = core::patience<Sync>;
  using stop_token = typename Sync::stop_token;
  template <class R, class P>
  using duration = std::chrono::duration<R, P>;
  template <class C, class D>
  using time_point = std::chrono::time_point<C, D>;

public:
  basic_condition() = default;
  basic_condition(const basic_condition&) = delete;
  basic_condition& operator=(const basic_condition&) = delete;

  // Waits for a notification. The guard is a std::unique_lock or std::shared_lock that owns its
  // lock.
  template <class Guard>
  void wait(Guard& guard) {
    await_notification(guard, {});
  }
  // Waits until ready() is true; it is called with the lock held.
  template <class Guard, std::predicate Predicate>
  void wait(Guard& guard, Predicate ready) {
    while (!ready())
      wait(guard);
  }

  // With a limit: true if a notification came, false if a stop was requested or the time was up.
  // With a predicate: what ready() says in the end. If the stop was requested before the call, the
  // lock is not given up.
  template <class Guard>
  bool wait(Guard& guard, const stop_token& stop) {
    return !stop.stop_requested() && await_notification(guard, {nullptr, &stop});
  }
  template <class Guard, std::predicate Predicate>
  bool wait(Guard& guard, const stop_token& stop, Predicate ready) {
    return repeat(ready, [&] { return wait(guard, stop); });
  }

  template <class Guard, class R, class P>
  bool wait_for(Guard& guard, const duration<R, P>& d) {
    const typename Sync::deadline end = Sync::after(d);
    return await_notification(guard, {&end, nullptr});
  }
  template <class Guard, class R, class P>
  bool wait_for(Guard& guard, const duration<R, P>& d, const stop_token& stop) {
    const typename Sync::deadline end = Sync::after(d);
    return !stop.stop_requested() && await_notification(guard, {&end, &stop});
  }
  template <class Guard, class R, class P, std::predicate Predicate>
  bool wait_for(Guard& guard, const duration<R, P>& d, Predicate ready) {
    const typename Sync::deadline end = Sync::after(d);
    return repeat(ready, [&] { return await_notification(guard, {&end, nullptr}); });
  }
  template <class Guard, class R, class P, std::predicate Predicate>
  bool wait_for(Guard& guard, const duration<R, P>& d, const stop_token& stop, Predicate ready) {
    const typename Sync::deadline end = Sync::after(d);
    return repeat(ready, [&] {
      return !stop.stop_requested() && await_notification(guard, {&end, &stop});
    });
  }

  template <class Guard, class C, class D>
  bool wait_until(Guard& guard, const time_point<C, D>& t) {
    return until(guard, t, nullptr);
  }
  template <class Guard, class C, class D>
  bool wait_until(Guard& guard, const time_point<C, D>& t, const stop_token& stop) {
    return until(guard, t, &stop);
  }
  template <class Guard, class C, class D, std::predicate Predicate>
  bool wait_until(Guard& guard, const time_point<C, D>& t, Predicate ready) {
    return repeat(ready, [&] { return until(guard, t, nullptr); });
  }
  template <class Guard, class C, class D, std::predicate Predicate>
  bool wait_until(Guard& guard, const time_point<C, D>& t, const stop_token& stop,
                  Predicate ready) {
    return repeat(ready, [&] { return until(guard, t, &stop); });
  }

  // Tells the n who have waited longest, or all if there are fewer. O(n), and a wake-up for each
  // that is let in at once.
  void notify(std::uint32_t n) {
    batch notified;
    readmission request_again = nullptr;
    void* lock = nullptr;
    {
      Sync::live(Sync::here(), n);
      section turn(list_lock_);
      notified = take(n);
      request_again = readmit_;
      lock = lock_;
    }
    if (notified.first)
      request_again(lock, notified);
  }
  void notify_one() { notify(1); }
  void notify_all() { notify(std::numeric_limits<std::uint32_t>::max()); }

private:
  using readmission = void (*)(void*, batch);

  enum class standing : std::uint8_t { listed, notified, gave_up };

  struct sleeper : node {
    using node::node;
    typename Sync::template var<standing> stands{standing::listed};
  };

  template <class L>
  static constexpr core::waiter_kind mode_of(const std::unique_lock<L>&) {
    return core::waiter_kind::writer;
  }
  template <class L>
  static constexpr core::waiter_kind mode_of(const std::shared_lock<L>&) {
    return core::waiter_kind::reader;
  }

  // What a requested stop does, in the thread that requests it.
  struct withdrawal {
    basic_condition* condition;
    sleeper* waiter;
    void operator()() const { condition->give_up(*waiter); }
  };

  template <class Guard>
  bool await_notification(Guard& guard, const patience& limit) {
    if (!guard.owns_lock())
      misuse(std::errc::operation_not_permitted, "condition: the guard does not own the lock");
    auto& lock = *guard.mutex();
    static_assert(access::offered_by<std::remove_reference_t<decltype(lock)>>,
                  "a condition waits with a lock of this library that hands itself over");
    const core::waiter_kind mode = mode_of(guard);
    access::check_wait(lock, mode);
    sleeper self(mode);
    join_list(self, lock);
    if (limit.stop) {
      using callback = typename Sync::template stop_callback<withdrawal>;
      const callback on_stop(*limit.stop, withdrawal{this, &self});
      sleep(self, lock, limit.until);
    } else {
      sleep(self, lock, limit.until);
    }
    access::returned(lock, mode);
    return self.stands == standing::notified;
  }

  template <class L>
  void join_list(sleeper& self, L& lock) {
    {
      Sync::live(Sync::here());
      section turn(list_lock_);
      if (void* mine = &lock; !first_ || lock_ == mine) {
        list(self, lock);
        access::leave_to_wait(lock, self.kind);
        return;
      }
    }
    // Not in the section: a handler may use this condition, or never return.
    misuse(std::errc::operation_not_permitted, "condition: others wait with another lock");
  }

  template <class L>
  void list(sleeper& self, L& lock) {
    if (node* first = first_)
      return core::ring::splice<&node::peers>(*first, static_cast<node&>(self));
    first_ = &self;
    lock_ = &lock;
    readmit_ = [](void* l, batch notified) { access::readmit(*static_cast<L*>(l), notified); };
  }

  template <class L>
  void sleep(sleeper& self, L& lock, const typename Sync::deadline* until) {
    Sync::live(Sync::here());
    const bool woken = self.wait(until);
    if (!woken)
      give_up(self);
    access::await_readmitted(lock, self, woken);
  }

  // Comes back without a notification, unless there has been one, or it has given up already.
  void give_up(sleeper& w) {
    readmission request_again = nullptr;
    void* lock = nullptr;
    {
      Sync::live(Sync::here());
      section turn(list_lock_);
      if (w.stands != standing::listed)
        return;
      w.stands = standing::gave_up;
      unlist(w);
      request_again = readmit_;
      lock = lock_;
    }
    request_again(lock, {&w, 1});
  }

  batch take(std::uint32_t n) {
    batch taken;
    for (; taken.size < n && first_; ++taken.size) {
      node* w = first_;
      static_cast<sleeper*>(w)->stands = standing::notified;
      unlist(*w);
      if (taken.first)
        core::ring::splice<&node::peers>(*taken.first, *w);
      else
        taken.first = w;
    }
    return taken;
  }

  void unlist(node& w) {
    node* next = w.peers.next;
    if (first_ == &w)
      first_ = next == &w ? nullptr : next;
    core::ring::unlink<&node::peers>(w);
  }

  static bool stopped(const stop_token* stop) { return stop && stop->stop_requested(); }

  template <class Guard, class C, class D>
  bool until(Guard& guard, const time_point<C, D>& t, const stop_token* stop) {
    do {
      const typename Sync::deadline end = Sync::until(t);
      if (!stopped(stop) && await_notification(guard, {&end, stop}))
        return true;
    } while (!stopped(stop) && !Sync::passed(t)); // the other clock may have been set back
    return false;
  }

  // Until ready, or a wait has ended without a notification.
  template <class Predicate, class Wait>
  static bool repeat(Predicate& ready, Wait wait) {
    while (!ready())
      if (!wait())
        return ready();
    return true;
  }

  core::ticket_lock<Sync> list_lock_;
  typename Sync::template var<node*> first_{nullptr}; // the list, in order of arrival
  typename Sync::template var<void*> lock_{nullptr};  // what those in the list wait with
  typename Sync::template var<readmission> readmit_{nullptr};
};

using condition = basic_condition<std_sync>;

} // namespace rwl
