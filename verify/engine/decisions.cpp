#include "explore.hpp"

namespace rwl::verify {

std::string_view name(search s) {
  constexpr std::string_view names[] = {"full",        "sleep",       "dpor",   "cached",
                                        "graph",       "bounded",     "random", "stock-full",
                                        "stock-bound", "stock-random"};
  return names[static_cast<int>(s)];
}

// A thread is written as its digit, an outcome as a letter: "00b1a".
std::string to_string(const decisions& path) {
  std::string text;
  for (const decision& d : path)
    text += static_cast<char>((d.is_thread ? '0' : 'a') + d.value);
  return text;
}

bool parse(std::string_view text, decisions& path) {
  path.clear();
  for (char c : text) {
    if (c >= '0' && c < '0' + thread_limit)
      path.push_back({true, static_cast<std::uint8_t>(c - '0'), 0});
    else if (c >= 'a' && c <= 'z')
      path.push_back({false, static_cast<std::uint8_t>(c - 'a'), 0});
    else
      return false;
  }
  return true;
}

} // namespace rwl::verify
