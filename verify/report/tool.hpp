// The command build/verify, for any registry of locks.
#pragma once

#include "selection.hpp"

#include <string>

namespace rwl::verify {

// Returns the exit status. `stop_search` makes a running check return soon; a signal handler calls
// it. `sources` tells the program's sources from others: shards of others are not merged.
int run_tool(int argc, char** argv, const registry&, void (*stop_search)(),
             const std::string& sources);

} // namespace rwl::verify
