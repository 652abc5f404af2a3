#include "trace_text.hpp"

#include <fmt/format.h>

namespace rwl::verify {

namespace {

// Addresses and sets of bits are easier to tell apart in hexadecimal.
std::string number(std::uint64_t value) {
  return value < 100'000 ? fmt::format("{}", value) : fmt::format("{:#x}", value);
}

// Which value was read, who wrote it, and how many newer ones there were.
std::string value_read(const trace_step& s) {
  std::string text = number(s.value);
  if (s.reads_from >= 0)
    text += fmt::format(" @{}", s.reads_from + 1);
  if (s.stale > 0)
    text += fmt::format(" ({} newer)", s.stale);
  return text;
}

} // namespace

std::string step_text(const trace_step& s) {
  const std::size_t serial = s.object.find('#');
  const std::string object = serial == std::string::npos ? "" : ' ' + s.object.substr(serial);
  const std::string& op = s.operation;
  if (op == "load" || op == "await")
    return op + object + " = " + value_read(s);
  if (op == "read")
    return op + object + " = " + number(s.value) + (s.succeeded ? "" : " RACE");
  if (op == "store")
    return op + object + " := " + number(s.value);
  if (op == "write")
    return op + object + " := " + number(s.value) + (s.succeeded ? "" : " RACE");
  if (op == "compare_exchange" && s.succeeded)
    return "CAS" + object + ' ' + value_read(s) + " := " + number(s.argument);
  if (op == "compare_exchange")
    return "CAS" + object + " failed = " + value_read(s);
  if (op == "exchange")
    return op + object + ' ' + value_read(s) + " := " + number(s.argument);
  if (op.starts_with("fetch_"))
    return op + object + ' ' + number(s.argument) + " = " + value_read(s);
  if (op == "park_until" && !s.succeeded)
    return op + object + " timed out";
  return op + object + (s.succeeded ? "" : " failed");
}

} // namespace rwl::verify
