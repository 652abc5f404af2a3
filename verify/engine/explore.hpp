// The explorer: searches the executions of a program, all of them or as many as it is told to.
#pragma once

#include "mutation.hpp"
#include "program.hpp"
#include "trace.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rwl::verify {

enum class search {
  full,    // every interleaving, no reduction
  sleep,   // sleep sets (Godefroid 1996)
  dpor,    // dynamic partial-order reduction with source sets (Abdulla et al. 2014) and sleep sets
  cached,  // sleep sets and a cache of visited states
  graph,   // cached, without sleep sets, keeping the graph: for programs that loop for ever
  bounded, // every interleaving with at most `preemptions` preemptions
  random,  // independent random executions
  stock_full, // Relacy's own schedulers, as a second opinion
  stock_bounded,
  stock_random,
};

std::string_view name(search);

// Can the search be made in parts? Others remember states that they meet in every part of the tree.
constexpr bool has_parts(search s) {
  return s == search::full || s == search::sleep || s == search::dpor || s == search::bounded;
}

enum class memory_model {
  weak,       // C++20: a load may read any store that is still readable
  sequential, // every load reads the newest store
};

// A part of a search: one of several that explore the whole tree of decisions together.
struct search_part {
  unsigned index = 0;
  unsigned of = 1;
};

struct options {
  search how = search::dpor;
  search_part part;
  memory_model memory = memory_model::weak;
  unsigned preemptions = 2;             // search::bounded and stock_bounded
  std::uint64_t max_executions = ~0ull; // budget
  double max_seconds = 1e9;             // budget
  std::uint64_t seed = 1;               // search::random
  unsigned failing_weak_exchanges = 1;  // spurious failures of a weak CAS, per thread
  unsigned spurious_wakeups = 1;        // of condition variables, per thread
  bool fences = false;                  // the program uses fence_heavy()
  bool plain_steps = false;             // plain accesses are scheduling points (for heavy fences)
  bool count_entry_steps = false;       // run::steps_in_phase() matters while trying, too
  bool check_keys = false;              // the same state and choice must lead to the same state
  bool count_traces = false;            // count Mazurkiewicz traces (full, sleep, dpor)
  bool final_states = false;            // collect program::final_state
  std::uint32_t max_steps = 20000;      // of one execution; beyond it is a livelock
  std::atomic<std::uint64_t>* progress = nullptr; // executions so far, for a watcher
  bool shorten = true;                            // the counterexample, if there is one
  const mutation* mutant = nullptr;               // what is done wrong
  std::set<operation_site>* sites = nullptr;      // collect the operations that are seen
};

enum class outcome { complete, bounded, failed, out_of_budget, interrupted };

struct statistics {
  // Of a search in parts those of the parts add up to those of the whole. The pruned ones of `dpor`
  // are the exception: above the cut it prunes as `sleep` does.
  std::uint64_t executions = 0; // runs, pruned ones included
  std::uint64_t complete = 0;   // runs that reached their end without being pruned
  std::uint64_t steps = 0;
  std::uint64_t longest = 0;
  std::uint64_t states = 0;
  std::uint64_t traces = 0;
  std::uint64_t key_conflicts = 0;
  bool history_exhausted = false; // some load might have read a store older than history_depth
  double seconds = 0;             // of processor time
};

// What several searches have done together.
inline void add(statistics& total, const statistics& one) {
  total.executions += one.executions;
  total.complete += one.complete;
  total.steps += one.steps;
  total.longest = std::max(total.longest, one.longest);
  total.states += one.states;
  total.traces += one.traces;
  total.key_conflicts += one.key_conflicts;
  total.history_exhausted |= one.history_exhausted;
  total.seconds += one.seconds;
}

// The states of a program that loops for ever. Node 0 is the initial state.
struct state_graph {
  struct node {
    std::uint32_t enabled = 0; // threads that could run
    std::array<phase, thread_limit> phases{};
    std::uint32_t finished = 0;
  };
  struct edge {
    std::uint32_t from, to;
    std::uint8_t thread;
    std::uint8_t choices; // how many data choices the step made
    std::uint32_t data;   // their outcomes, four bits each, first lowest
  };
  std::vector<node> nodes;
  std::vector<edge> edges;
};

struct failure {
  std::string kind; // "data race", "deadlock", "assertion", …
  std::string message;
  location at;
};

// One decision per entry: the thread that runs next, or the outcome of a data choice.
struct decision {
  bool is_thread;
  std::uint8_t value;
  std::uint8_t alternatives; // data choices only
};
using decisions = std::vector<decision>;

inline constexpr int evidence_slots = 32;

struct exploration {
  outcome result = outcome::complete;
  failure error;  // outcome::failed
  decisions path; // the failing execution
  statistics stats;
  std::uint32_t witnesses = 0;
  std::array<std::uint64_t, evidence_slots> maxima{};
  std::vector<std::uint64_t> final_states; // sorted, unique
  state_graph graph;

  bool witnessed(int index) const { return witnesses >> index & 1; }
};

// Explores all executions of the program within the options. Not re-entrant; one search a process
// at a time. Deterministic: the same program and options give the same result, budgets in seconds
// aside.
exploration explore(const recipe&, const options&);

// Runs one execution again and records it step by step.
trace replay(const recipe&, const options&, const decisions&);

// The same failure with as few preemptions as a short bounded search finds; the path of the failed
// exploration if it finds none.
decisions shorten(const recipe&, const options&, const exploration&);

// Asks a running search to stop soon, and later ones to stop at once; safe to call from a signal
// handler. After clear_interrupt() searches run again.
void interrupt();
void clear_interrupt();

std::string to_string(const decisions&);
bool parse(std::string_view, decisions&);

} // namespace rwl::verify
