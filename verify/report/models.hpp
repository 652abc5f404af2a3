// What the models know of the strategies (models/matrix/verdicts.tsv): the columns of the matrix of
// which a theorem speaks, and what Spin says of the same. `make models` holds the file to the
// theorems and searches that it names.
#pragma once

#include "../scenarios/check.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rwl::verify {

struct theorem {
  std::string module; // "Safety"
  std::string name;   // "mutual_exclusion"

  std::string file() const { return "models/coq/" + module + ".v"; }
};

struct spin_search {
  std::string model, processes, formula; // "phase_fair", "5R+4W", "mutual_exclusion"

  // The file in which models/promela/check draws a counterexample.
  std::string drawing() const { return model + '.' + processes + '.' + formula + ".txt"; }
};

struct model_verdict {
  std::string strategy;
  property about;
  bool holds; // for any number of threads; if not, there is a run that refutes it
  std::vector<theorem> theorems; // that say so together
  std::optional<spin_search> spin;

  std::string_view verdict_name() const { return holds ? "HOLDS" : "REFUTED"; }
};
using model_verdicts = std::vector<model_verdict>;

// Throws std::invalid_argument, naming the line and what is wrong with it.
model_verdicts parse_model_verdicts(const std::string& text);

// "phase_fair / mutual-exclusion: HOLDS by Safety.mutual_exclusion; Spin 5R+4W"
std::string to_string(const model_verdict&);

// "mutual_exclusion (models/coq/Safety.v)", all of them.
std::string names_of(const std::vector<theorem>&);

} // namespace rwl::verify
