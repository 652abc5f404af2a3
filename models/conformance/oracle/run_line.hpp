// A run, or a search: a line for each event.
#pragma once

#include "table.hpp"

#include <rwl/sync/event.hpp>

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rwl::verify::conformance {

struct run_line {
  std::optional<long> depth; // of a search: how deep it is
  event what;
  int thread;
  std::string state; // after the event, as models/promela/every_step tells it; empty in a run
};

// "event thread" or "depth event thread state".
run_line parse_run_line(const std::string& text);

// Other lines of a run: "# title", and the mark of where the steps begin that repeat for ever.
inline constexpr char title_mark = '#';
inline constexpr std::string_view cycle_mark = "cycle";

struct run {
  std::string title;
  std::vector<run_line> events;
  std::optional<std::size_t> cycle; // how many events come before the mark
};

run parse_run(std::istream&);

// How many events come before the cycle: it begins in the state that it ends in, and those are the
// states before, between and after the events. Spin marks that state or a later one, for its search
// for a cycle is over as soon as it meets the path that it set out from.
template <class States>
std::optional<std::size_t> where_cycle_begins(const States& states, std::size_t mark) {
  if (mark + 1 >= states.size())
    return {}; // nothing repeats
  for (std::size_t begin = mark + 1; begin-- > 0;)
    if (states[begin] == states.back())
      return begin;
  return {};
}

} // namespace rwl::verify::conformance
