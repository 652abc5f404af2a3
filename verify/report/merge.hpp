// Shards put together again: what one run of everything would have found.
#pragma once

#include "shard.hpp"

namespace rwl::verify {

// A report that cannot be trusted is none: the message says what is wrong with each shard, and what
// to do about it.
struct merge_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws merge_error unless these are all shards of one run, once each, made from these sources.
void require_one_run(const std::vector<shard_report>&, const std::string& sources);

// The results of the jobs. Throws merge_error if a check was not run, or not in all of its parts.
run_result merged(const std::vector<shard_report>&, const std::vector<job>&, bool in_parts);

// What the parts of a check have found together.
job_result combined(const std::vector<const job_result*>& parts);

// Notes where each shard was begun, in this order, from the file that tells: a line for each time,
// the number of the shard and the place.
inline constexpr const char* places_file = "places.tsv";
void note_places(run_result&, const std::filesystem::path& file);

} // namespace rwl::verify
