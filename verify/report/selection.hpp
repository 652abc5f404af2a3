// Which checks are to run, and which cells of the matrix they are for.
#pragma once

#include "runner.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace rwl::verify {

using registry = std::vector<lock_info>;

// What the user asked for cannot be done: the message says what to ask for instead.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Empty: everything.
struct filter {
  std::vector<std::string> locks;
  std::vector<std::string> properties;
  std::vector<std::string> scenarios; // parts of their names
  int threads = 0;                    // 0: any number
  bool full = false;                  // also the full tier

  bool whole_cells() const { return scenarios.empty() && threads == 0; }
  bool takes_scenario(std::string_view name) const;
};

struct selection {
  filter by;
  std::vector<const lock_info*> locks; // rows
  std::vector<property> columns;
  std::vector<job> jobs; // in the order of the registry

  bool has_column(property) const;
};

// The same locks, with these programs in letters for their only checks. Throws usage_error if one
// is none, or no lock offers its letters.
registry with_mixes(const registry&, const std::vector<std::string>& mixes);

// Throws usage_error if a name is unknown or nothing is selected.
selection select(const registry&, const filter&);

// Does this lock offer the property: is there a check, selected or not, that decides it?
bool offers(const lock_info&, property);

// "no lock is called 'phase_fare': did you mean phase_fair? ..."
std::string unknown_name(std::string_view kind, std::string_view text,
                         const std::vector<std::string>& known);

} // namespace rwl::verify
