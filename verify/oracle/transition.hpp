// What the monitors are fed with: one step of the specification and the states around it.
#pragma once

#include "spec.hpp"

#include <array>

namespace rwl::verify {

struct transition {
  strategy rules;
  const specification& before;
  event what;
  int thread;
  const specification& after;

  // A doorway was passed. Who asks for an upgrade waits like a writer.
  constexpr bool is_request() const {
    return what == event::read_request || what == event::write_request ||
           what == event::upgradeable_request || what == event::upgrade_request ||
           what == event::notify;
  }

  // A queueing request was let in. An upgrade is left out: its thread was inside before.
  constexpr bool is_admission() const {
    return what == event::read_grant || is_exclusive_admission();
  }
  constexpr bool is_exclusive_admission() const {
    return what == event::write_grant || what == event::upgradeable_grant;
  }

  // Somebody begins to write who has asked for it. read_to_write is left out: who waits sees a
  // change of mode of somebody who was inside all along, for which no request was made.
  constexpr bool is_writer_entry() const {
    return what == event::write_grant || what == event::upgrade_grant;
  }

  // A request came to its end.
  constexpr bool ends_request() const {
    return is_admission() || what == event::cancel || what == event::upgrade_grant ||
           what == event::upgrade_cancel;
  }

  // An exclusive phase ended, or the head of the queue, which held readers back, gave up.
  constexpr bool ends_phase() const {
    switch (what) {
    case event::write_release:
    case event::condition_wait:
      return before.writer() >= 0 && after.writer() < 0;
    case event::write_to_read:
    case event::write_to_upgradeable:
    case event::upgradeable_to_read:
    case event::upgradeable_release:
      return true;
    case event::cancel:
      return before.queue().headed_by(thread) && !before.waiting_readers().contains(thread) &&
             !before.upgrade_pending();
    default:
      return false;
    }
  }
};

// The exclusive requests that wait, a pending upgrade among them.
constexpr thread_set exclusive_waiters(const specification& s) {
  thread_set waiters = s.waiting_writers();
  if (s.upgrade_pending())
    waiters.insert(s.upgradeable());
  return waiters;
}

constexpr thread_set all_waiters(const specification& s) {
  return s.waiting_readers() | exclusive_waiters(s);
}

// The order of the doorways of those who wait ("doorway-precedes", Lamport 1974).
class doorway_order {
public:
  // Feed with every transition, after asking overtaken_by().
  constexpr void observe(const transition& step) {
    if (step.is_request())
      all_waiters(step.before).for_each([&](int u) { later_[u].insert(step.thread); });
    if (step.ends_request()) {
      for (thread_set& later : later_)
        later.erase(step.thread);
      later_[step.thread] = {};
    }
  }

  // Those who still wait though their doorway came before the thread's.
  constexpr thread_set overtaken_by(int thread) const {
    thread_set result;
    for (int u = 0; u < max_threads; ++u)
      if (later_[u].contains(thread))
        result.insert(u);
    return result;
  }

  constexpr std::uint64_t hash() const {
    std::uint64_t h = 0;
    for (int u = 0; u < max_threads; ++u)
      if (!later_[u].empty())
        h = mix(h, static_cast<unsigned>(u) << 16 | later_[u].bits());
    return h;
  }

  friend constexpr bool operator==(const doorway_order&, const doorway_order&) = default;

private:
  std::array<thread_set, max_threads> later_{}; // [u]: those waiting whose doorway came after u's
};

} // namespace rwl::verify
