// The assessment as text: the matrix, what is red about it, and the counterexamples.
#pragma once

#include "assessment.hpp"
#include "trace_text.hpp"

#include <filesystem>
#include <string>

namespace rwl::verify {

struct text_style {
  bool colour = false;
  bool verbose = false;
  bool theorems = false; // names those behind the marks of the matrix; verbose does too
  std::string program = "build/verify";                    // for the commands that replay
  std::filesystem::path drawings = "build/models/promela"; // of what Spin has found
};

// Rows are locks, columns are properties; at most 100 columns of text wide.
std::string matrix_text(const assessment&, const text_style&);

// Everything below the matrix but the traces.
std::string summary_text(const assessment&, const text_style&);

// For each refuted cell its shortest trace: all that are not expected, and a few of the others
// (verbose: all), the shortest of each classic first.
std::string traces_text(const assessment&, const text_style&, source_tree&);

// One counterexample in full.
std::string refutation_text(const assessment&, const refutation&, const trace_style&,
                            const std::string& program, source_tree&);

// "12 passed, 0 failed": verdicts as expected; all that is red.
std::string count_text(const assessment&);

// What --list prints.
std::string list_text(const selection&);

// Words on lines of at most `width` columns, all but the first indented.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width = 100);

} // namespace rwl::verify
