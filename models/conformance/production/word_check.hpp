// Does the word of a lock say the same as its events?
#pragma once

#include "judge.hpp"

#include <string>

namespace rwl::conformance {

// Every change of the word must be in the log, and after each the word must name as many inside, in
// each mode, as the specification has let in. One who takes the lock while it owns the queue is let
// in by the change that announces it and counted by its next (core/entering.hpp). Returns what is
// wrong, nothing if all is well. Precondition: the table accepts the steps.
std::string disagreement(const log&, const table&);

} // namespace rwl::conformance
