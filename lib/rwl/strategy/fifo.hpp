// First come, first served across both kinds: the order of the fair lock of Mellor-Crummey and
// Scott, "Scalable Reader-Writer Synchronization for Shared-Memory Multiprocessors" (PPoPP 1991).
//
//   read:   await no writer inside, and no writer before me in the queue
//   write:  await no writer inside, no reader inside, and my turn in the queue
//
// Gives:    nobody overtakes (FCFS), and readers that stand together enter together (FIFE), so
//           nobody starves.
// Gives up: reader concurrency under a mixed load: each writer splits the readers around it.
#pragma once

#include "view.hpp"

namespace rwl::strategy {

struct fifo {
  static constexpr bool reader_yields_to_queue = true;
  static constexpr bool one_queue = true;
  static constexpr unsigned bypass_bound = 0;
  static constexpr bool readers_enter(view v) { return v.readers_lead; }
};

} // namespace rwl::strategy
