// The command line of the crowd.
#pragma once

#include <algorithm>
#include <charconv>
#include <iostream>
#include <iterator>
#include <optional>
#include <string_view>
#include <system_error>

namespace rwl::stress {

struct crowd_options {
  unsigned threads = 250;
  unsigned visits = 64; // of each thread
  unsigned seconds = 0; // if not 0, goes on for so long, whatever the visits
  unsigned seed = 1;
};

inline constexpr std::string_view crowd_help = R"(Usage: crowd [OPTION]...
Many threads do everything that can be done with locks, which come and go meanwhile.

  --threads N  so many threads (250)
  --visits N   each of them visits so many locks (64)
  --seconds S  goes on for so long instead
  --seed N     the same seed makes each thread do the same operations (1)
  --help       shows this

Exit status: 0 if every check has passed, 1 if one has failed, 2 if it could not run; aborts if no
operation has been completed for a minute.
)";

// Nothing if the text is not a number from the least to the most.
inline std::optional<unsigned> number(std::string_view text, unsigned least, unsigned most) {
  unsigned n = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), n);
  if (error != std::errc() || end != text.end() || n < least || n > most)
    return {};
  return n;
}

// Nothing if there is an error, which it has reported.
inline std::optional<crowd_options> parse(int argc, char** argv) {
  struct option {
    std::string_view name;
    unsigned crowd_options::*value;
    unsigned least, most;
  };
  static constexpr option table[] = {{"--threads", &crowd_options::threads, 1, 4000},
                                     {"--visits", &crowd_options::visits, 1, 1'000'000},
                                     {"--seconds", &crowd_options::seconds, 1, 1'000'000},
                                     {"--seed", &crowd_options::seed, 0, 4'294'967'295}};
  crowd_options chosen;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    const auto* o = std::ranges::find(table, name, &option::name);
    if (o == std::end(table)) {
      std::cerr << "crowd: there is no option '" << name << "'; --help lists them\n";
      return {};
    }
    const std::string_view text = i + 1 < argc ? argv[i + 1] : "";
    const std::optional<unsigned> value = number(text, o->least, o->most);
    if (!value) {
      std::cerr << "crowd: " << name << " needs a number from " << o->least << " to " << o->most
                << (text.empty() ? "" : ", not '") << text << (text.empty() ? "\n" : "'\n");
      return {};
    }
    chosen.*o->value = *value;
  }
  return chosen;
}

} // namespace rwl::stress
