// The command build/verify, for any registry of locks.
#pragma once

#include "selection.hpp"

namespace rwl::verify {

// Returns the exit status. `stop_search` makes a running check return soon; a signal handler calls
// it.
int run_tool(int argc, char** argv, const registry&, void (*stop_search)());

} // namespace rwl::verify
