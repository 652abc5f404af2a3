// checked<L>: a reader-writer lock that notices when it is used wrongly.
//
//   rwl::checked<rwl::rwlock> m("cache");
//   m.lock();
//   m.lock();   // throws std::system_error: lock 'cache': ... would wait for itself
//
// Any lock of this library, reentrant<L> included. Reported, and not done:
//
//   to give up or change a mode that the caller does not have: the lock is free, or another's, or
//   the caller's in another mode           operation_not_permitted
//   to wait for a lock that the caller holds, or to upgrade beside a read of its own; if L is
//   recursive, to wait for a stronger mode than it has. try_lock...() ask L, and do not wait
//                                          resource_deadlock_would_occur
//   to destroy a lock that somebody holds or waits for
//                                          operation_not_permitted, and the end of the program,
//                                          since a destructor cannot throw
//
// These go to rwl::misuse, with the name of the lock. The end of the program is: the misuse handler
// is called, or the message goes to stderr if there is none; then std::abort(). A release that is
// refused in the destructor of a guard ends it too, since destructors are noexcept and misuse
// throws.
//
// Reported, the first time that it happens, and done, since it may deadlock only another time:
//
//   to wait for B while holding A, after somebody waited for A while holding B; or around a longer
//   circle (lock_order.hpp)                set_lock_order_handler(), by default stderr
//
// The order of locks: each lock held counts as the first, whatever its mode, and the lock waited
// for as the second; two readers may well be in each other's way if writers wait between them. What
// cannot wait for ever adds no order: try_lock...(), with a time limit or not. Upgrades and
// condition waits wait anew for the lock that they have.
//
// Where a lock is taken is known if the caller calls the lock itself, or uses guarded or
// upgrade_lock. Other guards call it in its place, so tell them:
//
//   std::unique_lock writing(m.here());
#pragma once

#include "misuse.hpp"
#include "ownership/lock_order.hpp"
#include "ownership/owned_rwlock.hpp"
#include "views.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iosfwd>
#include <utility>

namespace rwl {

namespace ownership {

struct named_holding : acquisition {
  depths depth;
};

// The places where the caller is about to take locks through guards: the last few, one for a lock.
class announced_sites {
public:
  void announce(const void* lock, call_site at) {
    withdraw(lock);
    sites_[next_] = {lock, at};
    next_ = (next_ + 1) % few;
  }
  void withdraw(const void* lock) {
    if (site* s = find(lock))
      s->lock = nullptr;
  }
  // Where the lock is taken that is being asked for. A guard's request comes from the guard's
  // header. One from the file of the announcement is the caller's own, and names its own place.
  call_site take(const void* lock, call_site asked_for) {
    site* const announced = find(lock);
    if (!announced)
      return asked_for;
    announced->lock = nullptr;
    return std::strcmp(announced->at.file, asked_for.file) == 0 ? asked_for : announced->at;
  }

private:
  static constexpr std::size_t few = 4;
  struct site {
    const void* lock = nullptr;
    call_site at;
  };

  site* find(const void* lock) {
    for (site& s : sites_)
      if (s.lock == lock)
        return &s;
    return nullptr;
  }

