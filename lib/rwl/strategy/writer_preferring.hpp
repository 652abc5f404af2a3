// Writer preference: the second problem of Courtois, Heymans and Parnas ("Concurrent Control with
// 'Readers' and 'Writers'", CACM 14(10), 1971).
//
//   read:   await no writer inside, no writer waiting
//   write:  await no writer inside, no reader inside, and my turn among writers
//
// Gives:    no reader that comes later overtakes a waiting writer (WP1); writers are first come,
//           first served.
// Gives up: readers starve: two writers that take turns keep them out.
#pragma once

#include "view.hpp"

namespace rwl::strategy {

struct writer_preferring {
  static constexpr bool reader_yields_to_queue = true;
  static constexpr bool one_queue = false;
  static constexpr unsigned bypass_bound = 0;
  static constexpr bool readers_enter(view v) { return !v.writers_wait; }
};

} // namespace rwl::strategy
