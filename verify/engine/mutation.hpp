// Mutations: one operation of the lock's source done wrong, at run time. The source stays as it is;
// its operations are known by where they stand in it.
#pragma once

#include "location.hpp"

#include <atomic>
#include <compare>
#include <cstdint>
#include <string>

namespace rwl::verify {

enum class defect : std::uint8_t {
  none,
  weaker_order,         // the order, of an exchange that of its success
  weaker_failure_order, // of an exchange
  dropped,              // a wake-up or a store that never happens
  fails_once_more, // an exchange fails although it found what it expected, once for each thread
  keeps_expecting, // an exchange that failed does not tell what it found
};

// An operation in the source, as it was seen to execute.
struct operation_site {
  std::string file;
  std::uint32_t line = 0;
  std::string function;
  std::string operation; // "load", "compare_exchange", "unpark", …
  std::memory_order order = std::memory_order_relaxed;
  std::memory_order failure_order = std::memory_order_relaxed; // of an exchange
  bool changes = true; // the value: a read-modify-write may leave it as it was

  auto operator<=>(const operation_site&) const = default;
};

struct mutation {
  defect what = defect::none;
  operation_site at;
  std::memory_order becomes = std::memory_order_relaxed; // weaker orders only
};

} // namespace rwl::verify
