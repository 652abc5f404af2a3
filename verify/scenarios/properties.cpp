#include "check.hpp"

#include <algorithm>

namespace rwl::verify {

const std::vector<property_info>& properties() {
  using enum property;
  static const std::vector<property_info> all = {
      {mutual_exclusion, "mutual-exclusion", "MX",
       "while a writer is inside nobody else is (Courtois, Heymans & Parnas 1971)"},
      {data_race_freedom, "data-race-freedom", "DR",
       "sections are ordered by happens-before in both directions, and no dead object is touched "
       "(C++20 memory model)"},
      {reader_concurrency, "reader-concurrency", "RC",
       "with no writer about, a reader enters in bounded own steps whoever else reads (concurrent "
       "entering: Bhatt & Jayanti 2010, P5)"},
      {deadlock_freedom, "deadlock-freedom", "DL",
       "at quiescence nobody waits who could be let in; no wake-up is lost"},
      {reader_bypass, "reader-bypass", "BYr",
       "a bounded number of later writers enter before a waiting reader (bounded bypass: Lamport "
       "1974)"},
      {writer_bypass, "writer-bypass", "BYw",
       "a bounded number of later arrivals enter before a waiting writer"},
      {reader_starvation_freedom, "reader-starvation-freedom", "SFr",
       "in every strongly fair run every reader's request is granted"},
      {writer_starvation_freedom, "writer-starvation-freedom", "SFw",
       "in every strongly fair run every writer's request is granted"},
      {reader_priority, "reader-priority", "RP1",
       "no reader waits because a writer waits (Courtois, Heymans & Parnas 1971, first problem)"},
      {writer_priority, "writer-priority", "WP1",
       "no reader enters while a writer waits that came earlier (second problem)"},
      {writer_fcfs, "writer-fcfs", "FCw",
       "writers enter in the order of their doorways (Lamport 1974; Bhatt & Jayanti 2010, P3)"},
      {fcfs, "fcfs", "FC", "first come first served across kinds; readers share"},
      {reader_fife, "reader-fife", "FE",
       "when a reader enters, every reader that came earlier may enter too (first in first "
       "enabled: "
       "Bhatt & Jayanti 2010, P4)"},
      {phase_fairness, "phase-fairness", "PF",
       "a waiting reader sees at most one writer enter; a writer is passed by one batch of readers "
       "for each writer ahead (Brandenburg & Anderson 2010)"},
      {bounded_exit, "bounded-exit", "BX", "a release takes a bounded number of own steps"},
      {upgrade, "upgrade", "UP",
       "two upgraders never wait for each other, and nobody writes between a section and its "
       "upgrade"},
      {downgrade, "downgrade", "DG",
       "nobody writes between a section and the weaker one that it is turned into"},
      {cancellation, "cancellation", "CA",
       "a request that is stopped leaves in bounded own steps, leaves no trace, takes no grant "
       "along and admits whom it alone blocked (Scott & Scherer 2001; Jayanti 2019)"},
      {timeout, "timeout", "TO", "the same for a request whose time is up"},
      {condition, "condition", "CV",
       "giving the lock up and waiting is one step; a notification reaches exactly as many as it "
       "says, whoever gives up meanwhile; the lock is held in the same mode afterwards"},
      {reentrancy, "reentrancy", "RE",
       "the owner gets in again whoever waits, keeps what it holds atomically, and is told when it "
       "would wait for itself"},
      {refinement, "refinement", "RF",
       "every execution is a behaviour of the strategy's specification"},
  };
  return all;
}

const property_info& info(property p) { return properties()[static_cast<std::size_t>(p)]; }

std::string_view name(verdict v) {
  constexpr std::string_view names[] = {"not offered", "HOLDS complete", "HOLDS bounded", "REFUTED",
                                        "UNKNOWN"};
  return names[static_cast<int>(v)];
}

verdict combine(verdict a, verdict b) {
  const auto badness = [](verdict v) {
    constexpr int order[] = {0, 1, 2, 4, 3}; // one refutation outweighs what is not known
    return order[static_cast<int>(v)];
  };
  return badness(a) < badness(b) ? b : a;
}

} // namespace rwl::verify
