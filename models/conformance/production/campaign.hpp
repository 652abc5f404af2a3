// Rounds of one lock, recorded and judged one after the other.
#pragma once

#include "subjects.hpp"

#include <cstdint>
#include <optional>

namespace rwl::conformance {

struct effort {
  std::uint64_t events = 0; // to be recorded
  unsigned seed = 1;
};

// What the rounds of a lock have come to.
struct account {
  std::uint64_t events = 0;
  int rounds = 0;
  double recording = 0, judging = 0; // seconds
  witnesses seen;
  std::string failure; // the round that went wrong, in words; empty: none
  // For each table that must reject it, after how many events that did.
  std::vector<std::optional<std::uint64_t>> rejected_after;
};

account record_and_judge(const subject&, const effort&);

// After how many events, and the text.
struct rejection {
  std::uint64_t after;
  std::string text;
};
std::optional<rejection> first_rejection(const suspect&, const effort&);

} // namespace rwl::conformance
