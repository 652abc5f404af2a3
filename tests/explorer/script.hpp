// Small programs written as a list of functions, one for each thread, and what every exhaustive
// search must find out about them.
#pragma once

#include <verify/engine/explore.hpp>
#include <verify/engine/sync.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::verify::test {

using sync = explorer_sync;

inline constexpr std::memory_order relaxed = std::memory_order_relaxed;
inline constexpr std::memory_order acquire = std::memory_order_acquire;
inline constexpr std::memory_order release = std::memory_order_release;
inline constexpr std::memory_order acq_rel = std::memory_order_acq_rel;
inline constexpr std::memory_order seq_cst = std::memory_order_seq_cst;

// What a thread remembers of its run: a digit in each of its registers. Base of a script's state.
struct registers {
  int r[8] = {-1, -1, -1, -1, -1, -1, -1, -1};

  std::uint64_t encode() const {
    std::uint64_t word = 0;
    for (int value : r)
      word = word << 8 | static_cast<std::uint8_t>(value + 1);
    return word;
  }
  // "01-2": the registers in order, '-' where none was set before the last that was.
  static std::string decode(std::uint64_t word) {
    std::string text;
    for (int shift = 56; shift >= 0; shift -= 8) {
      const int value = static_cast<int>(word >> shift & 255) - 1;
      text += value < 0 ? '-' : static_cast<char>('0' + value);
    }
    return text.substr(0, text.find_last_not_of('-') + 1);
  }
};

template <class State>
struct script {
  using body = void (*)(State&);
  std::vector<body> threads;
  body finish = [](State&) {};
};

template <class State>
class scripted : public program {
public:
  explicit scripted(const script<State>& s) : script_(s) {}
  void thread(int index) override { script_.threads[static_cast<std::size_t>(index)](state_); }
  void finish() override { script_.finish(state_); }
  std::uint64_t final_state() const override { return state_.encode(); }

private:
  const script<State>& script_;
  State state_;
};

template <class State>
recipe recipe_of(const script<State>& s) {
  return recipe::of<scripted<State>>(static_cast<int>(s.threads.size()), s);
}

inline constexpr search exhaustive[] = {search::full, search::sleep, search::dpor, search::cached};

inline exploration explore_by(search how, const recipe& program, options o = {}) {
  o.how = how;
  o.final_states = true;
  return explore(program, o);
}

// The kind of the failure, or else all final states: "00 01 11".
inline std::string result_of(const exploration& x) {
  if (x.result == outcome::failed)
    return x.error.kind;
  CPPUNIT_ASSERT(x.result == outcome::complete);
  std::vector<std::string> words;
  for (std::uint64_t state : x.final_states)
    words.push_back(registers::decode(state));
  std::ranges::sort(words);
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : " ") + word;
  return text;
}

// All words of `width` binary digits but one: the outcomes of a litmus test that forbids just that.
inline std::string all_but(const std::string& forbidden, int width) {
  std::string text;
  for (int word = 0; word < 1 << width; ++word) {
    std::string digits;
    for (int i = width; i-- > 0;)
      digits += static_cast<char>('0' + (word >> i & 1));
    if (digits != forbidden)
      text += (text.empty() ? "" : " ") + digits;
  }
  return text;
}
inline std::string all(int width) { return all_but("", width); }

// Every exhaustive search comes to this result.
template <class State>
void expect(const std::string& program, const std::string& result, const script<State>& s,
            const options& o = {}) {
  for (search how : exhaustive)
    CPPUNIT_ASSERT_EQUAL_MESSAGE(program + ", " + std::string(name(how)), result,
                                 result_of(explore_by(how, recipe_of(s), o)));
}

} // namespace rwl::verify::test
