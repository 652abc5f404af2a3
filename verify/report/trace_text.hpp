// An execution for people: a line for each step, a lane for each thread.
#pragma once

#include "../scenarios/check.hpp"
#include "source_tree.hpp"

#include <cstddef>
#include <string>

namespace rwl::verify {

struct trace_title {
  std::string where;    // "phase_fair / forever 1W+2R"
  std::string headline; // what went wrong; may be empty
  std::string command;  // that shows it again; may be empty
};

struct trace_style {
  bool colour = false;
  bool every_step = false; // also accesses to plain variables and to the verification's own state
  std::size_t width = 100; // of a line; 0: source lines are not cut
};

// The trace ends with what failed, a deadlock with who waits for whom; or, if the steps from
// `cycle_begin` on are a cycle, with what each thread does in a lap of it. Steps without operation
// are those of a model: events of the specification, each with the lock's state beside it.
std::string trace_text(const trace_title&, const trace&, std::size_t cycle_begin,
                       const trace_style&, source_tree&);

// What the columns of trace_text mean.
std::string trace_legend();

// What one step did: "load #2 = 4 @12".
std::string step_text(const trace_step&);

} // namespace rwl::verify
