// The options of build/verify.
#pragma once

#include "selection.hpp"
#include "shard.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace rwl::verify {

enum class output_format { text, json, junit };
enum class when { automatic, always, never };

struct settings {
  filter by;
  check_options search;
  double budget = 0; // seconds for each check; 0: no limit
  unsigned processes = 1;

  std::optional<shard> only;                // run this shard only
  std::vector<std::filesystem::path> merge; // directories with the shards of a run; empty: none

  bool list = false;
  std::vector<std::string> mixes;    // programs in letters; empty: those of the plan
  std::optional<std::string> replay; // id
  bool in_process = false;           // replay here
  std::filesystem::path report;      // empty: none
  output_format format = output_format::text;
  std::filesystem::path expected; // empty: that of the source tree
  bool no_expected = false;
  bool update_expected = false;
  when colour = when::automatic;
  bool progress = false;
  bool verbose = false;

  // This search may miss what is there: it is not held to complete verdicts.
  bool sampled() const;
  // Throws usage_error unless whole locks are asked for: the expected matrix has no others.
  void require_whole_locks() const;
};

// The exit status instead, after telling the user what he asked for or got wrong.
std::variant<settings, int> parse_command_line(int argc, char** argv);

// The options that select checks and say how to search, in one spelling, and what they ask for:
// shards are of one run if theirs are the same.
std::vector<std::string> arguments_of(const settings&);
settings settings_of(const std::vector<std::string>& arguments); // throws usage_error

// "bounded=3" and the like. False: there is no such search.
bool parse_search(const std::string&, check_options&);

} // namespace rwl::verify
