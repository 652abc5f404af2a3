#include "models.hpp"

#include "names.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rwl::verify {

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);)
    parts.push_back(std::move(part));
  return parts;
}

[[noreturn]] void refuse(std::string why) { throw std::invalid_argument(std::move(why)); }

theorem theorem_from(const std::string& text) {
  const std::vector<std::string> parts = split(text, '.');
  if (parts.size() != 2 || parts[0].empty())
    refuse(fmt::format("'{}' is no theorem: write Module.theorem", text));
  return {parts[0], parts[1]};
}

bool holds_from(const std::string& text) {
  if (text != "HOLDS" && text != "REFUTED")
    refuse(fmt::format("there is no verdict '{}': write HOLDS or REFUTED", text));
  return text == "HOLDS";
}

std::optional<spin_search> search_from(const std::string& text) {
  if (text == "-")
    return std::nullopt;
  const std::vector<std::string> parts = split(text, ' ');
  if (parts.size() != 3)
    refuse(fmt::format("'{}' is no search: write the model, the processes and the property of a "
                       "line of models/promela/expected.tsv, or -",
                       text));
  return spin_search{parts[0], parts[1], parts[2]};
}

model_verdict verdict_from(const std::string& line) {
  const std::vector<std::string> columns = split(line, '\t');
  if (columns.size() != 5)
    refuse(fmt::format("{} columns instead of 5", columns.size()));
  model_verdict v;
  v.strategy = columns[0];
  const auto about = property_named(columns[1]);
  if (!about)
    refuse(fmt::format("there is no property '{}'", columns[1]));
  v.about = *about;
  v.holds = holds_from(columns[2]);
  for (const std::string& name : split(columns[3], ' '))
    v.theorems.push_back(theorem_from(name));
  if (v.theorems.empty())
    refuse("no theorem");
  v.spin = search_from(columns[4]);
  return v;
}

} // namespace

model_verdicts parse_model_verdicts(const std::string& text) {
  model_verdicts all;
  std::istringstream lines(text);
  int number = 1;
  for (std::string line; std::getline(lines, line); ++number) {
    if (line.empty() || line.starts_with('#'))
      continue;
    try {
      model_verdict v = verdict_from(line);
      if (std::ranges::any_of(all, [&](const model_verdict& o) {
            return o.strategy == v.strategy && o.about == v.about;
          }))
        refuse(fmt::format("a second line about {} / {}", v.strategy, info(v.about).name));
      all.push_back(std::move(v));
    } catch (const std::invalid_argument& e) {
      throw std::invalid_argument(fmt::format("line {}: {}", number, e.what()));
    }
  }
  return all;
}

std::string names_of(const std::vector<theorem>& theorems) {
  std::vector<std::string> names;
  for (const theorem& t : theorems)
    names.push_back(fmt::format("{} ({})", t.name, t.file()));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string to_string(const model_verdict& v) {
  std::vector<std::string> names;
  for (const theorem& t : v.theorems)
    names.push_back(t.module + '.' + t.name);
  return fmt::format("{} / {}: {} by {}{}", v.strategy, info(v.about).name, v.verdict_name(),
                     fmt::join(names, ", "), v.spin ? "; Spin " + v.spin->processes : "");
}

} // namespace rwl::verify
