// Which check notices a mutant?
#pragma once

#include "../report/expected.hpp"
#include "../report/runner.hpp"
#include "mutants.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rwl::verify::mutate {

// How a mutant was noticed.
struct kill {
  const check* by;
  std::string what; // a property, "crash", or "witness: a writer waited"
  std::uint64_t executions = 0;
  double seconds = 0;

  std::string check_name() const { return by->lock + " / " + by->scenario; }
};

struct verdict_on_mutant {
  std::optional<kill> killed;
  std::size_t checks = 0; // that did not notice it
  std::uint64_t executions = 0;
  double seconds = 0;
  bool interrupted = false;
};

struct hunt_settings {
  runner_settings runner;
  const expected_matrix* expected; // what the checks say of the lock as it is
  // For each mutant the check to begin with: "phase_fair / mix R+W", or nothing.
  std::vector<std::string> first;
  std::size_t most_checks = ~std::size_t{0}; // of a mutant that nobody notices
};

// The first check that notices, among a mutant's suspects in their order. Deterministic.
std::vector<verdict_on_mutant> hunt(const std::vector<mutant>&, const hunt_settings&);

} // namespace rwl::verify::mutate
