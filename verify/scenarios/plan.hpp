// Which programs each lock is put through, by what it offers.
#pragma once

#include "judge.hpp"

#include <rwl/reentrant.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rwl::verify {

// How to place each scenario's program for one lock; upgrading only if the lock has upgrade().
struct lock_programs {
  recipe_for<script_set> scripts;
  recipe_for<rounds_set> rounds;
  recipe_for<script_set> conserving, giving_up, forever;
  recipe_for<population> teardown, upgrading;
  recipe_for<party> meeting;
  recipe_for<condition_set> waiting = nullptr; // if conditions can wait with the lock
  recipe_for<nesting_set> nesting = nullptr;   // of the lock's reentrant adaptor
  letters_offered offers = nullptr;
};

template <class Program, class Parameters>
recipe place(const Parameters& p) {
  if constexpr (requires { p.threads(); })
    return recipe::of<Program>(p.threads(), p);
  else
    return recipe::of<Program>(p.threads, p);
}

template <class Lock>
lock_programs programs_of() {
  lock_programs p{.scripts = place<scripted_program<Lock>, script_set>,
                  .rounds = place<rounds_program<Lock>, rounds_set>,
                  .conserving = place<conserving_program<Lock>, script_set>,
                  .giving_up = place<giving_up_program<Lock>, script_set>,
                  .forever = place<forever_program<Lock>, script_set>,
                  .teardown = place<teardown_program<Lock>, population>,
                  .upgrading = nullptr,
                  .meeting = place<meeting_program<Lock>, party>,
                  .offers = offers<Lock>};
  if constexpr (requires(Lock & l) { l.upgrade(); })
    p.upgrading = place<upgrading_program<Lock>, population>;
  // Both know the explorer's own policy only, not those that are derived from it.
  constexpr bool own_policy = requires {
    requires std::same_as<typename Lock::sync_type, explorer_sync>;
  };
  if constexpr (own_policy && core::condition_access::offered_by<Lock>) {
    p.waiting = place<condition_program<Lock>, condition_set>;
    p.nesting = place<nesting_program<reentrant<Lock>>, nesting_set>;
  }
  return p;
}

struct lock_entry {
  std::string name, family, description;
  rules held_to;
  bool shares = true; // readers can be inside together, and waiting requests are reported
  lock_programs programs;
  bool reports = true; // its own steps: orders of entry can be judged
};

lock_info plan(const lock_entry&);

} // namespace rwl::verify
