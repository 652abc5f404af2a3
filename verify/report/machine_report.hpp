// The assessment for programs.
#pragma once

#include "assessment.hpp"
#include "source_tree.hpp"

#include <string>

namespace rwl::verify {

// Everything: cells, checks with their findings, counterexamples with their traces, differences.
std::string json_report(const assessment&);

// A trace as json_report has it.
std::string json_trace(const trace&, std::size_t cycle_begin);

// A test suite for each lock, a test case for what each check says about each property.
std::string junit_report(const assessment&, source_tree&);

} // namespace rwl::verify
