#include "judge.hpp"

#include "guard_text.hpp"

#include <fmt/format.h>

namespace rwl::conformance {

namespace {

std::string line(const step& s, const std::string& before) {
  const std::string who =
      s.by == s.thread ? fmt::format("{}", s.thread) : fmt::format("{} by {}", s.thread, s.by);
  return fmt::format("  {:>8}  {:<8} {:<20} {}\n", s.change, who, name(s.what), before);
}

bool at_rest(const specification& state) {
  bool nobody = true;
  for (int t = 0; t < verify::max_threads; ++t)
    nobody &= state.idle(t);
  return nobody;
}

specification state_before(const std::vector<step>& steps, const table& by, std::size_t index) {
  specification state(by.bypass_bound, by.broken);
  for (std::size_t i = 0; i < index; ++i)
    state.step(by.rules, steps[i].what, steps[i].thread);
  return state;
}

} // namespace

std::string table::name() const {
  return rules == verify::strategy::throughput
             ? fmt::format("{}<{}>", verify::name(rules), bypass_bound)
             : std::string(verify::name(rules));
}

std::optional<std::size_t> first_forbidden(const std::vector<step>& steps, const table& by) {
  specification last(by.bypass_bound, by.broken);
  const std::size_t followed =
      follow(steps, by, [&](const transition& t, const step&) { last = t.after; });
  if (followed == steps.size() && at_rest(last))
    return {};
  return followed;
}

std::string rejection_text(const std::vector<step>& steps, const table& by, std::size_t forbidden) {
  constexpr std::size_t shown = 20;
  const std::size_t first = forbidden < shown ? 0 : forbidden - shown;
  std::string text =
      fmt::format("  {:>8}  {:<8} {:<20} {}\n", "change", "thread", "event", "the lock before it");
  follow(steps, by, [&, i = std::size_t{0}](const transition& t, const step& s) mutable {
    if (i++ >= first)
      text += line(s, t.before.show());
  });
  const specification state = state_before(steps, by, forbidden);
  if (forbidden == steps.size())
    return text + "  the end, but not of all that was begun: " + state.show() + '\n';
  const step& s = steps[forbidden];
  const bool allowed = state.can(by.rules, s.what, s.thread);
  return text + line(s, state.show()) + "  not allowed by " + by.name() + ": " +
         (allowed ? "no change of the lock belongs to it"
                  : failed_guard(state, by.rules, s.what, s.thread)) +
         '\n';
}

} // namespace rwl::conformance
