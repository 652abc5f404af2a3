// A program in letters, and what is checked of it.
#pragma once

#include "check.hpp"
#include "letters.hpp"
#include "watched.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace rwl::verify {

struct script_set {
  std::array<std::string, thread_limit> scripts; // one for each thread: see letters.hpp
  int threads = 0;
  rules held_to;
  bool orders = false;           // follow the orders of entry
  std::uint8_t fatal_orders = 0; // fail when one of these is violated
  std::uint32_t ignored = 0;     // properties that are not checked

  static script_set of(const std::vector<std::string>& scripts) {
    script_set set;
    for (const std::string& s : scripts)
      set.scripts[static_cast<std::size_t>(set.threads++)] = s;
    return set;
  }

  bool checks(property p) const { return !(ignored >> static_cast<int>(p) & 1); }
  // The same program, for a question of its own.
  script_set unchecked() const {
    script_set set = *this;
    set.ignored = ~std::uint32_t{0};
    return set;
  }
  void ignore(property p) { ignored |= 1u << static_cast<int>(p); }

  // Calls f with each letter.
  template <class F>
  void for_each_letter(F f) const {
    for (const std::string& s : scripts)
      for (script_reader rest(s); !rest.done();)
        f(rest.next());
  }
  bool has(bool request_form::*trait) const {
    bool some = false;
    for_each_letter([&](const request_form& f) { some |= f.*trait; });
    return some;
  }

  std::string name() const { // "R+RW", longest first as given
    std::string text;
    for (int t = 0; t < threads; ++t)
      text += (t ? "+" : "") + scripts[static_cast<std::size_t>(t)];
    return text;
  }
};

} // namespace rwl::verify
