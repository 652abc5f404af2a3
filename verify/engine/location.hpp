// Where in the source an operation stands. std::source_location is missing in clang 14.
#pragma once

#include <cstdint>

namespace rwl::verify {

struct location {
  const char* file = "";
  const char* function = "";
  std::uint32_t line = 0;

  static constexpr location current(const char* file = __builtin_FILE(),
                                    const char* function = __builtin_FUNCTION(),
                                    std::uint32_t line = __builtin_LINE()) {
    return {file, function, line};
  }
};

} // namespace rwl::verify
