// A run of a model in the format of the explorer's traces.
#pragma once

#include "run_line.hpp"

#include <verify/engine/trace.hpp>

#include <optional>
#include <string>
#include <vector>

namespace rwl::verify::conformance {

// What may be wrong with the end of a run that has no cycle: "deadlock".
std::vector<std::string> failure_names();

// The states of the lock are those of the table. A model that has none is known by its events
// alone. The failure is empty if the run has a cycle. What is no counterexample is bad input: a
// cycle that does not come back, one in which nobody waits for ever, an end without a failure.
std::string draw(const run&, const std::optional<table>&, const std::string& failure);

} // namespace rwl::verify::conformance
