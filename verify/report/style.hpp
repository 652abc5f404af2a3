// Colours of a terminal.
#pragma once

#include <string>
#include <string_view>

namespace rwl::verify {

enum class colour { plain, bold, grey, red, green, yellow };

struct palette {
  bool enabled = false;

  std::string operator()(colour c, std::string_view text) const {
    constexpr std::string_view codes[] = {"",         "\033[1m",  "\033[90m",
                                          "\033[31m", "\033[32m", "\033[33m"};
    if (!enabled || c == colour::plain)
      return std::string(text);
    return std::string(codes[static_cast<int>(c)]).append(text).append("\033[0m");
  }
};

} // namespace rwl::verify
