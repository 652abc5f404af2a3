#include "record.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rwl::verify::mutate {

using nlohmann::json;

namespace {

entry entry_from(const json& j) {
  entry e;
  if (j.contains("survives")) {
    j.at("survives").get_to(e.reason);
    return e;
  }
  j.at("by").get_to(e.by);
  j.at("for").get_to(e.what);
  j.at("executions").get_to(e.executions);
  return e;
}

std::string quoted(const std::string& text) { return json(text).dump(); }

std::string entry_text(const entry& e) {
  if (!e.killed())
    return fmt::format("{{\"survives\": {}}}", quoted(e.reason));
  return fmt::format("{{\"by\": {}, \"for\": {}, \"executions\": {}}}", quoted(e.by),
                     quoted(e.what), e.executions);
}

entry found(const verdict_on_mutant& v) {
  return v.killed ? entry{v.killed->check_name(), v.killed->what, v.killed->executions, {}}
                  : entry{};
}

std::string difference(const entry* recorded, const mutant& m, const verdict_on_mutant& v) {
  if (v.interrupted)
    return fmt::format("{}: interrupted", m.name());
  const std::string where = fmt::format("{} (line {})", m.name(), m.what.at.line);
  if (!v.killed) {
    if (recorded && recorded->killed())
      return fmt::format("{}: survives, but was killed by {}", where, recorded->by);
    if (!recorded || recorded->reason.empty())
      return fmt::format("{}: survives. Weaken the order, add a scenario that notices, or state "
                         "the reason in verify/mutants.json (--update enters it)",
                         where);
    return {};
  }
  const std::string killer = fmt::format("{} ({})", v.killed->check_name(), v.killed->what);
  if (!recorded)
    return fmt::format("{}: not recorded; killed by {}: --update enters it", where, killer);
  if (!recorded->killed())
    return fmt::format("{}: recorded as a survivor, but killed by {}: --update", where, killer);
  if (recorded->by != v.killed->check_name() || recorded->what != v.killed->what ||
      recorded->executions != v.killed->executions)
    return fmt::format("{}: killed by {} in {} executions, recorded was {} ({}) in {}: --update",
                       where, killer, v.killed->executions, recorded->by, recorded->what,
                       recorded->executions);
  return {};
}

bool is_order(const std::string& mutation) { return mutation.find("->") != std::string::npos; }

} // namespace

const entry* find(const record& r, const mutant& m) {
  const auto site = r.find(m.site);
  if (site == r.end())
    return nullptr;
  const auto known = site->second.find(m.mutation);
  return known == site->second.end() ? nullptr : &known->second;
}

record parse_record(const std::string& text) {
  record all;
  std::string where = "the file";
  try {
    const json document = json::parse(text);
    for (const auto& [site, mutations] : document.items()) {
      where = site;
      for (const auto& [mutation, j] : mutations.items())
        all[site][mutation] = entry_from(j);
    }
  } catch (const std::exception& e) {
    throw std::invalid_argument(where + ": " + e.what());
  }
  return all;
}

std::string record_text(const record& all) {
  std::vector<std::string> sites;
  for (const auto& [site, mutations] : all) {
    std::vector<std::string> lines;
    for (const auto& [mutation, e] : mutations)
      lines.push_back(fmt::format("    {}: {}", quoted(mutation), entry_text(e)));
    sites.push_back(fmt::format("  {}: {{\n{}\n  }}", quoted(site), fmt::join(lines, ",\n")));
  }
  return fmt::format("{{\n{}\n}}\n", fmt::join(sites, ",\n"));
}

record updated(const record& old, const std::vector<mutant>& mutants,
               const std::vector<verdict_on_mutant>& verdicts) {
  record all;
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    entry e = found(verdicts[i]);
    if (const entry* recorded = find(old, mutants[i]); recorded && !e.killed())
      e.reason = recorded->reason;
    all[mutants[i].site][mutants[i].mutation] = std::move(e);
  }
  return all;
}

std::vector<std::string> differences(const record& recorded, const std::vector<mutant>& mutants,
                                     const std::vector<verdict_on_mutant>& verdicts, bool all) {
  std::vector<std::string> texts;
  record gone = recorded;
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    if (std::string text = difference(find(recorded, mutants[i]), mutants[i], verdicts[i]);
        !text.empty())
      texts.push_back(std::move(text));
    if (const auto site = gone.find(mutants[i].site); site != gone.end())
      site->second.erase(mutants[i].mutation);
  }
  if (all)
    for (const auto& [site, mutations] : gone)
      for (const auto& [mutation, e] : mutations)
        texts.push_back(
            fmt::format("{}: {}: recorded, but no check executes it: --update", site, mutation));
  return texts;
}

score score_of(const record& all) {
  score s;
  for (const auto& [site, mutations] : all)
    for (const auto& [mutation, e] : mutations) {
      ++s.mutants;
      s.killed += e.killed();
      s.orders += is_order(mutation);
      s.orders_killed += is_order(mutation) && e.killed();
    }
  return s;
}

} // namespace rwl::verify::mutate
