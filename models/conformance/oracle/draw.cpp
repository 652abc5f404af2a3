#include "draw.hpp"

#include <verify/report/thread_standing.hpp>
#include <verify/report/trace_text.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rwl::verify::conformance {

namespace {

struct named_failure {
  std::string_view kind, message;
};
constexpr named_failure failures[] = {
    {"deadlock", "no thread can move"},
    {"mutual-exclusion", "two are inside that exclude each other"},
};

struct moment {
  std::array<thread_standing, thread_limit> threads{};
  std::string lock;
  friend bool operator==(const moment&, const moment&) = default;
};

// Before, between and after the events.
std::vector<moment> moments_of(const run& r, const std::optional<table>& rules) {
  std::vector<moment> moments(r.events.size() + 1);
  for (std::size_t i = 0; i < r.events.size(); ++i) {
    const auto [depth, what, thread, state] = r.events[i];
    if (thread >= thread_limit)
      throw bad_input(fmt::format("a trace has {} threads at most", thread_limit));
    moments[i + 1] = moments[i];
    follow(moments[i + 1].threads[static_cast<std::size_t>(thread)], what);
  }
  if (rules) {
    std::vector<std::string> states = states_of(*rules, r.events);
    for (std::size_t i = 0; i < states.size(); ++i)
      moments[i].lock = std::move(states[i]);
  }
  return moments;
}

trace_step step_of(const run_line& event, const moment& after) {
  trace_step s;
  s.thread = event.thread;
  s.events = {fmt::format("T{} {}", event.thread, name(event.what))};
  s.state = after.lock;
  std::ranges::transform(after.threads, s.phases.begin(), phase_of);
  return s;
}

trace trace_of(const run& r, const std::vector<moment>& moments) {
  trace t;
  for (std::size_t i = 0; i < r.events.size(); ++i) {
    t.steps.push_back(step_of(r.events[i], moments[i + 1]));
    t.threads = std::max(t.threads, r.events[i].thread + 1);
  }
  return t;
}

// Fairness makes Spin go round more than once: one lap is enough.
std::size_t lap_of(const run& r, const std::vector<moment>& moments, std::size_t begin) {
  const std::size_t end = r.events.size();
  const auto repeats = [&](std::size_t lap) {
    for (std::size_t i = begin; i + lap < end; ++i)
      if (r.events[i].what != r.events[i + lap].what ||
          r.events[i].thread != r.events[i + lap].thread || moments[i] != moments[i + lap])
        return false;
    return true;
  };
  std::size_t lap = 1;
  while ((end - begin) % lap != 0 || !repeats(lap))
    ++lap;
  return lap;
}

std::string joined(const std::vector<std::string>& names, std::string_view one,
                   std::string_view many) {
  return fmt::format("{} {}", fmt::join(names, " and "), names.size() == 1 ? one : many);
}

// Who waits all through the cycle, and who does not.
std::string who_starves(const trace& t, std::size_t begin) {
  std::array<bool, thread_limit> moves{};
  for (std::size_t i = begin; i < t.steps.size(); ++i)
    moves[static_cast<std::size_t>(t.steps[i].thread)] = true;
  std::vector<std::string> victims, others;
  for (std::size_t thread = 0; thread < moves.size(); ++thread)
    if (moves[thread])
      others.push_back(fmt::format("T{}", thread));
    else if (t.steps.back().phases[thread] == phase::trying)
      victims.push_back(fmt::format("T{}", thread));
  if (victims.empty())
    throw bad_input("nobody waits for ever in the cycle of this run");
  return joined(victims, "waits", "wait") + " for ever while " +
         joined(others, "comes and goes", "come and go");
}

} // namespace

std::vector<std::string> failure_names() {
  std::vector<std::string> names;
  for (const named_failure& f : failures)
    names.emplace_back(f.kind);
  return names;
}

std::string draw(const run& r, const std::optional<table>& rules, const std::string& failure) {
  if (r.events.empty())
    throw bad_input("a run without events shows nothing");
  if (r.cycle.has_value() != failure.empty())
    throw bad_input("a run is drawn that has a cycle, or else ends in a --failure");
  const std::vector<moment> moments = moments_of(r, rules);
  trace t = trace_of(r, moments);
  std::size_t begin = t.steps.size();
  trace_title title{r.title, "", ""};
  if (r.cycle) {
    if (*r.cycle >= r.events.size())
      throw bad_input("nothing happens in the cycle of this run: a standstill, and no lasso");
    const auto found = where_cycle_begins(moments, *r.cycle);
    if (!found)
      throw bad_input("the cycle of this run does not come back to where it began");
    begin = *found;
    t.steps.resize(begin + lap_of(r, moments, begin));
    title.headline = who_starves(t, begin);
  } else {
    const auto* kind = std::ranges::find(failures, failure, &named_failure::kind);
    if (kind == std::end(failures))
      throw bad_input("there is no failure \"" + failure + "\"");
    t.failure_kind = kind->kind;
    t.failure_message = kind->message;
    title.headline = t.failure_message;
  }
  source_tree none(".");
  return trace_text(title, t, begin, {}, none);
}

} // namespace rwl::verify::conformance