  site sites_[few] = {};
  std::size_t next_ = 0;
};

template <class L>
concept recursive_lock = L::recursive;

} // namespace ownership

// Interface and meaning are those of L, besides the above. Owners are threads: a guard that is
// moved to another thread cannot release there. Order is the graph of lock orders, one for all
// locks that have the same; no_lock_order for none.
//
// Costs: an uncontended pair of lock and unlock takes 1.8 times as long as with L, and 2.6 times as
// long as with the plain lock below if L is reentrant (`make bench`). Each other checked lock that
// the caller holds meanwhile adds 1.4 such pairs, under a mutex that all share. To destroy a lock
// takes that mutex too, whether or not the lock has ever been held beside another. The heap is used
// for an order that is new, and by a thread that holds more than 8 locks; std::bad_alloc is
// possible, before the lock is asked for.
//
// The message of a misuse is the reporting thread's, until its next one: a handler copies it.
template <class L, class Order = lock_order<typename L::sync_type>,
          class Owner = ownership::thread_owner<typename L::sync_type>>
class RWL_CAPABILITY("rwlock") checked
    : public ownership::owned_rwlock<checked<L, Order, Owner>, L, Owner, ownership::named_holding>,
      public viewable<checked<L, Order, Owner>> {
  using base = ownership::owned_rwlock<checked, L, Owner, ownership::named_holding>;
  using kind = ownership::kind;
  using mode = ownership::mode;
  using misstep = ownership::misstep;
  using named_holding = ownership::named_holding;
  using base::inner_;
  using base::mine;
  friend base;

public:
  static constexpr bool recursive = ownership::recursive_lock<L>;

  constexpr checked() requires std::default_initializable<L>
  = default;
  // The name, which lives as long as the program, is for messages; without one, or for nullptr,
  // they show the address. The other arguments are those of L.
  template <class... Args>
  requires std::constructible_from<L, Args...>
  constexpr explicit checked(const char* name, Args&&... args)
      : base(std::forward<Args>(args)...), name_(name) {}
  ~checked() {
    if (in_use())
      end_program();
    sites().withdraw(base::id());
    Order::forget(base::id());
  }

  using base::lock;
  using base::try_lock;
  using base::try_lock_for;
  using base::try_lock_until;
  using base::unlock;

  // The lock itself; the caller is about to take it here, through a guard. This is the place of its
  // next request, unless that is a call in this very file, which has a place of its own.
  checked& here(call_site at = call_site::current()) RWL_RETURN_CAPABILITY(this) {
    sites().announce(base::id(), at);
    return *this;
  }

  const char* name() const { return name_; }

  // For example "'cache' W=0 U=0 R=1".
  template <class Char, class Traits>
  friend std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out,
                                                      const checked& lock) {
    if (lock.name_)
      out << '\'' << lock.name_ << "' ";
    return out << lock.inner_;
  }

private:
  template <class Way, class... Limits>
  bool enter(kind k, call_site at, const Limits&... limits) {
    const mode wanted = ownership::mode_of(k);
    at = sites().take(base::id(), at);
    const named_holding* held = base::held();
    if (held && Way::waits && !(recursive && held->depth.strongest() >= wanted))
      fail(misstep::waits_for_itself, wanted);
    if (!held)
      note_order<Way>(at);
    mine().make_room(); // nothing may fail once the lock is taken
    if (!Way::ask(inner_, k, limits...))
      return false;
    if (held)
      base::held()->depth.add(wanted);
    else
      mine().add({{base::id(), name_, at}, ownership::depths(wanted)});
    return true;
  }

  template <class Way, class... Limits>
  bool upgrade(call_site at, const Limits&... limits) {
    const named_holding& held = base::held_to_change(mode::upgradeable, mode::exclusive);
    if (Way::waits && !recursive && held.depth[mode::shared] > 0)
      fail(misstep::waits_for_itself, mode::exclusive);
    note_order<Way>(at);
    return changed_if(Way::ask(inner_, kind::upgrader, limits...), mode::upgradeable);
  }
  bool try_write_as_reader() RWL_NO_THREAD_SAFETY_ANALYSIS {
    base::held_to_change(mode::shared, mode::exclusive);
    return changed_if(inner_.try_unlock_shared_and_lock(), mode::shared);
  }
  bool changed_if(bool changed, mode from) {
    if (changed)
      base::count_change(*base::held(), from, mode::exclusive);
    return changed;
  }

  void leave(mode from, mode to) {
    base::count_change(base::held_to_change(from, to), from, to);
    ownership::weaken(inner_, from, to);
  }

  void wait_again(const named_holding& held) { note_order<ownership::for_ever>(held.at); }

  template <class Way>
  void note_order(call_site at) {
    if (!Way::gives_up && mine().size() > 0)
      Order::waits({base::id(), name_, at}, mine());
  }

  bool in_use() const {
    if (inner_.is_locked() || inner_.is_locked_shared() || inner_.is_locked_upgrade())
      return true;
    if constexpr (requires { inner_.waiting_readers() + inner_.waiting_writers(); })
      return inner_.waiting_readers() + inner_.waiting_writers() > 0;
    return false;
  }

  [[noreturn]] void fail(misstep what, mode m) const {
    misuse(error_of(what), message(text_of(what, m)));
  }

  [[noreturn]] void end_program() const {
    const misstep what = misstep::destroyed_in_use;
    const char* text = message(text_of(what, mode::none));
    if (const misuse_handler handler = get_misuse_handler())
      handler(error_of(what), text);
    else
      std::fprintf(stderr, "%s\n", text);
    std::abort();
  }

  const char* message(const char* happened) const {
    struct buffer {
      char text[256] = {};
    };
    char(&text)[256] = Owner::template records<buffer>().text;
    if (name_)
      std::snprintf(text, sizeof text, "lock '%s': %s", name_, happened);
    else
      std::snprintf(text, sizeof text, "lock %p: %s", base::id(), happened);
    return text;
  }

  static ownership::announced_sites& sites() {
    return Owner::template records<ownership::announced_sites>();
  }

  const char* name_ = nullptr;
};

} // namespace rwl
