// Runs written as sequences of events: what a test of the specification is made of.
#pragma once

#include <verify/oracle/monitors.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <initializer_list>

namespace rwl::verify {

struct happening {
  event what;
  int thread;
};

// One run of the specification under one strategy, watched by all monitors.
class run {
public:
  using happenings = std::initializer_list<happening>;

  explicit run(strategy rules, int bypass_bound = specification::default_bypass_bound,
               rule broken = rule::none)
      : rules_(rules), state_(bypass_bound, broken) {}

  // The events happen, each of them allowed.
  run& then(happenings events) {
    for (const happening& h : events) {
      const specification before = state_;
      CPPUNIT_ASSERT_MESSAGE(describe(h), state_.step(rules_, h.what, h.thread));
      const transition step{rules_, before, h.what, h.thread, state_};
      bypass.observe(step);
      orders.observe(step);
      overlap.observe(step);
    }
    return *this;
  }
  run& then(event e, int thread) { return then({{e, thread}}); }

  // The event is not allowed here, and trying it changes nothing.
  run& never(event e, int thread) {
    specification attempt = state_;
    CPPUNIT_ASSERT_MESSAGE(describe({e, thread}), !attempt.step(rules_, e, thread));
    CPPUNIT_ASSERT(attempt == state_);
    return *this;
  }

  bool can(event e, int thread) const { return state_.can(rules_, e, thread); }
  int grantable() const { return state_.grantable(rules_); }
  const specification& state() const { return state_; }

  bypass_monitor bypass;
  order_monitor orders;
  overlap_witness overlap;

private:
  std::string describe(const happening& h) const {
    return std::string(name(rules_)) + ": " + std::string(name(h.what)) + " of " +
           std::to_string(h.thread) + " in " + state_.show();
  }

  strategy rules_;
  specification state_;
};

} // namespace rwl::verify
