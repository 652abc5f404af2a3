// Phase-fairness: Brandenburg and Anderson, "Spin-Based Reader-Writer Synchronization for
// Multiprocessor Real-Time Systems" (Real-Time Systems 46(1), 2010).
//
//   read:          await no writer inside, and (no writer waiting, or I am in the batch)
//   write:         await no writer inside, no reader inside, empty batch, and my turn among writers
//   writer leaves: batch := all readers that wait
//
// The barrier of writer preference with the hand-over of reader preference: phases alternate while
// both kinds wait. The batch enters in one step, so it needs no bookkeeping of its own.
//
// Gives:    a reader waits for at most one writer; a writer for the readers inside and one batch
//           for each writer before it, so nobody starves.
// Gives up: the peak throughput of either preference.
#pragma once

#include "view.hpp"

namespace rwl::strategy {

struct phase_fair {
  static constexpr bool reader_yields_to_queue = true;
  static constexpr bool one_queue = false;
  static constexpr unsigned bypass_bound = 0;
  static constexpr bool readers_enter(view v) { return !v.writers_wait || v.phase_ended; }
};

} // namespace rwl::strategy
