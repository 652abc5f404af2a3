// reentrant<L>: a reader-writer lock that its owner may take again while it holds it.
//
//   rwl::reentrant<rwl::rwlock> m;
//   std::shared_lock outer(m);
//   std::shared_lock inner(m);   // even if a writer waits: a plain lock might deadlock here
//
// An owner holds the lock below in the strongest of its modes, and counts how often it has locked
// in each. Whoever asks for no more than it has is let in by counting; when the last hold in the
// strongest mode goes, the lock goes down to the next, atomically.
//
//   enter(m):        held = none:  inner.enter(m);  count[m] := 1
//                    m <= held:    count[m] += 1
//                    m >  held:    error, the owner would wait for itself;  try_lock...(): false
//   leave(m):        count[m] -= 1;  if held has become weaker: inner goes from the old to the new
//   change(m -> n):  only if count[m] = 1:  count[m] := 0;  count[n] += 1;  inner as above
//
//   has:            asks to read     the upgradeable mode   to write          to upgrade
//   nothing         as L             as L                   as L              not permitted
//   shared          counts           deadlock               deadlock          not permitted
//   upgradeable     counts           counts                 deadlock          as L
//   exclusive       counts           counts                 counts            counts, if both
//
// "deadlock" is resource_deadlock_would_occur; try_lock(), try_lock_upgrade() return false instead,
// since they do not wait. A reader that must write takes the upgradeable mode from the start, or
// tries: try_unlock_shared_and_lock(). Holds may be released in any order: a write that ends above
// reads is a downgrade, without a writer in between.
#pragma once

#include "misuse.hpp"
#include "ownership/owned_rwlock.hpp"
#include "views.hpp"

#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <utility>

namespace rwl {

// Interface and meaning are those of L, any lock of this library, besides the above. Blocking,
// order of entry, memory order are those of L for the outermost lock and the last unlock; all
// between is nothing but counting, and no event of the specification, at once in the timed and
// cancellable forms, too. A request whose stop has been requested before the call is refused,
// nested or not.
//
// Owners are threads: a guard that is moved to another thread cannot release there. Owner says
// whose the records are, for owners of another kind.
//
// Errors (misuse.hpp), which leave all as it was:
//   resource_deadlock_would_occur  see above, at once and whatever the time limit
//   operation_not_permitted        to give up or change a mode that the caller does not have; to
//                                  change a mode that it has more than once: other sections of its
//                                  own rely on it
//
// Costs: as large as L. An uncontended outermost pair of lock and unlock takes 1.5 times as long as
// with L, a nested one 0.7 times (`make bench`). Both grow with the number of reentrant locks that
// the owner holds, by one comparison for each. Holding up to 8 at a time allocates nothing; beyond
// that std::bad_alloc is possible, before the lock is asked for. Locks that are not wrapped pay
// nothing.
//
// Destroy it when nobody holds it. Clang's analysis (thread_safety.hpp) takes a nested lock in one
// and the same function for a mistake.
template <class L, class Owner = ownership::thread_owner<typename L::sync_type>>
class RWL_CAPABILITY("rwlock") reentrant
    : public ownership::owned_rwlock<reentrant<L, Owner>, L, Owner, ownership::holding>,
      public viewable<reentrant<L, Owner>> {
  using base = ownership::owned_rwlock<reentrant, L, Owner, ownership::holding>;
  using kind = ownership::kind;
  using mode = ownership::mode;
  using holding = ownership::holding;
  using base::inner_;
  using base::mine;
  friend base;

public:
  // Whether lock() by who writes already succeeds.
  static constexpr bool recursive = true;

  // The arguments are those of L.
  template <class... Args>
  requires std::constructible_from<L, Args...>
  constexpr explicit(sizeof...(Args) > 0) reentrant(Args&&... args)
      : base(std::forward<Args>(args)...) {}

  using base::lock;
  using base::try_lock;
  using base::try_lock_for;
  using base::try_lock_until;
  using base::unlock;

  // Diagnostics: what the caller itself holds inside of a stronger mode counts, too. Others do not
  // see that.
  bool is_locked_shared() const { return base::is_locked_shared() || base::held_shared() > 0; }
  bool is_locked_upgrade() const {
    return base::is_locked_upgrade() || base::held_upgradeable() > 0;
  }
  std::uint32_t reader_count() const {
    const holding* held = base::held();
    const bool reads_inside =
        held && held->depth[mode::shared] > 0 && held->depth.strongest() != mode::shared;
    return base::reader_count() + (reads_inside ? 1 : 0);
  }

  // What L says, and what the caller holds: "W=1 U=0 R=0, mine W=2 U=0 R=1".
  template <class Char, class Traits>
  friend std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out,
                                                      const reentrant& lock) {
    out << lock.inner_;
    if (lock.held())
      out << ", mine W=" << lock.held_exclusively() << " U=" << lock.held_upgradeable()
          << " R=" << lock.held_shared();
    return out;
  }

private:
  template <class Way, class... Limits>
  bool enter(kind k, const call_site&, const Limits&... limits) {
    const mode wanted = ownership::mode_of(k);
    if (holding* held = base::held())
      return enter_again<Way>(*held, wanted);
    mine().make_room(); // nothing may fail once the lock is taken
    if (!Way::ask(inner_, k, limits...))
      return false;
    mine().add({base::id(), ownership::depths(wanted)});
    return true;
  }

  template <class Way>
  bool enter_again(holding& held, mode wanted) {
    if (held.depth.strongest() < wanted) {
      if constexpr (Way::waits)
        fail(ownership::misstep::waits_for_itself, wanted);
      else
        return false;
    }
    held.depth.add(wanted);
    return true;
  }

  template <class Way, class... Limits>
  bool upgrade(const call_site&, const Limits&... limits) {
    return strengthen(mode::upgradeable,
                      [&] { return Way::ask(inner_, kind::upgrader, limits...); });
  }
  bool try_write_as_reader() {
    return strengthen(mode::shared, [&]() RWL_NO_THREAD_SAFETY_ANALYSIS {
      return base::held()->depth.strongest() == mode::upgradeable
                 ? inner_.try_unlock_upgrade_and_lock()
                 : inner_.try_unlock_shared_and_lock();
    });
  }

  // Turns the mode into the exclusive one, by asking unless the caller writes already.
  template <class Ask>
  bool strengthen(mode from, Ask ask) {
    const mode before = base::held_to_change(from, mode::exclusive).depth.strongest();
    if (before != mode::exclusive && !ask())
      return false;
    base::held()->depth.change(from, mode::exclusive);
    return true;
  }

  void leave(mode from, mode to) {
    holding& held = base::held_to_change(from, to);
    const mode before = held.depth.strongest();
    const mode after = base::count_change(held, from, to);
    if (after != before)
      ownership::weaken(inner_, before, after);
  }

  void wait_again(const holding&) {}

  [[noreturn]] void fail(ownership::misstep what, mode m) const {
    misuse(error_of(what), text_of(what, m));
  }
};

} // namespace rwl
