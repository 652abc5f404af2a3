// A run can be split into shards, which are made anywhere and merged into one report.
//
// A shard runs whole checks, about as much work as every other. Where a search that has parts was
// asked for, it runs its part of every check that can be split, and whole checks of the others.
#pragma once

#include "runner.hpp"

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rwl::verify {

struct shard {
  unsigned number = 1; // from 1
  unsigned of = 1;

  bool operator==(const shard&) const = default;
};

inline constexpr unsigned most_shards = 9999;

std::optional<shard> parse_shard(std::string_view); // "3/16"
std::string to_string(const shard&);                // "3 of 16"

bool has_parts(const check_options&);

// The jobs of the shard, in their order. Deterministic; without parts each job is in one shard.
std::vector<job> jobs_of(const shard&, const std::vector<job>&, bool in_parts);

// What a shard leaves behind.
struct shard_report {
  struct entry {
    std::string lock, scenario;
    tier size = tier::quick;
    job_result found;
  };

  shard which;
  std::string sources;                // those that it was built from, as a hash
  std::vector<std::string> arguments; // the selection and the search
  std::vector<entry> checks;
  bool interrupted = false;
  double seconds = 0;
};

shard_report report_of(const shard&, const std::vector<job>&, const run_result&);

std::string shard_text(const shard_report&);
// For people.
std::string shard_summary(const shard_report&, const std::filesystem::path& written_to);
shard_report parse_shard_report(const std::string&); // throws std::exception if it is none

std::filesystem::path shard_file(const std::filesystem::path& directory, const shard&);

// The shards in a directory, by name of their files. Throws file_error if one cannot be read.
std::vector<shard_report> read_shards(const std::filesystem::path& directory);

} // namespace rwl::verify
