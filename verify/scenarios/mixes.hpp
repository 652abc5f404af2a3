// Which programs in letters a lock is put through.
#pragma once

#include "check.hpp"
#include "requests.hpp"
#include "script_set.hpp"

#include <string_view>
#include <vector>

namespace rwl::verify {

struct planned {
  script_set set;
  tier size = tier::quick;
  bool twice = false;        // explored by both reductions
  bool orders_apart = false; // the orders of entry are judged by a check of their own
};

// "RW+U>W": a script for each thread. Throws std::invalid_argument, saying what is wrong.
script_set parse_scripts(const std::string&);
bool all_offered(const script_set&, letters_offered);

// A thread with a script of one letter for each.
script_set crowd(std::string_view people);

// The standard program: readers and writers, which every lock has, and tries. Three threads that
// come twice are many states: not in the quick tier for everybody.
std::vector<planned> basic_mixes(std::string_view family, tier three_come_twice, letters_offered);

// The standard program with the letters that only some locks have.
std::vector<planned> further_mixes(letters_offered);

// The endless program, beyond plain readers and writers: without a stop, which comes only once.
std::vector<planned> further_forever(letters_offered);

// The conserving program: readers and writers, and with further letters.
std::vector<planned> basic_conserving();
std::vector<planned> further_conserving(letters_offered);

// Requests with a limit, beside whoever keeps them out and does not leave before they have.
std::vector<planned> giving_up_mixes(letters_offered);

} // namespace rwl::verify
