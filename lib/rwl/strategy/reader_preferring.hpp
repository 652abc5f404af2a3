// Reader preference: the first problem of Courtois, Heymans and Parnas ("Concurrent Control with
// 'Readers' and 'Writers'", CACM 14(10), 1971).
//
//   read:   await no writer inside
//   write:  await no writer inside, no reader inside, no reader waiting, and my turn among writers
//
// Gives:    no reader waits because a writer waits (RP1); writers are first come, first served.
// Gives up: writers starve: readers that overlap for ever keep them out.
#pragma once

#include "view.hpp"

namespace rwl::strategy {

struct reader_preferring {
  static constexpr bool reader_yields_to_queue = false;
  static constexpr bool one_queue = false;
  static constexpr unsigned bypass_bound = 0;
  static constexpr bool readers_enter(view) { return true; }
};

} // namespace rwl::strategy
