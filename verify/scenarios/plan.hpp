// Which programs each lock is put through, by what it offers.
#pragma once

#include "judge.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rwl::verify {

// How to place each scenario's program for one lock; upgrading only if the lock has upgrade().
struct lock_programs {
  recipe_for<script_set> scripts;
  recipe_for<rounds_set> rounds;
  recipe_for<population> forever, conserving, teardown, upgrading;
  recipe_for<party> meeting;
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
  lock_programs p{
      place<scripted_program<Lock>, script_set>, place<rounds_program<Lock>, rounds_set>,
      place<forever_program<Lock>, population>,  place<conserving_program<Lock>, population>,
      place<teardown_program<Lock>, population>, nullptr,
      place<meeting_program<Lock>, party>,
  };
  if constexpr (requires(Lock & l) { l.upgrade(); })
    p.upgrading = place<upgrading_program<Lock>, population>;
  return p;
}

struct lock_entry {
  std::string name, family, description;
  rules held_to;
  bool shares = true; // readers can be inside together, and waiting requests are reported
  lock_programs programs;
};

lock_info plan(const lock_entry&);

} // namespace rwl::verify
