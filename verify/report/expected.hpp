// The expected matrix: what `verify` is held to. One line for each cell, and one for each check, so
// that a check which vanishes is noticed even if another decides the same cell.
//
//   "phase_fair": {
//     "verdicts": {
//       "mutual-exclusion": "HOLDS complete",
//       ...
//     },
//     "checks": {
//       "mix R+R+W": {"HOLDS complete": "MX DRF DF"},
//       ...
//     },
//     "full": { ...  the checks of the full tier, likewise; they do not count for the cells  }
//   }
#pragma once

#include "../scenarios/check.hpp"

#include <map>
#include <string>

namespace rwl::verify {

using verdicts = std::map<property, verdict>;

struct expected_lock {
  verdicts cells; // all properties, those not offered included
  std::map<std::string, verdicts> checks, full;

  std::map<std::string, verdicts>& of(tier t) { return t == tier::quick ? checks : full; }
  const std::map<std::string, verdicts>& of(tier t) const {
    return t == tier::quick ? checks : full;
  }
};

using expected_matrix = std::map<std::string, expected_lock>;

// Throws std::invalid_argument, saying where, if the text is not an expected matrix.
expected_matrix parse_expected(const std::string& text);

// Locks and checks in the order of the registry.
std::string expected_text(const expected_matrix&, const std::vector<lock_info>&);

} // namespace rwl::verify
