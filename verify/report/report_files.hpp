// Files that are either whole or not there.
#pragma once

#include "assessment.hpp"
#include "text_report.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>

namespace rwl::verify {

// The message names the path.
struct file_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string read_file(const std::filesystem::path&);

// Written beside and renamed, so that a failure leaves the old file as it was.
void write_file(const std::filesystem::path&, const std::string& text);

// Makes sure, before hours of work, that a report can be written there.
void prepare_report(const std::filesystem::path& directory);

// matrix.txt, matrix.json, junit.xml and traces/*.txt. Traces of an earlier report are removed.
void write_report(const std::filesystem::path& directory, const assessment&, const text_style&,
                  source_tree&);

} // namespace rwl::verify
