// The parts of an assessment: what each check says, what the cells of the matrix do, and what the
// models know of the same.
#pragma once

#include "assessment.hpp"

#include <string>

namespace rwl::verify {

struct agreement {
  standing stands;
  std::string remark; // not as expected: why
};

agreement compare(verdict expected, verdict got, bool sampled);

// Of an opinion that is not decided: ": why", if the check has said why.
std::string reason(const opinion&);

// Fills in the opinions, the crashes and the missing witnesses.
void hear_checks(assessment&, const assessment_settings&);

// Fills in the cells and the differences.
void compare_cells(assessment&, const assessment_settings&);

// Fills in what the models say of the cells' strategies, and the contradictions.
void compare_models(assessment&, const model_verdicts&, bool sampled);

// The verdict of the checks that count for the expected matrix.
verdict quick_verdict(const assessment&, const lock_info&, property);

} // namespace rwl::verify
