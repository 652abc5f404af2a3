// Which interesting cases a program in letters must reach: what it does not put to the test it does
// not show.
#pragma once

#include "findings.hpp"
#include "script_set.hpp"

#include <vector>

namespace rwl::verify {

struct witness {
  int index; // in evidence
  std::string name;
  bool required;
};

// Precondition: shares says whether readers can be inside together, and waiting requests are
// reported.
std::vector<witness> witnesses_of(const script_set&, bool shares);

// Those of the program in which nobody leaves before the requests with a limit have returned.
std::vector<witness> witnesses_of_giving_up(const script_set&);

// Enters those that were seen, and those that are missing if the search came to its end.
void report_witnesses(report&, const std::vector<witness>&, std::uint32_t seen, bool finished);

} // namespace rwl::verify
