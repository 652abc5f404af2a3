// The record of all mutants, verify/mutants.json: what kills each, or why it may survive.
//
//   "core/entering.hpp join_reader fetch_or": {
//     "acquire -> relaxed": {"by": "fifo / mix R+W", "for": "data-race-freedom", "executions": 25},
//     "fails once more": {"survives": "the slow path decides"}
//   }
#pragma once

#include "hunt.hpp"

#include <map>
#include <string>
#include <vector>

namespace rwl::verify::mutate {

struct entry {
  std::string by, what; // killed: which check, and for what
  std::uint64_t executions = 0;
  std::string reason; // survives: why that is right

  bool killed() const { return !by.empty(); }
};

using record = std::map<std::string, std::map<std::string, entry>>; // by site and mutation

// Null if the mutant is not recorded.
const entry* find(const record&, const mutant&);

// Throws std::invalid_argument, saying where, if the text is no record.
record parse_record(const std::string&);
std::string record_text(const record&);

// The record with what was found; reasons are kept.
record updated(const record&, const std::vector<mutant>&, const std::vector<verdict_on_mutant>&);

// What is red: in words, with the remedy. `all`: the mutants are all there are.
std::vector<std::string> differences(const record&, const std::vector<mutant>&,
                                     const std::vector<verdict_on_mutant>&, bool all);

struct score {
  std::size_t orders = 0, orders_killed = 0; // weakened orders
  std::size_t mutants = 0, killed = 0;
};
score score_of(const record&);

// For people: a line for each mutant, and the page in the docs.
std::string table_text(const std::vector<mutant>&, const std::vector<verdict_on_mutant>&,
                       const record&);
std::string page_text(const record&);

} // namespace rwl::verify::mutate
