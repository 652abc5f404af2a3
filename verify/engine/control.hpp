// A search seen from outside: how to end it, and whether it still goes on.
#pragma once

#include "location.hpp"

#include <cstdint>

namespace rwl::verify {

// How far the explored program has come. Safe to look at from a signal handler.
struct pulse {
  std::uint64_t steps = 0; // visible operations in this process
  bool running = false;    // an execution is under way
  location last;           // the running thread's last visible operation
};

struct search_control {
  void (*stop)() = nullptr; // asks a running search to return soon; from a signal handler
  pulse (*feel)() = nullptr;
};

// Of this process's engine.
search_control control_of_engine();

} // namespace rwl::verify
