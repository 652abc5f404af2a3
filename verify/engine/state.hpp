// The engine's own state: what steps.hpp (operations) and scheduler.hpp (scheduling) share.
#pragma once

#include "explore.hpp"
#include "machine.hpp"
#include "relacy.hpp"

namespace rwl::verify {

// The next visible operation of a suspended thread.
struct pending {
  const cell* target = nullptr;
  op_kind kind = op_kind::none;
  // CAS: expected value; wake: the thread's bit; remote fence: whose; await: is it seq_cst?
  std::uint64_t argument = 0;
  predicate test = nullptr; // await
  const void* context = nullptr;
  std::uint64_t detail = 0; // source line and operands: part of the state key
};

// What the C++ runtime keeps for each OS thread (__cxa_eh_globals of the Itanium ABI).
struct exceptions_in_flight {
  void* caught = nullptr;
  unsigned uncaught = 0;

  static exceptions_in_flight& current() {
    return *reinterpret_cast<exceptions_in_flight*>(__cxxabiv1::__cxa_get_globals());
  }
};

struct thread_record {
  pending next;
  std::uint64_t history = 0; // hash of all observed since `base`
  std::uint64_t base = 0;    // set by the last checkpoint
  phase now = phase::remainder;
  std::uint32_t steps = 0; // visible steps in the current phase
  unsigned weak_failures_left = 0;
  unsigned wakeups_left = 0;
  bool mutant_has_failed = false;   // defect::fails_once_more
  location at;                      // of the last visible operation
  const cell* blocked_on = nullptr; // stock schedulers only
  exceptions_in_flight exceptions;  // swapped with the fibers, which share one OS thread
};

// Everything that depends on the number of threads, which Relacy takes as a template argument.
struct memory_hooks {
  // How many stores older than slot `newest` the thread could read from the cell.
  unsigned (*readable)(const cell&, int thread, bool seq_cst, unsigned newest);
  // C++20: a plain store ends the release sequence of an earlier one by the same thread.
  void (*end_release_sequence)(cell&, bool releases);
  void (*fence_for)(int thread);
  unsigned (*newest_slot)(const cell&);
};

struct engine_state {
  options config;
  int threads = 0;
  std::array<thread_record, thread_limit> thread;
  memory_hooks memory{};
  cell live_cells; // head of the registry, a ring
  std::uint32_t cells_made = 0;
  program* running = nullptr;
  exploration* found = nullptr;
  std::uint64_t execution = 0;
  std::uint64_t steps = 0;   // visible operations in this process
  bool stock = false;        // one of Relacy's own schedulers is in charge
  bool free_running = false; // pruned: runs to its end without branching
  bool stepping = false;     // threads run (not construction or finish)
  unsigned load_depth = 0;   // which readable store the next load takes: 0 is the newest
  trace* record = nullptr;   // replay only
  const decisions* replayed = nullptr;
  std::size_t decision = 0; // replay only: how far along the path the execution is
  // Cells of the program (by serial number) that some execution loads from. Of all others no older
  // store is ever read, so they need less of the state key. When a load proves the guess wrong, the
  // search starts again.
  std::array<bool, 64> loaded{};
  bool guess_failed = false;
  // Set by the scheduler: an event of the specification was attached to the last step.
  void (*observed)(void* scheduler, bool changes_state) = nullptr;
  void* scheduler = nullptr;
};

inline engine_state engine;

// Harness code inside an execution: its allocations are not the program's.
class outside_model {
public:
  outside_model() : saved_(rl::context_holder<>::instance_) {
    rl::context_holder<>::instance_ = nullptr;
  }
  ~outside_model() { rl::context_holder<>::instance_ = saved_; }
  outside_model(const outside_model&) = delete;
  outside_model& operator=(const outside_model&) = delete;

private:
  rl::context* saved_;
};

inline bool may_load(const cell& c) {
  return c.serial >= engine.loaded.size() || engine.loaded[c.serial];
}

inline int running_thread() { return rl::ctx().threadx_ ? rl::ctx().threadx_->index_ : -1; }

inline bool satisfied(const pending& p, std::uint64_t value) { return p.test(p.context, value); }

// Can the operation go ahead when the newest value of its cell is `value` in slot `newest`?
inline bool enabled(const pending& p, int thread, std::uint64_t value, unsigned newest) {
  switch (p.kind) {
  case op_kind::lock:
    return value == 0;
  case op_kind::park:
    return value != 0;
  case op_kind::wake:
    return (value & p.argument) != 0;
  case op_kind::await: {
    if (engine.stock || p.target->kind == cell_kind::ghost)
      return satisfied(p, value);
    if (engine.memory.newest_slot(*p.target) - newest >= history_depth)
      return true; // too old to tell: the safe side for a race
    const unsigned depth = engine.memory.readable(*p.target, thread, p.argument, newest);
    for (unsigned older = 0; older <= depth; ++older)
      if (satisfied(p, p.target->past[(newest - older) % history_depth]))
        return true;
    return false;
  }
  default:
    return true;
  }
}

inline bool blocks(op_kind k) {
  return k == op_kind::lock || k == op_kind::park || k == op_kind::wake || k == op_kind::await;
}

// Would the operation write its cell, given the newest value?
inline bool writes(const pending& p, std::uint64_t value) {
  switch (p.kind) {
  case op_kind::read:
  case op_kind::await:
    return false;
  case op_kind::compare_exchange:
    return value == p.argument;
  case op_kind::try_lock:
    return value == 0;
  case op_kind::timed_park:
    return value != 0;
  default:
    return true;
  }
}

} // namespace rwl::verify
