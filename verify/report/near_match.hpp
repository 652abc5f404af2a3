// For error messages: which known names are like a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rwl::verify {

// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
std::size_t edit_distance(std::string_view, std::string_view);

// At most three candidates that a typing mistake or an omission could have turned into `word`, the
// nearest first.
std::vector<std::string> near_matches(std::string_view word, const std::vector<std::string>&);

} // namespace rwl::verify
