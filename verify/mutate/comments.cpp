#include "comments.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace rwl::verify::mutate {

namespace {

constexpr std::uint32_t lines_before = 12; // of a statement, in which its comment is looked for

std::string text_before(const operation_site& s, source_tree& sources) {
  std::string text;
  const std::uint32_t first = s.line > lines_before ? s.line - lines_before : 1;
  for (std::uint32_t line = first; line <= s.line; ++line) {
    std::string words = sources.line({s.file.c_str(), "", line});
    if (words.starts_with("//"))
      words.erase(0, 2);
    text += words;
  }
  return text;
}

} // namespace

std::vector<std::string> unnamed_killers(const std::vector<mutant>& mutants,
                                         const std::vector<verdict_on_mutant>& verdicts,
                                         source_tree& sources) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    const mutant& m = mutants[i];
    if (m.what.what != defect::weaker_order || !verdicts[i].killed)
      continue;
    const std::string killer = fmt::format("[{}]", verdicts[i].killed->by->scenario);
    if (text_before(m.what.at, sources).find(killer) == std::string::npos)
      all.push_back(fmt::format("{}:{}: the comment does not name its killer {}", m.what.at.file,
                                m.what.at.line, killer));
  }
  return all;
}

} // namespace rwl::verify::mutate
