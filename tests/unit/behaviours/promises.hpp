// What a lock promises that its interface does not show.
#pragma once

#include "features.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace rwl::test {

// Who enters after a writer, of those who wait.
enum class order {
  any,
  readers, // readers before writers
  writers, // writers before readers
  phases,  // first the readers that wait now; later readers do not pass a writer that waits
  arrival, // first come, first served
};

struct promises {
  order next = order::any;
  // How many readers that come later pass a writer that waits.
  unsigned barging = 0;
  bool readers_share = true;
  // The holder may lock again.
  bool nests = false;
  // Who unlocks what it does not hold, or would wait for itself, is told so.
  bool checks_owner = false;
};

inline constexpr unsigned unbounded = std::numeric_limits<unsigned>::max();

constexpr features features_of(const promises& p) {
  const bool is_ordered = p.next != order::any;
  const bool lets_writers_in = is_ordered && p.next != order::readers;
  return when(p.readers_share, shares) | when(p.nests, nests) | when(p.checks_owner, checks_owner) |
         when(is_ordered, ordered) | when(lets_writers_in, writers_get_in) |
         when(lets_writers_in && p.barging == 0, lets_no_reader_pass) |
         when(is_ordered && p.next != order::writers, readers_get_in);
}

// The order of entry after a writer of those who came in this order while it wrote: "RW", say.
inline std::string order_of_entry(order next, std::string arrivals) {
  if (next == order::writers)
    std::stable_partition(arrivals.begin(), arrivals.end(), [](char c) { return c == 'W'; });
  else if (next != order::arrival)
    std::stable_partition(arrivals.begin(), arrivals.end(), [](char c) { return c == 'R'; });
  return arrivals;
}

} // namespace rwl::test
