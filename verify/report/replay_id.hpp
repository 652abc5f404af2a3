// The name of a counterexample, which is all that it takes to run it again:
//
//   phase_fair:forever-1W+2R:0C1E0a.2B1
//   lock       scenario      path, and after the point the cycle of a starvation
//
// and after another colon the variant of the program, in hexadecimal, if it is one.
//
// A path is written as to_string(decisions) does, with runs shortened: an upper-case suffix counts
// how often the character before it is repeated (A: once more, ..., Z: 26 times more, AA: 27 times
// more, as spreadsheet columns count). No character needs quoting in a shell.
#pragma once

#include "../scenarios/check.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rwl::verify {

std::string compress_runs(std::string_view path);
std::optional<std::string> expand_runs(std::string_view); // nothing: malformed

// The name of a scenario as it stands in an id: one word that a shell takes as it is.
std::string slug(std::string_view name);

struct replay_id {
  std::string lock;
  std::string scenario; // as a slug
  decisions path;
  std::size_t cycle_begin = 0; // first decision of the cycle; path.size(): there is none
  std::uint64_t variant = 0;
};

replay_id id_of(const check&, const counterexample&);
std::string to_string(const replay_id&);
std::optional<replay_id> parse_replay_id(std::string_view); // nothing: malformed

// Index of the first step that was made by this decision or a later one.
std::size_t first_step_from(const trace&, std::size_t decision);

} // namespace rwl::verify
