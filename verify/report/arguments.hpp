// The command line of a tool.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>

namespace rwl::verify {

// None: go on. Else the exit status, after telling the user what was asked for (0) or is wrong (2).
inline std::optional<int> parse_or_status(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
}

} // namespace rwl::verify
