// The command build/verify, for any registry of locks.
#pragma once

#include "selection.hpp"

#include <string>

namespace rwl::verify {

// Returns the exit status. `search` ends a running check and tells whether it goes on. `sources`
// tells the program's sources from others: shards of others are not merged.
int run_tool(int argc, char** argv, const registry&, const search_control&,
             const std::string& sources);

} // namespace rwl::verify
