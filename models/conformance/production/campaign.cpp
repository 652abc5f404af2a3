#include "campaign.hpp"

#include "word_check.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iterator>

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

namespace rwl::conformance {

namespace {

constexpr unsigned patience = 60; // seconds for a round, which takes a fraction of one

// A request that is never granted would keep its round from ending. Ends the program instead.
class watch {
public:
  explicit watch(std::string name) {
    text = fmt::format("\nconformance: {} has not ended after {} s: somebody waits for ever\n",
                       name, patience);
    ::signal(SIGALRM, [](int) {
      [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
      ::_exit(1);
    });
    ::alarm(patience);
  }
  watch(const watch&) = delete;
  watch& operator=(const watch&) = delete;
  ~watch() { ::alarm(0); }

private:
  static inline std::string text;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Few threads meet in the fast paths, many in the queue.
party round_of(const effort& e, int index) {
  static constexpr int sizes[] = {16, 4, 8, 2, 12, 3, 6};
  static_assert(std::ranges::max(sizes) <= verify::max_threads);
  return {sizes[static_cast<std::size_t>(index) % std::size(sizes)],
          e.seed * 1'000'003U + static_cast<unsigned>(index)};
}

std::string name_of(const std::string& lock, const effort& e, int index) {
  return fmt::format("{}, round {} of seed {} ({} threads)", lock, index + 1, e.seed,
                     round_of(e, index).threads);
}

template <class Subject>
recording recorded_round(const Subject& s, const effort& e, int index) {
  const watch over(name_of(s.name, e, index));
  return s.record(round_of(e, index));
}

std::string judged(const recording& r, const table& by, const std::string& round) {
  if (const auto at = first_forbidden(r.events.steps, by))
    return fmt::format("{}: event {} of {} is not allowed\n{}", round, *at + 1,
                       r.events.steps.size(), rejection_text(r.events.steps, by, *at));
  if (const std::string wrong = disagreement(r.events, by); !wrong.empty())
    return fmt::format("{}: {}\n", round, wrong);
  if (!r.failure.empty())
    return fmt::format("{}: {}\n", round, r.failure);
  return {};
}

} // namespace

account record_and_judge(const subject& s, const effort& e) {
  account a;
  a.rejected_after.resize(s.rejected_by.size());
  for (; a.events < e.events && a.failure.empty(); ++a.rounds) {
    auto start = std::chrono::steady_clock::now();
    const recording r = recorded_round(s, e, a.rounds);
    a.recording += seconds_since(start);
    start = std::chrono::steady_clock::now();
    a.failure = judged(r, s.follows, name_of(s.name, e, a.rounds));
    follow(r.events.steps, s.follows,
           [&](const transition& t, const step& by) { a.seen.observe(t, by); });
    for (std::size_t i = 0; i < s.rejected_by.size(); ++i)
      if (!a.rejected_after[i])
        if (const auto at = first_forbidden(r.events.steps, s.rejected_by[i]))
          a.rejected_after[i] = a.events + *at;
    a.judging += seconds_since(start);
    a.events += r.events.steps.size();
  }
  return a;
}

std::optional<rejection> first_rejection(const suspect& s, const effort& e) {
  std::uint64_t events = 0;
  for (int index = 0; events < e.events; ++index) {
    const recording r = recorded_round(s, e, index);
    const std::vector<step>& steps = r.events.steps;
    if (const auto at = first_forbidden(steps, s.claims))
      return rejection{events + *at, rejection_text(steps, s.claims, *at)};
    events += r.events.steps.size();
  }
  return {};
}

} // namespace rwl::conformance
