#include "subjects.hpp"

#include "rounds.hpp"

#include <rwl/rwlock.hpp>
#include <rwl/textbook/alternating.hpp>

namespace rwl::conformance {

namespace {

using verify::all_strategies;
using verify::rule;
using enum verify::strategy;

template <class Strategy>
using recorded = basic_rwlock<Strategy, recording_sync>;

constexpr int few = 2;       // a bound that is reached time and again
constexpr int many = 16'384; // that of rwl::rwlock

// First come, first served overtakes nobody, which barging allows.
bool includes(const table& wide, const table& narrow) {
  return wide.rules == narrow.rules || (wide.rules == throughput && narrow.rules == fifo);
}

std::vector<table> tables_against(const table& own) {
  std::vector<table> all;
  for (verify::strategy s : all_strategies)
    if (const table other{s, few}; !includes(other, own))
      all.push_back(other);
  if (own.rules == throughput)
    all.push_back({throughput, 1});
  const auto without = [&](rule r) { all.push_back({own.rules, own.bypass_bound, r}); };
  without(rule::pending_upgrade_holds_readers);
  without(rule::lone_reader_yields_to_queue);
  if (own.rules == phase_fair) {
    without(rule::cancelled_head_ends_phase);
    without(rule::cancelled_follower_ends_none);
    without(rule::pending_upgrade_keeps_phase);
  }
  return all;
}

template <class Strategy>
subject lock(const table& follows) {
  return {follows.name(), follows, record_visits<recorded<Strategy>>, tables_against(follows)};
}

// Readers pass a waiting writer as long as others read.
struct late_joiners : strategy::phase_fair {
  static constexpr bool reader_yields_to_queue = false;
};

} // namespace

// No lock here is reentrant.
bool subject::must_see(event e) const { return e != event::write_reenter; }

bool subject::must_see(situation s) const {
  switch (s) {
  case situation::overtaken:
    return follows.rules == throughput;
  case situation::overtaken_to_the_bound:
    return follows.rules == throughput && follows.bypass_bound == few;
  default:
    return true;
  }
}

const std::vector<subject>& subjects() {
  static const std::vector<subject> all = {
      lock<strategy::reader_preferring>({reader_preferring}),
      lock<strategy::writer_preferring>({writer_preferring}),
      lock<strategy::phase_fair>({phase_fair}),
      lock<strategy::fifo>({fifo}),
      lock<strategy::throughput<many>>({throughput, many}),
      lock<strategy::throughput<few>>({throughput, few}),
  };
  return all;
}

const std::vector<suspect>& defects() {
  static const std::vector<suspect> all = {
      {"M26c",
       "late readers join the open phase (museum, as the monitor textbook::alternating)",
       {phase_fair},
       record_sections<textbook::alternating<recording_sync>>},
      {"M26c/core",
       "the same defect in the core of the locks that ship",
       {phase_fair},
       record_visits<recorded<late_joiners>>},
  };
  return all;
}

} // namespace rwl::conformance
