// The accounts of all locks as text.
#pragma once

#include "campaign.hpp"

#include <string>
#include <vector>

namespace rwl::conformance {

struct result {
  std::string text;
  int passed = 0, failed = 0;
};

// One account for each subject.
result account_text(const std::vector<subject>&, const std::vector<account>&);

result defect_text(const suspect&, const std::optional<rejection>&);

} // namespace rwl::conformance
