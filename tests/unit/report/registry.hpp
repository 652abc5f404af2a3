// Locks and results made up for the tests of the report.
#pragma once

#include <verify/report/assessment.hpp>

#include <string>
#include <utility>
#include <vector>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::verify::test {

inline check made_up_check(std::string lock, std::string scenario, std::vector<property> decides,
                           tier size = tier::quick, int threads = 3) {
  check c;
  c.lock = std::move(lock);
  c.scenario = std::move(scenario);
  c.size = size;
  c.threads = threads;
  c.decides = std::move(decides);
  return c;
}

// Two locks that decide mutual exclusion twice, and the starvation of writers once.
inline registry two_locks() {
  using enum property;
  registry all;
  for (const std::string name : {"phase_fair", "naive"})
    all.push_back({name,
                   "rwl",
                   "made up",
                   {made_up_check(name, "mix R+R+W", {mutual_exclusion, bounded_exit}),
                    made_up_check(name, "mix W+W", {mutual_exclusion}, tier::quick, 2),
                    made_up_check(name, "forever 1W+2R", {writer_starvation_freedom}),
                    made_up_check(name, "large", {mutual_exclusion}, tier::full, 5)}});
  return all;
}

inline trace_step made_up_step(int thread, std::string operation, std::string object,
                               std::uint64_t value, std::array<phase, thread_limit> phases) {
  trace_step s;
  s.thread = thread;
  s.operation = std::move(operation);
  s.object = std::move(object);
  s.value = value;
  s.at = {"no/such/file.hpp", "f", 7};
  s.phases = phases;
  return s;
}

// T1 tries for ever while T0 goes in and out.
inline counterexample made_up_starvation() {
  using enum phase;
  counterexample e;
  e.headline = "T1 waits for ever";
  e.steps.threads = 2;
  e.steps.steps = {
      made_up_step(1, "park", "token#3", 1, {remainder, trying}),
      made_up_step(0, "compare_exchange", "atomic#0", 0, {inside, trying}),
      made_up_step(0, "read", "var#1", 5, {inside, trying}),
      made_up_step(0, "store", "atomic#0", 0, {remainder, trying}),
  };
  for (std::size_t i = 0; i < e.steps.steps.size(); ++i)
    e.steps.steps[i].decision = i;
  trace_step& exchange = e.steps.steps[1];
  exchange.argument = 4;
  exchange.order = "acq_rel";
  exchange.events = {"T0 write_request", "T0 write_grant"};
  exchange.state = "W=1";
  e.cycle_begin = 1;
  parse("1000", e.path);
  return e;
}

// Every selected check says HOLDS complete of everything.
inline run_result all_hold(const selection& s) {
  run_result run;
  for (const job& j : s.jobs) {
    job_result r;
    r.how = ending::finished;
    for (property p : j.what->decides)
      r.result.findings.push_back({p, verdict::holds_complete, "", "", {}});
    run.results.push_back(std::move(r));
  }
  return run;
}

inline expected_matrix expect_all_to_hold(const registry& locks, bool full = false) {
  filter by;
  by.full = full;
  const selection s = select(locks, by);
  return updated({}, assess(s, all_hold(s), {}));
}

} // namespace rwl::verify::test
