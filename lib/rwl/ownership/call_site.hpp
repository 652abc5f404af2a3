// Where in the program a lock was asked for.
#pragma once

namespace rwl {

// As std::source_location, which some of the supported compilers lack. As a default argument
// `call_site at = call_site::current()` it is the place of the call.
struct call_site {
  const char* file = "";
  const char* function = "";
  unsigned line = 0;

  static constexpr call_site current(const char* file = __builtin_FILE(),
                                     const char* function = __builtin_FUNCTION(),
                                     unsigned line = __builtin_LINE()) {
    return {file, function, line};
  }
};

} // namespace rwl
