// What a lock promises that its interface does not show.
#pragma once

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

template <class Lock>
inline constexpr promises promised{};

template <class Lock>
concept shares = (promised<Lock>.readers_share);
template <class Lock>
concept nests = (promised<Lock>.nests);
template <class Lock>
concept checks_owner = (promised<Lock>.checks_owner);
template <class Lock>
concept ordered = (promised<Lock>.next != order::any);
template <class Lock>
concept writers_get_in = (ordered<Lock> && promised<Lock>.next != order::readers);
template <class Lock>
concept readers_get_in = (ordered<Lock> && promised<Lock>.next != order::writers);

// The order of entry after a writer of those who came in this order while it wrote: "RW", say.
template <ordered Lock>
std::string order_of_entry(std::string arrivals) {
  constexpr order next = promised<Lock>.next;
  if (next == order::writers)
    std::stable_partition(arrivals.begin(), arrivals.end(), [](char c) { return c == 'W'; });
  else if (next != order::arrival)
    std::stable_partition(arrivals.begin(), arrivals.end(), [](char c) { return c == 'R'; });
  return arrivals;
}

} // namespace rwl::test
