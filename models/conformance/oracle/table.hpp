// What the oracle's table says, as its state graph and as its opinion of a run.
//
// Only table.cpp sees the specification itself: a copy of it that is compiled with another guard is
// then another table, whatever it is linked with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <vector>

namespace rwl::verify::conformance {

// Which table. The names are checked where it is used.
struct table {
  std::string strategy;
  int bypass_bound = 2;     // the K of throughput
  std::string without_rule; // empty: all rules are kept
};

std::vector<std::string> strategy_names();
std::vector<std::string> rule_names();

struct run_line;

// What a run or a graph is made of.
struct limits {
  int threads;
  int depth = 2; // how often the writer may lock
};

struct graph_summary {
  std::size_t states = 0;
  std::size_t edges = 0;
  std::uint64_t hash = 0; // does not depend on the order of the edges
};

// Enumerates all states; writes the edges to the stream if there is one. The format of states,
// edges and hash is that of models/coq/README.md.
graph_summary graph_of(const table&, limits, std::ostream* edges = nullptr);

struct replay_summary {
  std::size_t events = 0; // accepted
  std::string rejected;   // the first event that was not, and why; empty if all were accepted
  std::string state;      // after the last one accepted
  std::size_t lap = 0;    // so many of the events can be repeated for ever; 0: no cycle is marked
  std::size_t steps = 0;  // of the state graph that the run took ...
  std::size_t all_steps = 0; // ... of so many
  std::string not_taken;     // one of the others
};

// Feeds the table with the lines of a run or of a search. Counts steps within the limits if there
// are threads. A cycle has to come back to where it began: then the table can go round for ever.
replay_summary replay(const table&, std::istream& run, limits);

// The texts of the states before, between and after the events. An event that may not happen is bad
// input.
std::vector<std::string> states_of(const table&, const std::vector<run_line>&);

// A name or a line of a run that nobody knows.
struct bad_input : std::runtime_error {
  using std::runtime_error::runtime_error;
};

} // namespace rwl::verify::conformance
