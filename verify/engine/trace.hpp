// A recorded execution, step by step.
#pragma once

#include "program.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace rwl::verify {

struct trace_step {
  int thread = 0;
  std::size_t decision = 0;     // of the replayed path: which one made this step
  std::string operation;        // "load", "compare_exchange", "park", …; empty: of a model
  std::string object;           // "atomic#2", by kind and order of construction
  std::uint64_t value = 0;      // value read, or written by a store
  std::uint64_t argument = 0;   // operand of a read-modify-write, desired value of a CAS
  bool is_address = false;      // value and argument are numbers that stand for addresses
  bool succeeded = true;        // CAS, try_lock, timed park
  std::string order;            // memory order
  std::uint32_t stale = 0;      // how many newer stores the value read had (0: the newest)
  std::int32_t reads_from = -1; // index of the step that wrote the value; -1: initial value
  location at;
  std::string state;               // the lock's state after the step, decoded
  std::vector<std::string> events; // steps of the specification that it made: "R1 read_grant"
  std::array<phase, thread_limit> phases{}; // of all threads after the step
};

struct trace {
  int threads = 0;
  std::string failure_kind; // empty: the execution did not fail
  std::string failure_message;
  std::vector<trace_step> steps;
  std::vector<std::uint64_t> addresses; // value n of a step with is_address stands for the n-th
  std::vector<std::string> blocked;     // deadlock: what each unfinished thread waits for
};

} // namespace rwl::verify
