// Barging with a bound: a lock that becomes free belongs to whoever takes it first, until those who
// wait have been overtaken K times; then it is handed over in the order of arrival.
//
//   read:   await no writer inside, and (no writer waiting, or fewer than K overtook those waiting)
//   write:  await nobody inside, and (nobody waiting, or fewer than K overtook those waiting)
//
// Handing a lock to a sleeping thread leaves it idle until that thread runs, so each hand-over
// costs a switch of threads. A running thread that may barge in keeps the lock busy meanwhile. The
// bound is what separates this from a lock that starves: bounded bypass (Lamport, "A New Solution
// of Dijkstra's Concurrent Programming Problem", CACM 17(8), 1974). A waiter that is called in vain
// counts that as several times at once (core/barging.hpp).
//
// Gives:    the most sections in a given time; nobody is overtaken more than K times.
// Gives up: order: whoever runs overtakes whoever sleeps.
#pragma once

#include "view.hpp"

namespace rwl::strategy {

template <unsigned K>
struct throughput {
  static_assert(K > 0, "a lock that lets nobody barge is strategy::fifo");
  static constexpr bool reader_yields_to_queue = true;
  static constexpr bool one_queue = true;
  static constexpr unsigned bypass_bound = K;
  static constexpr bool readers_enter(view v) { return v.readers_lead; }
};

} // namespace rwl::strategy
