// Bounded bypass: one victim makes one request while the others come again and again, a growing
// number of rounds. Who promises a bound shows a flat line.
#pragma once

#include "../engine/sync.hpp"
#include "unmodelled.hpp"
#include "watched.hpp"

#include <string>

namespace rwl::verify {

struct rounds_set {
  char victim = 'W';       // 'R' or 'W'
  std::string environment; // one letter for each of the other threads
  int most_rounds = 4;     // the others come up to so many times
  int rounds = 1;
  rules held_to;
  int fatal_bypass = -1; // fail when more later arrivals than this enter first

  int threads() const { return 1 + static_cast<int>(environment.size()); }
};

template <class Lock>
class rounds_program : public watched_program {
public:
  explicit rounds_program(const rounds_set& s) : watched_program(s.held_to), set_(s) {
    refine(false);
  }

  void thread(int t) override {
    const char kind = t == 0 ? set_.victim : set_.environment[static_cast<std::size_t>(t - 1)];
    const int rounds = t == 0 ? 1 : set_.rounds;
    for (int round = 0; round < rounds; ++round)
      acquire(kind, static_cast<std::uint64_t>(round));
    run::checkpoint(1000);
  }

  std::uint64_t key() const override {
    return machine::mix(watched_program::key(), bypass_.hash());
  }

protected:
  void observe_step(const transition& step) override {
    bypass_.observe(step);
    const kind waiting = set_.victim == 'R' ? kind::reader : kind::writer;
    const int by_readers = bypass_.count_of(0, kind::reader);
    const int by_writers = bypass_.count_of(0, kind::writer);
    const int conflicting = waiting == kind::reader ? by_writers : by_readers + by_writers;
    run::maximum(evidence::bypassed_by, static_cast<std::uint64_t>(conflicting));
    run::check(set_.fatal_bypass < 0 || conflicting <= set_.fatal_bypass,
               "bypass: more later arrivals entered first than promised");
  }

private:
  void acquire(char kind, std::uint64_t round) {
    run::enter(phase::trying);
    run::checkpoint(10 * round + 1);
    kind == 'R' ? lock_.lock_shared() : lock_.lock();
    run::enter(phase::inside);
    run::checkpoint(10 * round + 2);
    unmodelled_.check_unchanged();
    section_.get();
    run::enter(phase::leaving);
    run::checkpoint(10 * round + 3);
    kind == 'R' ? lock_.unlock_shared() : lock_.unlock();
    run::enter(phase::remainder);
  }

  const rounds_set& set_;
  Lock lock_;
  unmodelled_bytes<Lock> unmodelled_{lock_};
  ghost section_; // a step inside, so that others can come while the section is held
  bypass_monitor bypass_;
};

} // namespace rwl::verify
