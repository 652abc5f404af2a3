#include "merge.hpp"

#include "report_files.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rwl::verify {

namespace {

std::string remedy(const shard& s, const std::vector<std::string>& arguments) {
  return fmt::format("make it with: build/verify {}{}--shard {}/{} --report DIR",
                     fmt::join(arguments, " "), arguments.empty() ? "" : " ", s.number, s.of);
}

[[noreturn]] void refuse(const std::vector<std::string>& faults) {
  throw merge_error(fmt::format("these shards are no whole run:\n  {}", fmt::join(faults, "\n  ")));
}

std::string asked(const std::vector<std::string>& arguments) {
  return arguments.empty() ? "everything" : fmt::format("{}", fmt::join(arguments, " "));
}

// A shard that is not of the same run as the first.
std::optional<std::string> foreign(const shard_report& r, const shard_report& first,
                                   const std::string& sources) {
  const std::string which = "shard " + to_string(r.which);
  if (r.sources != sources)
    return fmt::format("{} was made from other sources ({}) than this program ({})", which,
                       r.sources, sources);
  if (r.which.of != first.which.of)
    return fmt::format("{} is of another run than shard {}", which, to_string(first.which));
  if (r.arguments != first.arguments)
    return fmt::format("{} was asked for {}, but shard {} for {}", which, asked(r.arguments),
                       to_string(first.which), asked(first.arguments));
  return std::nullopt;
}

using check_name = std::tuple<std::string, std::string, tier>;

std::map<check_name, std::vector<const job_result*>>
results_by_check(const std::vector<shard_report>& all) {
  std::map<check_name, std::vector<const job_result*>> found;
  for (const shard_report& r : all)
    for (const shard_report::entry& e : r.checks)
      found[{e.lock, e.scenario, e.size}].push_back(&e.found);
  return found;
}

void join(finding& all, const finding& one) {
  const auto length = [](const finding& f) {
    return f.examples.empty() ? ~std::size_t{0} : f.examples.front().steps.steps.size();
  };
  const verdict worst = combine(all.says, one.says);
  if (worst != one.says)
    return;
  if (worst != all.says || (worst == verdict::refuted && length(one) < length(all)))
    all = one;
  else if (worst != verdict::refuted)
    all.evidence += " + " + one.evidence;
}

void join(check_result& all, const check_result& one) {
  for (const finding& f : one.findings) {
    const auto same = std::ranges::find(all.findings, f.about, &finding::about);
    if (same == all.findings.end())
      all.findings.push_back(f);
    else
      join(*same, f);
  }
  add(all.stats, one.stats);
  const auto unite = [](std::vector<std::string>& into, const std::vector<std::string>& from) {
    for (const std::string& text : from)
      if (std::ranges::find(into, text) == into.end())
        into.push_back(text);
  };
  unite(all.witnessed, one.witnessed);
  unite(all.missing, one.missing);
  std::erase_if(all.missing, [&](const std::string& text) {
    return std::ranges::find(all.witnessed, text) != all.witnessed.end();
  });
  all.interrupted |= one.interrupted;
}

} // namespace

void require_one_run(const std::vector<shard_report>& all, const std::string& sources) {
  if (all.empty())
    refuse({"there is none: make them with --shard K/N --report DIR"});
  const shard_report& first = all.front();
  std::vector<std::string> faults;
  std::vector<unsigned> seen(first.which.of + 1);
  for (const shard_report& r : all) {
    if (const auto fault = foreign(r, first, sources))
      faults.push_back(*fault);
    if (r.which.of == first.which.of && ++seen[r.which.number] == 2)
      faults.push_back(fmt::format("shard {} is there more than once", to_string(r.which)));
  }
  for (unsigned k = 1; k <= first.which.of; ++k)
    if (seen[k] == 0) {
      const shard lost{k, first.which.of};
      faults.push_back(
          fmt::format("shard {} is missing: {}", to_string(lost), remedy(lost, first.arguments)));
    }
  if (!faults.empty())
    refuse(faults);
}

job_result combined(const std::vector<const job_result*>& parts) {
  job_result all{ending::finished, "", {}, 0};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const job_result& one = *parts[i];
    all.seconds += one.seconds;
    if (all.how == ending::finished && one.how != ending::finished) {
      all.how = one.how;
      all.why = fmt::format("part {} of {}: {}", i + 1, parts.size(), one.why);
    }
    if (one.how == ending::finished)
      join(all.result, one.result);
  }
  return all;
}

run_result merged(const std::vector<shard_report>& all, const std::vector<job>& jobs,
                  bool in_parts) {
  auto found = results_by_check(all);
  std::vector<std::string> faults;
  run_result run;
  for (const job& j : jobs) {
    const check& c = *j.what;
    const bool divided = in_parts && c.has_parts;
    const auto parts = found.extract({c.lock, c.scenario, c.size});
    const std::size_t times = parts ? parts.mapped().size() : 0;
    if (times != (divided ? all.size() : 1))
      faults.push_back(fmt::format("{} / {} was run {} times", c.lock, c.scenario, times));
    else
      run.results.push_back(divided ? combined(parts.mapped()) : *parts.mapped().front());
  }
  for (const auto& [name, results] : found)
    faults.push_back(fmt::format("{} / {} was run, which this program does not have",
                                 std::get<0>(name), std::get<1>(name)));
  if (!faults.empty())
    refuse(faults);
  for (const shard_report& r : all) {
    run.interrupted |= r.interrupted;
    run.seconds += r.seconds;
    run.shards.push_back({r.which.number, r.seconds, {}});
  }
  std::ranges::sort(run.shards, {}, &shard_run::number);
  return run;
}

void note_places(run_result& run, const std::filesystem::path& file) {
  std::istringstream lines(read_file(file));
  unsigned number;
  std::string place;
  while (lines >> number && std::getline(lines >> std::ws, place)) {
    const auto s = std::ranges::find(run.shards, number, &shard_run::number);
    if (s != run.shards.end())
      s->places.push_back(place);
  }
}

} // namespace rwl::verify
