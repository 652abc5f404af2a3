// From the names that people and files use back to what they name.
#pragma once

#include "runner.hpp"

#include <optional>
#include <string_view>

namespace rwl::verify {

inline std::optional<property> property_named(std::string_view text) {
  for (const property_info& p : properties())
    if (text == p.name || text == p.abbreviation)
      return p.id;
  return std::nullopt;
}

inline std::optional<verdict> verdict_named(std::string_view text) {
  for (verdict v : {verdict::not_offered, verdict::holds_complete, verdict::holds_bounded,
                    verdict::refuted, verdict::unknown})
    if (text == name(v))
      return v;
  return std::nullopt;
}

inline std::string_view name(ending e) {
  constexpr std::string_view names[] = {"finished", "crashed", "out of time", "interrupted"};
  return names[static_cast<int>(e)];
}

inline std::optional<ending> ending_named(std::string_view text) {
  for (ending e : {ending::finished, ending::crashed, ending::out_of_time, ending::interrupted})
    if (text == name(e))
      return e;
  return std::nullopt;
}

inline std::string_view name(tier t) { return t == tier::quick ? "quick" : "full"; }

} // namespace rwl::verify
