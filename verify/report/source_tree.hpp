// The sources that traces point into.
#pragma once

#include "../engine/location.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace rwl::verify {

class source_tree {
public:
  // Relative paths of locations are relative to `root`.
  explicit source_tree(std::filesystem::path root) : root_(std::move(root)) {}

  // The tree that this executable was built in, else the current directory.
  static source_tree of_this_program();

  const std::filesystem::path& root() const { return root_; }

  // "lib/rwl/rwlock.hpp": relative to the root where it lies below it.
  std::string path(const location&) const;

  // The text of the line without its indentation; empty if there is no such file or line.
  std::string line(const location&);

private:
  std::filesystem::path root_;
  std::map<std::string, std::vector<std::string>> files_;
};

} // namespace rwl::verify
