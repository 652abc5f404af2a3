// Starvation, decided on the state graph: is there a fair infinite execution in which one thread
// stays in its trying (or leaving) section for ever?
//
// A cycle is strongly fair when every thread that is enabled again and again on it also runs on it;
// weakly fair when every thread that is enabled all along does. A thread may stay in its remainder
// for ever (Lamport 1974), so there it is excused. Strong fairness is a Streett
// condition: a strongly connected component that fails it for some threads can still contain a fair
// cycle, but only among the states where those threads are not enabled, so it is split again
// (Emerson & Lei 1987).
#pragma once

#include "explore.hpp"

namespace rwl::verify {

enum class fairness { strong, weak };

struct lasso {
  bool found = false;
  std::size_t component = 0; // states of the fair component
  decisions prefix;          // from the start to the cycle
  decisions cycle;           // empty: the thread waits though nobody is obliged to do anything
};

// Searches the graph of search::graph for a fair cycle on which `thread` never leaves phase
// `stuck`. O(threads * (nodes + edges)).
lasso find_fair_cycle(const state_graph&, int threads, int thread, phase stuck, fairness);

} // namespace rwl::verify
