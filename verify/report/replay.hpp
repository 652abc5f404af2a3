// One counterexample, run again from its id.
#pragma once

#include "selection.hpp"

#include <string>

namespace rwl::verify {

struct replayed {
  std::string title; // "phase_fair / forever 1W+2R"
  trace steps;
  std::size_t cycle_begin; // no cycle: steps.steps.size()
};

// In a process of its own, or in this one for a debugger. Throws usage_error if the id names
// nothing, or a path that its program does not have.
replayed run_again(const std::string& id, const registry&, const runner_settings&, bool in_process);

} // namespace rwl::verify
