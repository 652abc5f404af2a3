#include "source_tree.hpp"

#include <fstream>

namespace rwl::verify {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    lines.push_back(std::move(line));
  return lines;
}

} // namespace

source_tree source_tree::of_this_program() {
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  for (const fs::path& root : {program.parent_path().parent_path(), fs::path(".")})
    if (fs::exists(root / "lib/rwl", failed) && fs::exists(root / "verify", failed))
      return source_tree(root);
  return source_tree(".");
}

std::string source_tree::path(const location& at) const {
  const fs::path file = fs::path(at.file).lexically_normal();
  if (file.is_relative())
    return file.string();
  const fs::path below = file.lexically_relative(fs::absolute(root_).lexically_normal());
  return below.empty() || *below.begin() == ".." ? file.string() : below.string();
}

std::string source_tree::line(const location& at) {
  const auto [entry, fresh] = files_.try_emplace(at.file);
  if (fresh && *at.file)
    entry->second = lines_of(root_ / fs::path(at.file)); // an absolute one stays itself
  if (at.line == 0 || at.line > entry->second.size())
    return "";
  const std::string& text = entry->second[at.line - 1];
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string::npos ? "" : text.substr(begin);
}

} // namespace rwl::verify
