// What the checks found, set against what was expected: the matrix and all that is red about it.
#pragma once

#include "expected.hpp"
#include "models.hpp"
#include "selection.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rwl::verify {

enum class standing : std::uint8_t {
  as_expected,
  undecided, // no verdict, or a weaker one than this kind of search can give
  differs,
};

// What one check says about one property.
struct opinion {
  property about;
  verdict says = verdict::unknown;
  standing stands = standing::as_expected;
  std::string remark;            // not as expected: why
  const finding* from = nullptr; // none: the check came to no result
};

struct matrix_cell {
  bool offered = false;
  bool selected = false; // some check that decides it was selected
  bool crashed = false;
  verdict says = verdict::not_offered;
  standing stands = standing::as_expected;
  std::vector<std::size_t> decided_by;  // jobs whose verdict the cell has
  const model_verdict* model = nullptr; // on the strategy that the lock follows; none: no theorem

  // It holds here, and a theorem says so of the strategy for any number of threads.
  bool for_any_number() const;
};

struct remark {
  standing stands;
  std::string lock;
  std::string text; // "phase_fair / mutual-exclusion: expected ..., got ... by ..."
};

// A counterexample and where it belongs.
struct refutation {
  std::size_t job;
  const finding* from;
  const counterexample* example;
  bool expected;
};

struct assessment {
  selection selected;
  run_result run;
  std::vector<std::vector<opinion>> opinions;  // by job
  std::vector<std::vector<matrix_cell>> cells; // by selected lock and column
  std::vector<remark> differences;
  std::vector<remark> contradictions; // of a cell and a theorem
  std::vector<std::string> missing;   // witnesses
  std::set<const check*> vacuous;     // that miss some
  std::vector<std::string> crashed;

  const job& job_at(std::size_t i) const { return selected.jobs[i]; }
  std::vector<refutation> refutations() const;
  std::size_t count(standing) const; // differences
  std::size_t opinions_as_expected() const;
  int exit_code() const;
};

struct assessment_settings {
  const expected_matrix* expected = nullptr; // none: nothing to compare with
  bool sampled = false; // the search was not exhaustive: it cannot be held to complete verdicts
  const model_verdicts* models = nullptr; // none: nothing is known of any strategy
};

// The expected matrix with what was found in place of what was expected of the selected locks.
// Precondition: whole locks were selected, and every check came to a result.
expected_matrix updated(expected_matrix, const assessment&);

// What any reader-writer lock promises, whatever its strategy, must hold in every check; about the
// rest there is nothing to expect: as found.
expected_matrix as_promised(const assessment&);

assessment assess(selection, run_result, const assessment_settings&);

} // namespace rwl::verify
