// What the checks say of a lock that is made for a test.
#pragma once

#include <verify/scenarios/plan.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <string>

namespace rwl::verify::test {

constexpr rules follows(strategy s) { return {.specified = true, .follows = s}; }

template <class Lock>
lock_info plan_for(rules held_to = {}) {
  return plan({"broken", "test", "", held_to, true, programs_of<Lock>()});
}

// What the named check says.
inline check_result run_check(const lock_info& lock, const std::string& scenario) {
  const auto c = std::find_if(lock.checks.begin(), lock.checks.end(),
                              [&](const check& k) { return k.scenario == scenario; });
  CPPUNIT_ASSERT_MESSAGE("no check " + scenario, c != lock.checks.end());
  return c->run({});
}

inline const finding& about(const check_result& r, property p) {
  const auto f = std::find_if(r.findings.begin(), r.findings.end(),
                              [p](const finding& g) { return g.about == p; });
  CPPUNIT_ASSERT_MESSAGE(std::string(info(p).name) + " is not decided", f != r.findings.end());
  return *f;
}

// Refuted, with a trace that can be shown.
inline void assert_refuted(const lock_info& lock, const std::string& scenario, property p) {
  const check_result r = run_check(lock, scenario);
  const finding& f = about(r, p);
  CPPUNIT_ASSERT_EQUAL(std::string(name(verdict::refuted)), std::string(name(f.says)));
  CPPUNIT_ASSERT_EQUAL(std::size_t{1}, f.examples.size());
  CPPUNIT_ASSERT(!f.examples[0].steps.steps.empty());
  CPPUNIT_ASSERT(!f.examples[0].headline.empty());
}

inline void assert_holds(const lock_info& lock, const std::string& scenario, property p) {
  const check_result r = run_check(lock, scenario);
  CPPUNIT_ASSERT_EQUAL_MESSAGE(scenario, std::string(name(verdict::holds_complete)),
                               std::string(name(about(r, p).says)));
  CPPUNIT_ASSERT_MESSAGE(scenario + " misses a witness", r.missing.empty());
}

} // namespace rwl::verify::test
