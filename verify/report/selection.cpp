#include "selection.hpp"

#include "names.hpp"
#include "near_match.hpp"
#include "replay_id.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rwl::verify {

namespace {

// In the order of the registry, whatever that of the options.
std::vector<const lock_info*> selected_locks(const registry& all, const filter& by) {
  std::vector<std::string> known;
  for (const lock_info& l : all)
    known.push_back(l.name);
  for (const std::string& wanted : by.locks)
    if (std::ranges::find(known, wanted) == known.end())
      throw usage_error(unknown_name("lock", wanted, known));
  std::vector<const lock_info*> chosen;
  for (const lock_info& l : all)
    if (by.locks.empty() || std::ranges::find(by.locks, l.name) != by.locks.end())
      chosen.push_back(&l);
  return chosen;
}

std::vector<property> selected_columns(const filter& by) {
  std::vector<std::string> known;
  for (const property_info& p : properties())
    known.emplace_back(p.name);
  std::vector<property> wanted;
  for (const std::string& text : by.properties) {
    const auto named = property_named(text);
    if (!named)
      throw usage_error(unknown_name("property", text, known));
    wanted.push_back(*named);
  }
  std::vector<property> chosen;
  for (const property_info& p : properties())
    if (wanted.empty() || std::ranges::find(wanted, p.id) != wanted.end())
      chosen.push_back(p.id);
  return chosen;
}

void require_known_scenarios(const registry& all, const filter& by) {
  std::vector<std::string> known;
  for (const lock_info& l : all)
    for (const check& c : l.checks)
      known.push_back(c.scenario);
  for (const std::string& part : by.scenarios) {
    filter one;
    one.scenarios = {part};
    if (std::ranges::none_of(known, [&](const auto& name) { return one.takes_scenario(name); }))
      throw usage_error(unknown_name("scenario", part, known));
  }
}

bool takes(const selection& s, const check& c) {
  return s.by.takes_scenario(c.scenario) && (s.by.threads == 0 || s.by.threads == c.threads) &&
         std::ranges::any_of(c.decides, [&](property p) { return s.has_column(p); });
}

} // namespace

registry with_mixes(const registry& all, const std::vector<std::string>& mixes) {
  registry own = all;
  for (lock_info& l : own)
    l.checks.clear();
  for (const std::string& scripts : mixes) {
    bool offered = false;
    for (lock_info& l : own)
      try {
        if (auto c = l.mix(scripts)) {
          l.checks.push_back(std::move(*c));
          offered = true;
        }
      } catch (const std::invalid_argument& e) {
        throw usage_error(fmt::format("--mix: {}.", e.what()));
      }
    if (!offered)
      throw usage_error(fmt::format("--mix: no lock offers all letters of '{}'.", scripts));
  }
  return own;
}

bool filter::takes_scenario(std::string_view name) const {
  return scenarios.empty() || std::ranges::any_of(scenarios, [&](const std::string& part) {
           return name.find(part) != name.npos || slug(name).find(part) != std::string::npos;
         });
}

bool selection::has_column(property p) const {
  return std::ranges::find(columns, p) != columns.end();
}

selection select(const registry& all, const filter& by) {
  selection s{by, selected_locks(all, by), selected_columns(by), {}};
  require_known_scenarios(all, by);
  bool more_in_full = false;
  for (const lock_info* l : s.locks)
    for (const check& c : l->checks)
      if (takes(s, c)) {
        if (by.full || c.size == tier::quick)
          s.jobs.push_back({l, &c});
        else
          more_in_full = true;
      }
  if (s.jobs.empty())
    throw usage_error(more_in_full ? "only checks of the full tier are selected: add --full"
                                   : "no check matches all of these filters: --list shows what "
                                     "each lock has");
  return s;
}

bool offers(const lock_info& l, property p) {
  return std::ranges::any_of(
      l.checks, [p](const check& c) { return std::ranges::find(c.decides, p) != c.decides.end(); });
}

std::string unknown_name(std::string_view kind, std::string_view text,
                         const std::vector<std::string>& known) {
  const std::vector<std::string> near = near_matches(text, known);
  const std::string guess =
      near.empty() ? "" : fmt::format(" Did you mean {}?", fmt::join(near, ", or "));
  return fmt::format("no {} is called '{}'.{} --list shows all.", kind, text, guess);
}

} // namespace rwl::verify
