#include "expected.hpp"

#include "names.hpp"

#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace rwl::verify {

using nlohmann::json;

namespace {

property property_or_throw(const std::string& text) {
  if (const auto p = property_named(text))
    return *p;
  throw std::invalid_argument("there is no property '" + text + "'");
}

verdict verdict_or_throw(const std::string& text) {
  if (const auto v = verdict_named(text))
    return *v;
  throw std::invalid_argument("there is no verdict '" + text + "'");
}

verdicts check_from(const json& line) {
  verdicts found;
  for (const auto& [says, about] : line.items()) {
    std::istringstream words(about.get<std::string>());
    for (std::string word; words >> word;)
      found[property_or_throw(word)] = verdict_or_throw(says);
  }
  return found;
}

expected_lock lock_from(const json& j) {
  expected_lock l;
  for (const auto& [about, says] : j.at("verdicts").items())
    l.cells[property_or_throw(about)] = verdict_or_throw(says.get<std::string>());
  for (const auto& [scenario, line] : j.at("checks").items())
    l.checks[scenario] = check_from(line);
  if (j.contains("full"))
    for (const auto& [scenario, line] : j.at("full").items())
      l.full[scenario] = check_from(line);
  return l;
}

std::string in_quotes(std::string_view text) { return json(text).dump(); }

std::string check_line(const verdicts& found) {
  std::map<verdict, std::vector<std::string_view>> by_verdict;
  for (const auto& [about, says] : found)
    by_verdict[says].push_back(info(about).abbreviation);
  std::vector<std::string> parts;
  for (const auto& [says, about] : by_verdict)
    parts.push_back(fmt::format("{}: \"{}\"", in_quotes(name(says)), fmt::join(about, " ")));
  return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

std::string object(std::string_view key, const std::vector<std::string>& lines) {
  return fmt::format("    \"{}\": {{\n      {}\n    }}", key, fmt::join(lines, ",\n      "));
}

std::string checks_object(std::string_view key, const std::map<std::string, verdicts>& checks,
                          const lock_info& l) {
  std::vector<std::string> lines;
  for (const check& c : l.checks)
    if (const auto at = checks.find(c.scenario); at != checks.end())
      lines.push_back(fmt::format("{}: {}", in_quotes(c.scenario), check_line(at->second)));
  return object(key, lines);
}

std::string lock_object(const expected_lock& e, const lock_info& l) {
  std::vector<std::string> cells;
  for (const auto& [about, says] : e.cells)
    cells.push_back(fmt::format("{}: {}", in_quotes(info(about).name), in_quotes(name(says))));
  std::vector<std::string> members = {object("verdicts", cells),
                                      checks_object("checks", e.checks, l)};
  if (!e.full.empty())
    members.push_back(checks_object("full", e.full, l));
  return fmt::format("  {}: {{\n{}\n  }}", in_quotes(l.name), fmt::join(members, ",\n"));
}

} // namespace

expected_matrix parse_expected(const std::string& text) {
  expected_matrix all;
  std::string where = "the file";
  try {
    const json document = json::parse(text);
    for (const auto& [name, j] : document.items()) {
      where = "lock '" + name + "'";
      all[name] = lock_from(j);
    }
  } catch (const std::exception& e) {
    throw std::invalid_argument(where + ": " + e.what());
  }
  return all;
}

std::string expected_text(const expected_matrix& all, const std::vector<lock_info>& locks) {
  std::vector<std::string> objects;
  for (const lock_info& l : locks)
    if (const auto at = all.find(l.name); at != all.end())
      objects.push_back(lock_object(at->second, l));
  return fmt::format("{{\n{}\n}}\n", fmt::join(objects, ",\n"));
}

} // namespace rwl::verify
