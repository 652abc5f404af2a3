// A line of a run, or of a search.
#pragma once

#include "table.hpp"

#include <rwl/sync/event.hpp>

#include <optional>
#include <string>

namespace rwl::verify::conformance {

struct run_line {
  std::optional<long> depth; // of a search: how deep it is
  event what;
  int thread;
  std::string state; // after the event, as models/promela/every_step tells it; empty in a run
};

// "event thread" or "depth event thread state".
run_line parse_run_line(const std::string& text);

} // namespace rwl::verify::conformance
