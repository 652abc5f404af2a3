// A round: some threads visit a lock, do all that can be done with it, and are recorded.
//
// The requests follow from the seed; how they interleave is the machine's. The visitors are the
// walkers of the stress tests, who also see whether the lock keeps their data whole.
#pragma once

#include "recording_sync.hpp"
#include "subjects.hpp"

#include <rwl/condition.hpp>
#include <tests/stress/walk.hpp>

#include <chrono>
#include <cstdlib>
#include <iterator>
#include <mutex>
#include <random>
#include <semaphore>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

namespace rwl::conformance {

inline constexpr int visits_in_round = 800;         // of all threads together
inline constexpr std::chrono::seconds patience{60}; // with a round, which takes a fraction of one

// visit(trial, thread) in each thread.
template <class Visit>
recording record(const party& p, Visit visit) {
  stress::trial checks(1, p.seed);
  std::vector<recorder> recorders;
  for (int i = 0; i < p.threads; ++i)
    recorders.emplace_back(i);
  std::binary_semaphore ended{0};
  {
    const std::jthread gathering([&] {
      checks.together(p.threads, [&](int me) {
        const recorder::scope here(recorders[static_cast<std::size_t>(me)]);
        visit(checks, me);
      });
      ended.release();
    });
    if (!ended.try_acquire_for(patience)) {
      p.stalled(merged(recorders)); // which nobody changes, since all that are left wait
      std::_Exit(1);
    }
  }
  return {merged(recorders), checks.first_failure()};
}

// Who is inside waits for a while on the condition, in either mode.
template <class Lock>
void rest(stress::trial& checks, Lock& m, basic_condition<recording_sync>& c, bool writes,
          stress::request how) {
  how.waits = true;
  if (!how.limit) // it must not depend on others, who may all have gone
    how.limit = std::chrono::microseconds(300);
  const auto wait = [&](auto guard) {
    stress::ask_to_wait(checks, c, guard, how);
    guard.release(); // still inside
  };
  writes ? wait(std::unique_lock(m, std::adopt_lock)) : wait(std::shared_lock(m, std::adopt_lock));
}

// All operations.
template <class Lock>
recording record_walks(const party& p) {
  // Those who wait for as long as it takes, some of everything, and those who soon give up.
  static constexpr stress::manners kinds[] = {{5, 0, 0}, {15, 30, 30}, {5, 80, 50}};
  stress::place<Lock> place;
  basic_condition<recording_sync> changed;
  stress::stop_board stops(p.threads);
  return record(p, [&](stress::trial& checks, int me) {
    std::minstd_rand dice = checks.random(me);
    stress::walker<Lock> visitor(checks, place, stops, kinds[p.seed % std::size(kinds)]);
    for (int left = visits_in_round / p.threads; left > 0; --left) {
      visitor.walk(static_cast<std::uint32_t>(dice()),
                   [&](bool writes, const stress::request& how) {
                     if (dice() % 4 == 0)
                       rest(checks, place.m, changed, writes, how);
                   });
      if (dice() % 4 == 0)
        changed.notify(static_cast<std::uint32_t>(dice() % 4));
    }
  });
}

// Upgrades that are soon given up, while readers who hold them up stay and others come: what
// walkers seldom meet.
template <class Lock>
recording record_hesitation(const party& p) {
  Lock m;
  return record(p, [&](stress::trial& checks, int me) {
    std::minstd_rand dice = checks.random(me);
    for (int left = visits_in_round / p.threads; left > 0; --left)
      if (me == 0) {
        m.lock_upgrade();
        const std::chrono::microseconds limit(dice() % 20);
        m.try_unlock_upgrade_and_lock_for(limit) ? m.unlock() : m.unlock_upgrade();
      } else {
        if (const auto reading = stress::read(m, dice() % 4 != 0))
          std::this_thread::yield();
      }
  });
}

// One round in five is of the second kind.
template <class Lock>
recording record_visits(const party& p) {
  return p.seed % 5 == 0 ? record_hesitation<Lock>(p) : record_walks<Lock>(p);
}

// A lock that can only be read and written. One writes: which of two writers goes first is left to
// other checks.
template <class Lock>
recording record_sections(const party& p) {
  Lock m;
  return record(p, [&](stress::trial& checks, int me) {
    std::minstd_rand dice = checks.random(me);
    const auto linger = [&dice] {
      if (dice() % 4 == 0)
        std::this_thread::yield();
    };
    for (int left = visits_in_round / p.threads; left > 0; --left)
      if (me == 0) {
        const std::unique_lock writing(m);
        linger();
      } else {
        const std::shared_lock reading(m);
        linger();
      }
  });
}

} // namespace rwl::conformance
