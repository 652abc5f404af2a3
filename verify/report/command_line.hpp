// The options of build/verify.
#pragma once

#include "selection.hpp"

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

  bool list = false;
  std::string replay;           // id; empty: none
  std::filesystem::path report; // empty: none
  output_format format = output_format::text;
  std::filesystem::path expected; // empty: that of the source tree
  bool no_expected = false;
  bool update_expected = false;
  when colour = when::automatic;
  bool progress = false;
  bool verbose = false;

  // This search may miss what is there: it is not held to complete verdicts.
  bool sampled() const;
};

// The exit status instead, after telling the user what he asked for or got wrong.
std::variant<settings, int> parse_command_line(int argc, char** argv);

// "bounded=3" and the like. False: there is no such search.
bool parse_search(const std::string&, check_options&);

} // namespace rwl::verify
