#include "replay.hpp"

#include "replay_id.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace rwl::verify {

namespace {

const lock_info& lock_named(const std::string& name, const registry& all) {
  const auto l = std::ranges::find(all, name, &lock_info::name);
  if (l != all.end())
    return *l;
  std::vector<std::string> known;
  for (const lock_info& each : all)
    known.push_back(each.name);
  throw usage_error(unknown_name("lock", name, known));
}

const check& check_named(const std::string& scenario, const lock_info& l) {
  std::vector<std::string> known;
  for (const check& c : l.checks) {
    if (slug(c.scenario) == scenario)
      return c;
    known.push_back(slug(c.scenario));
  }
  throw usage_error(unknown_name(fmt::format("scenario of {}", l.name), scenario, known));
}

// A path of other sources may do anything: in a process of its own.
trace replayed_elsewhere(const lock_info& l, const check& original, const replay_id& id,
                         const runner_settings& how) {
  check once = original;
  once.run = [&](const check_options&) {
    counterexample again;
    again.steps = original.replay(id.path, id.variant);
    finding f{original.decides.front(), verdict::refuted, "", "", {std::move(again)}};
    check_result r;
    r.findings.push_back(std::move(f));
    return r;
  };
  runner_settings settings = how;
  settings.options.max_seconds = 60;
  settings.progress = nullptr;
  job_result found = std::move(run_jobs({{&l, &once}}, settings).results.front());
  if (found.how != ending::finished)
    throw usage_error(fmt::format("this path cannot be run again ({}): does the id belong to "
                                  "these sources?",
                                  found.why));
  return std::move(found.result.findings.front().examples.front().steps);
}

} // namespace

replayed run_again(const std::string& text, const registry& all, const runner_settings& how,
                   bool in_process) {
  const auto id = parse_replay_id(text);
  if (!id)
    throw usage_error(fmt::format("'{}' is no id of a counterexample: a report shows them, as "
                                  "LOCK:SCENARIO:PATH.",
                                  text));
  const lock_info& l = lock_named(id->lock, all);
  const check& original = check_named(id->scenario, l);

  trace steps = in_process ? original.replay(id->path, id->variant)
                           : replayed_elsewhere(l, original, *id, how);
  if (steps.steps.empty())
    throw usage_error("the program has no such path: does the id belong to these sources?");
  replayed r{fmt::format("{} / {}", l.name, original.scenario), std::move(steps), 0};
  std::vector<trace_step>& made = r.steps.steps;
  const bool cycle = id->cycle_begin < id->path.size();
  if (cycle) // a program that loops for ever goes on beyond the lap
    std::erase_if(made, [&](const trace_step& s) { return s.decision >= id->path.size(); });
  r.cycle_begin = cycle ? first_step_from(r.steps, id->cycle_begin) : made.size();
  return r;
}

} // namespace rwl::verify
