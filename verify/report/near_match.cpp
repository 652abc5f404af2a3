#include "near_match.hpp"

#include <algorithm>
#include <utility>

namespace rwl::verify {

std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before, above, row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    before = std::exchange(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const bool same = from[i - 1] == to[j - 1];
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + !same});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row.back();
}

std::vector<std::string> near_matches(std::string_view word,
                                      const std::vector<std::string>& candidates) {
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const std::string& candidate : candidates) {
    // A part of the name, or its beginning with a mistake, is a little further than a mistake.
    const bool part = word.size() > 1 && candidate.find(word) != std::string::npos;
    const std::size_t beginning = edit_distance(word, candidate.substr(0, word.size())) + 1;
    const std::size_t distance = part ? 1 : std::min(edit_distance(word, candidate), beginning);
    if (distance <= word.size() / 3 + 1 && distance < candidate.size())
      ranked.emplace_back(distance, candidate);
  }
  std::ranges::stable_sort(ranked, {}, [](const auto& entry) { return entry.first; });
  std::vector<std::string> nearest;
  for (const auto& [distance, candidate] : ranked)
    if (nearest.size() < 3 && std::ranges::find(nearest, candidate) == nearest.end())
      nearest.push_back(candidate);
  return nearest;
}

} // namespace rwl::verify
