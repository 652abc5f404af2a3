// The table of workloads for locks with all modes, which can be asked in all forms.
#pragma once

#include "walk.hpp"
#include "workloads.hpp"

#include <mutex>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace rwl::stress {

template <class Lock, unsigned tries, unsigned timed, unsigned stoppable>
void walks(trial& t, int threads, int operations) {
  place<Lock> p;
  stop_board stops(threads);
  std::mutex mutex;
  tally total;
  t.together(threads, [&](int me) {
    std::mt19937 seeds(t.random(me)());
    walker<Lock> w(t, p, stops, {tries, timed, stoppable});
    for (int left = t.times(operations / threads); left > 0; --left)
      w.walk(static_cast<std::uint32_t>(seeds()));
    const std::lock_guard guard(mutex);
    total += w.done();
  });
  expect_idle(t, p.m);
  expect_free(t, p.m);
  t.expect(p.number.whole() && p.number.value() == total.writes, "writes are lost");
  t.expect(p.looks == total.looks, "turns in the upgradeable mode are lost");
}

template <class Lock, unsigned tries, unsigned timed, unsigned stoppable>
void team_walks(trial& t) {
  walks<Lock, tries, timed, stoppable>(t, team(), 8'000);
}

template <class Lock>
void crowd_walks(trial& t) {
  walks<Lock, 10, 30, 30>(t, crowd(), 8'000);
}

// Each of two upgradeable holders in turn wants to become the writer while readers come and go, who
// themselves want to write as soon as they are alone. None of them may wait for another for ever.
template <class Lock>
void rival_upgrades(trial& t) {
  place<Lock> p;
  std::atomic<std::uint64_t> writes{0};
  const auto write = [&](std::uint64_t known) {
    t.expect(p.number.value() == known, "somebody wrote before an upgrade");
    p.number.increment([] { std::this_thread::yield(); });
    writes.fetch_add(1, std::memory_order_relaxed); // relaxed: only its sum matters
    p.m.unlock();
  };
  t.together(team(), [&](int me) {
    for (int left = t.times(2'000); left > 0; --left)
      if (me < 2) {
        p.m.lock_upgrade();
        const std::uint64_t known = p.number.value();
        p.m.unlock_upgrade_and_lock();
        write(known);
      } else {
        p.m.lock_shared();
        const std::uint64_t known = p.number.value();
        p.m.try_unlock_shared_and_lock() ? write(known) : p.m.unlock_shared();
      }
  });
  expect_idle(t, p.m);
  t.expect(p.number.whole() && p.number.value() == writes, "writes are lost");
}

template <class Lock>
inline constexpr workload mode_workloads[] = {
    {"modes/waiting", team_walks<Lock, 0, 0, 0>}, {"modes/trying", team_walks<Lock, 80, 0, 0>},
    {"modes/timed", team_walks<Lock, 0, 80, 0>},  {"modes/cancelled", team_walks<Lock, 0, 0, 80>},
    {"modes/crowd", crowd_walks<Lock>},           {"modes/rival_upgrades", rival_upgrades<Lock>},
};

// Adds a row of the table: for use with for_each_..._lock.
inline auto all_mode_workloads(std::vector<test>& tests) {
  return [&tests]<class Lock>(std::type_identity<Lock>, const std::string& lock) {
    for (const workload& w : mode_workloads<Lock>)
      tests.push_back({lock + '/' + w.name, w.run});
  };
}

} // namespace rwl::stress
