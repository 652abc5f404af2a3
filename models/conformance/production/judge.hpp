// The steps of a log, held against the table of a strategy: from a free lock to a free lock.
#pragma once

#include "recorder.hpp"

#include <verify/oracle/transition.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rwl::conformance {

using verify::specification;
using verify::transition;

// The rows of the specification that a log must keep to.
struct table {
  verify::strategy rules;
  int bypass_bound = specification::default_bypass_bound; // the K of throughput
  verify::rule broken = verify::rule::none;

  std::string name() const;
};

// Calls visit(transition, step) for each step until one is not allowed, and returns its index: the
// number of the steps if all are.
template <class Visit>
std::size_t follow(const std::vector<step>& steps, const table& by, Visit visit) {
  specification state(by.bypass_bound, by.broken);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const specification before = state;
    const step& s = steps[i];
    const bool has_its_change = !s.only_looked || is_refusal(s.what);
    if (!has_its_change || !state.step(by.rules, s.what, s.thread))
      return i;
    visit(transition{by.rules, before, s.what, s.thread, state}, s);
  }
  return steps.size();
}

// The step at which the table does not explain the log any more. The end counts as one: there the
// lock must be free, and nobody may wait.
std::optional<std::size_t> first_forbidden(const std::vector<step>& steps, const table& by);

// The steps that led to it, the state before each, and what forbids it.
std::string rejection_text(const std::vector<step>& steps, const table& by, std::size_t forbidden);

} // namespace rwl::conformance
