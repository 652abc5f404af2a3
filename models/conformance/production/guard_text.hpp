// Why an event is not allowed: the guard of the specification that does not hold, in words.
#pragma once

#include <verify/oracle/spec.hpp>

#include <string>

namespace rwl::conformance {

// Precondition: not state.can(rules, what, thread).
std::string failed_guard(const verify::specification& state, verify::strategy rules, event what,
                         int thread);

} // namespace rwl::conformance
