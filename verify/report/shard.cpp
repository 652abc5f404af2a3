#include "shard.hpp"

#include "names.hpp"
#include "report_files.hpp"
#include "result_json.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rwl::verify {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::optional<unsigned> number(std::string_view text) {
  unsigned n = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, n);
  if (error != std::errc() || rest != end || n == 0 || n > most_shards)
    return std::nullopt;
  return n;
}

// Which shard runs each job whole: the most expensive first, each to who has least to do.
std::vector<unsigned> dealt_out(const std::vector<job>& jobs, unsigned shards) {
  std::vector<std::size_t> by_cost(jobs.size());
  std::iota(by_cost.begin(), by_cost.end(), std::size_t{0});
  std::ranges::stable_sort(by_cost, std::greater<>(),
                           [&](std::size_t i) { return jobs[i].what->cost; });
  std::vector<double> load(shards);
  std::vector<unsigned> to(jobs.size());
  for (std::size_t i : by_cost) {
    const auto least = std::ranges::min_element(load);
    *least += jobs[i].what->cost;
    to[i] = static_cast<unsigned>(least - load.begin()) + 1;
  }
  return to;
}

json entry_json(const shard_report::entry& e) {
  json j = e.found;
  j["lock"] = e.lock;
  j["scenario"] = e.scenario;
  j["tier"] = name(e.size);
  return j;
}

shard_report::entry entry_from(const json& j) {
  return {j.at("lock"), j.at("scenario"),
          j.at("tier") == name(tier::full) ? tier::full : tier::quick, j.get<job_result>()};
}

} // namespace

std::optional<shard> parse_shard(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto k = number(text.substr(0, slash));
  const auto n = number(text.substr(std::min(slash + 1, text.size())));
  if (!k || !n || *k > *n)
    return std::nullopt;
  return shard{*k, *n};
}

std::string to_string(const shard& s) { return fmt::format("{} of {}", s.number, s.of); }

bool has_parts(const check_options& o) { return o.search_given && has_parts(o.how); }

std::vector<job> jobs_of(const shard& s, const std::vector<job>& all, bool in_parts) {
  std::vector<job> whole;
  std::ranges::copy_if(all, std::back_inserter(whole),
                       [&](const job& j) { return !in_parts || !j.what->has_parts; });
  const std::vector<unsigned> to = dealt_out(whole, s.of);
  std::vector<job> mine;
  std::size_t next = 0;
  for (const job& j : all)
    if ((in_parts && j.what->has_parts) || to[next++] == s.number)
      mine.push_back(j);
  return mine;
}

shard_report report_of(const shard& which, const std::vector<job>& jobs, const run_result& run) {
  shard_report r{which, {}, {}, {}, run.interrupted, run.seconds};
  for (std::size_t i = 0; i < jobs.size(); ++i)
    r.checks.push_back(
        {jobs[i].what->lock, jobs[i].what->scenario, jobs[i].what->size, run.results[i]});
  return r;
}

std::string shard_text(const shard_report& r) {
  json checks = json::array();
  for (const shard_report::entry& e : r.checks)
    checks.push_back(entry_json(e));
  const json j = {{"shard", r.which.number},      {"of", r.which.of},
                  {"sources", r.sources},         {"arguments", r.arguments},
                  {"interrupted", r.interrupted}, {"seconds", r.seconds},
                  {"checks", std::move(checks)}};
  return j.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

std::string shard_summary(const shard_report& r, const fs::path& written_to) {
  std::uint64_t executions = 0;
  std::string crashes;
  for (const shard_report::entry& e : r.checks) {
    executions += e.found.result.stats.executions;
    if (e.found.how == ending::crashed)
      crashes += fmt::format("  {} / {}: {}\n", e.lock, e.scenario, e.found.why);
  }
  return fmt::format("shard {}: {} checks, {} executions, {:.1f} s{}\n{}{}: --merge puts it "
                     "together with the others\n",
                     to_string(r.which), r.checks.size(), executions, r.seconds,
                     r.interrupted ? ", INTERRUPTED" : "",
                     crashes.empty() ? "" : "Did not do their work\n" + crashes,
                     written_to.string());
}

shard_report parse_shard_report(const std::string& text) {
  const json j = json::parse(text);
  shard_report r;
  const auto which =
      parse_shard(fmt::format("{}/{}", j.at("shard").get<unsigned>(), j.at("of").get<unsigned>()));
  if (!which)
    throw std::invalid_argument("there is no such shard");
  r.which = *which;
  j.at("sources").get_to(r.sources);
  j.at("arguments").get_to(r.arguments);
  j.at("interrupted").get_to(r.interrupted);
  j.at("seconds").get_to(r.seconds);
  for (const json& e : j.at("checks"))
    r.checks.push_back(entry_from(e));
  return r;
}

fs::path shard_file(const fs::path& directory, const shard& s) {
  return directory / fmt::format("shard-{}-of-{}.json", s.number, s.of);
}

std::vector<shard_report> read_shards(const fs::path& directory) {
  std::error_code failed;
  std::vector<fs::path> files;
  for (const fs::directory_entry& e : fs::directory_iterator(directory, failed))
    if (const std::string file = e.path().filename().string();
        file.starts_with("shard-") && file.ends_with(".json"))
      files.push_back(e.path());
  if (failed)
    throw file_error(fmt::format("cannot read {}: {}", directory.string(), failed.message()));
  std::ranges::sort(files);
  std::vector<shard_report> all;
  for (const fs::path& file : files)
    try {
      all.push_back(parse_shard_report(read_file(file)));
    } catch (const file_error&) {
      throw;
    } catch (const std::exception& e) {
      throw file_error(fmt::format("{} is no report of a shard: {}", file.string(), e.what()));
    }
  return all;
}

} // namespace rwl::verify
