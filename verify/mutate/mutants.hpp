// What can be done wrong at the operations of the locks' source, and where checks would notice.
#pragma once

#include "../report/runner.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace rwl::verify::mutate {

// The operations that some checks execute, and by which checks.
struct survey {
  std::map<operation_site, std::vector<const check*>> sites;
};

// Runs a few random executions of each check. Deterministic. Throws std::runtime_error if a check
// crashes, or when it is interrupted.
survey survey_of(const std::vector<const check*>&, runner_settings);

struct mutant {
  // What it is called, whatever line it stands in: file, function, operation, which of those in the
  // function if there are several, and the mutation.
  std::string site;     // "core/leaving.hpp leave_shared fetch_sub"
  std::string mutation; // "release -> relaxed", "dropped", …
  rwl::verify::mutation what;
  std::vector<const check*> suspects; // checks that execute the operation, cheap ones first

  std::string name() const { return site + ": " + mutation; }
};

// Every order stronger than relaxed weakened by each single step and to relaxed; every wake-up and
// store dropped, and every heavy fence; every exchange failing once more, and keeping its
// expectation.
std::vector<mutant> mutants_of(const survey&);

} // namespace rwl::verify::mutate
