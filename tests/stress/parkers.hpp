// What the parkers are put through. A lost token is a hang.
#pragma once

#include "harness.hpp"

#include <rwl/sync/parker.hpp>

#include <atomic>
#include <chrono>
#include <memory>

namespace rwl::stress {

// Many wakers and one sleeper, whose waits are partly too short: each unpark comes after its item,
// so the sleeper that has not found all items is always woken once more.
template <class Parker>
void storm(trial& t) {
  using clock = std::chrono::steady_clock;
  Parker sleeper;
  std::atomic<int> items{0};
  const int wakers = team();
  const int each = t.times(50'000);
  t.together(wakers + 1, [&](int me) {
    if (me < wakers) {
      for (int left = each; left > 0; --left) {
        items.fetch_add(1, std::memory_order_relaxed); // relaxed: the parker orders it
        sleeper.unpark();
      }
      return;
    }
    std::minstd_rand random = t.random(me);
    for (int found = 0; found < wakers * each;) {
      const bool patient = random() % 2 == 0;
      if (patient)
        sleeper.park();
      else if (!sleeper.park_until(clock::now() + std::chrono::microseconds(random() % 20)))
        continue;
      found += items.exchange(0, std::memory_order_relaxed);
    }
  });
}

// Threads in a ring wake each other in turn; only the parkers order their work on the plain laps.
template <class Parker>
void relay(trial& t) {
  const int runners = crowd();
  const int laps = t.times(1'000);
  const auto parkers = std::make_unique<Parker[]>(static_cast<std::size_t>(runners));
  int legs = 0;
  t.together(runners, [&](int me) {
    if (me == 0)
      parkers[0].unpark();
    for (int lap = 0; lap < laps; ++lap) {
      parkers[me].park();
      t.expect(legs == lap * runners + me, "a runner was woken out of turn");
      ++legs;
      parkers[(me + 1) % runners].unpark();
    }
  });
  t.expect(legs == laps * runners, "the relay has not come to its end");
}

inline void add_parkers(std::vector<test>& tests) {
#if defined(__linux__)
  tests.push_back({"futex_parker/storm", storm<futex_parker>});
  tests.push_back({"futex_parker/relay", relay<futex_parker>});
#endif
  tests.push_back({"portable_parker/storm", storm<portable_parker>});
  tests.push_back({"portable_parker/relay", relay<portable_parker>});
}

} // namespace rwl::stress
