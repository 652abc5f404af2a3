// All exhibits explored: is each defect refuted, and does each repair hold?
#pragma once

#include "../report/runner.hpp"
#include "exhibit.hpp"

#include <string>
#include <vector>

namespace rwl::verify::museum {

struct impression {
  const exhibit* of;
  job_result broken, mended;
  std::vector<std::string> wrong; // what is not as it should be, in words

  const finding* refutation() const; // of the broken one; null if there is none
  std::size_t trace_steps() const;
};

struct tour {
  std::vector<impression> impressions; // in the order given
  bool interrupted = false;
  double seconds = 0;
};

tour visit(const std::vector<const exhibit*>&, const runner_settings&);

std::string table_text(const tour&);
std::string page_text(const tour&); // docs/museum.md: without seconds, so the same on every run

} // namespace rwl::verify::museum
