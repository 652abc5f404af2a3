#include "campaign.hpp"

#include "word_check.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>

#include <fmt/format.h>

namespace rwl::conformance {

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string name_of(const std::string& lock, const effort& e, int index) {
  return fmt::format("{}, round {} of seed {}", lock, index + 1, e.seed);
}

// Few threads meet in the fast paths, many in the queue.
party party_of(const effort& e, int index) {
  static constexpr int sizes[] = {16, 4, 8, 2, 12, 3, 6};
  static_assert(std::ranges::max(sizes) <= verify::max_threads);
  return {sizes[static_cast<std::size_t>(index) % std::size(sizes)],
          e.seed * 1'000'003U + static_cast<unsigned>(index),
          {}};
}

std::string rejected(const std::vector<step>& steps, const table& by) {
  const auto at = first_forbidden(steps, by);
  return at ? fmt::format("event {} of {} is not allowed\n{}", *at + 1, steps.size(),
                          rejection_text(steps, by, *at))
            : "";
}

// What is wrong with the recording of a lock with a word, if anything.
std::string judged(const recording& r, const table& by) {
  const auto at = first_forbidden(r.events.steps, by);
  if (at && *at < r.events.steps.size())
    return rejected(r.events.steps, by);
  if (const std::string wrong = disagreement(r.events, by); !wrong.empty())
    return wrong + '\n';
  return at ? rejected(r.events.steps, by) : r.failure;
}

void report_stall(const std::string& round, const std::string& text) {
  fmt::print("\n{}: somebody waits for ever; {}", round, text);
  std::fflush(stdout);
}

} // namespace

account record_and_judge(const subject& s, const effort& e) {
  account a;
  a.rejected_after.resize(s.rejected_by.size());
  for (; a.events < e.events && a.failure.empty(); ++a.rounds) {
    const std::string round = name_of(s.name, e, a.rounds);
    party visitors = party_of(e, a.rounds);
    visitors.stalled = [&](const log& so_far) {
      report_stall(round, judged({so_far, {}}, s.follows));
    };
    auto start = std::chrono::steady_clock::now();
    const recording r = s.record(visitors);
    const std::vector<step>& steps = r.events.steps;
    a.recording += seconds_since(start);
    start = std::chrono::steady_clock::now();
    if (const std::string wrong = judged(r, s.follows); !wrong.empty())
      a.failure = fmt::format("{}: {}", round, wrong);
    follow(steps, s.follows, [&](const transition& t, const step& by) { a.seen.observe(t, by); });
    for (std::size_t i = 0; i < s.rejected_by.size(); ++i)
      if (!a.rejected_after[i])
        if (const auto at = first_forbidden(steps, s.rejected_by[i]))
          a.rejected_after[i] = a.events + *at;
    a.judging += seconds_since(start);
    a.events += steps.size();
  }
  return a;
}

std::optional<rejection> first_rejection(const suspect& s, const effort& e) {
  std::uint64_t events = 0;
  for (int index = 0; events < e.events; ++index) {
    party visitors = party_of(e, index);
    visitors.stalled = [&](const log& so_far) {
      report_stall(name_of(s.name, e, index), rejected(so_far.steps, s.claims));
    };
    const log all = s.record(visitors).events;
    if (const auto at = first_forbidden(all.steps, s.claims))
      return rejection{events + *at, rejection_text(all.steps, s.claims, *at)};
    events += all.steps.size();
  }
  return {};
}

} // namespace rwl::conformance
