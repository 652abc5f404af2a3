#include "comments.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>

#include <fmt/format.h>

namespace rwl::verify::mutate {

namespace {

namespace fs = std::filesystem;

// The line of an operation, and the block of comment lines next above it.
std::string comment_on(const operation_site& s, source_tree& sources) {
  const auto text = [&](std::uint32_t line) { return sources.line({s.file.c_str(), "", line}); };
  const auto is_comment = [&](std::uint32_t line) { return text(line).starts_with("//"); };
  std::uint32_t last = s.line - 1;
  while (last > 0 && !is_comment(last))
    --last;
  std::string words;
  for (std::uint32_t line = last; line > 0 && is_comment(line); --line)
    words.insert(0, text(line).substr(2));
  return words + text(s.line);
}

// Of a statement, from the line of its operation on.
constexpr std::uint32_t longest_statement = 3;

// No part of a lock, on the machine's own atomics: docs/mutants.md says why.
bool is_exempt(const std::string& path) {
  return path.find("/sync/") != std::string::npos || path.ends_with("/lock_order.hpp");
}

bool is_met(const std::vector<mutant>& mutants, const location& order, const source_tree& sources) {
  return std::ranges::any_of(mutants, [&](const mutant& m) {
    const operation_site& at = m.what.at;
    return m.what.what == defect::weaker_order && at.line <= order.line &&
           order.line - at.line < longest_statement &&
           sources.path({at.file.c_str(), "", at.line}) == sources.path(order);
  });
}

} // namespace

std::vector<std::string> orders_not_met(const std::vector<mutant>& mutants, source_tree& sources) {
  static const std::regex order("memory_order_(acquire|release|acq_rel|seq_cst)");
  std::vector<std::string> all;
  for (const fs::directory_entry& entry :
       fs::recursive_directory_iterator(sources.root() / "lib/rwl")) {
    if (!entry.is_regular_file() || is_exempt(entry.path().generic_string()))
      continue;
    std::ifstream file(entry.path());
    location at{entry.path().c_str(), "", 0};
    for (std::string line; std::getline(file, line);) {
      ++at.line;
      if (std::regex_search(line, order) && !is_met(mutants, at, sources))
        all.push_back(
            fmt::format("{}:{}: this order was met by no execution", sources.path(at), at.line));
    }
  }
  std::ranges::sort(all);
  return all;
}

std::vector<std::string> unnamed_killers(const std::vector<mutant>& mutants,
                                         const std::vector<verdict_on_mutant>& verdicts,
                                         source_tree& sources) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    const mutant& m = mutants[i];
    if (m.what.what != defect::weaker_order || !verdicts[i].killed)
      continue;
    const std::string killer = fmt::format("[{}]", verdicts[i].killed->by->scenario);
    if (comment_on(m.what.at, sources).find(killer) == std::string::npos)
      all.push_back(fmt::format("{}:{}: the comment does not name its killer {}", m.what.at.file,
                                m.what.at.line, killer));
  }
  return all;
}

} // namespace rwl::verify::mutate
