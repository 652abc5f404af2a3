// Who waits for whom at the end of an execution.
#pragma once

#include "../engine/trace.hpp"

#include <string>
#include <vector>

namespace rwl::verify {

// The wait-for graph, an edge a line: "T0 waits to write until reader T1 leaves". Drawn from the
// steps of the specification that the trace tells of; empty if it tells of nobody who waits.
// Whoever waits behind others that wait waits for nobody inside, and has no edge.
std::vector<std::string> wait_for_graph(const trace&);

} // namespace rwl::verify
