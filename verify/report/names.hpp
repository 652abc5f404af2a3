// From the names that people and files use back to what they name.
#pragma once

#include "../scenarios/check.hpp"

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

} // namespace rwl::verify
