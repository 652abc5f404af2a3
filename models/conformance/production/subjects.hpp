// What is recorded: the locks with the tables that must accept them, and those that must not.
#pragma once

#include "judge.hpp"
#include "witnesses.hpp"

#include <functional>
#include <string>
#include <vector>

namespace rwl::conformance {

// Who visits a lock in one round.
struct party {
  int threads;
  unsigned seed;
  // Hears of a round that does not end because somebody waits for ever; it cannot go on.
  std::function<void(const log& so_far)> stalled;
};

struct recording {
  log events;
  std::string failure; // what a visitor has found wrong, if anything
};

struct subject {
  std::string name;
  table follows;
  recording (*record)(const party&);
  // Each differs from its own in something that happens in every long recording.
  std::vector<table> rejected_by;

  bool must_see(event) const;
  bool must_see(situation) const;
};

// A lock that claims to follow a table, and may be wrong.
struct suspect {
  std::string name;
  std::string what;
  table claims;
  recording (*record)(const party&);
};

const std::vector<subject>& subjects();
const std::vector<suspect>& defects(); // which are

} // namespace rwl::conformance
