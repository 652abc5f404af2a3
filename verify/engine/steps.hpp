// What every visible operation is made of: announcing it and yielding, taking effect in Relacy's
// memory model, recording it for a trace, and failing.
#pragma once

#include "machine.hpp"
#include "program.hpp"
#include "state.hpp"

#include <algorithm>

namespace rwl::verify::detail {

inline constexpr std::uint32_t alive_mark = 0xA11FECE1;

inline rl::memory_order relacy_order(std::memory_order mo) {
  switch (mo) {
  case std::memory_order_relaxed:
    return rl::mo_relaxed;
  case std::memory_order_consume:
  case std::memory_order_acquire:
    return rl::mo_acquire;
  case std::memory_order_release:
    return rl::mo_release;
  case std::memory_order_acq_rel:
    return rl::mo_acq_rel;
  default:
    return rl::mo_seq_cst;
  }
}

inline const char* order_name(std::memory_order mo) {
  constexpr const char* names[] = {"relaxed", "consume", "acquire",
                                   "release", "acq_rel", "seq_cst"};
  return names[static_cast<int>(mo)];
}

// Is this the operation that the mutation is about?
inline bool mutated(defect what, const char* operation, location at) {
  const mutation* const m = engine.config.mutant;
  return m && m->what == what && m->at.line == at.line && m->at.operation == operation &&
         m->at.file == at.file && engine.stepping;
}

inline std::memory_order order_of(const char* operation, std::memory_order given, location at) {
  return mutated(defect::weaker_order, operation, at) ? engine.config.mutant->becomes : given;
}

inline void seen(const char* operation, location at,
                 std::memory_order mo = std::memory_order_relaxed,
                 std::memory_order failure = std::memory_order_relaxed, bool changes = true) {
  if (!engine.config.sites || !engine.stepping)
    return;
  outside_model outside;
  engine.config.sites->insert({at.file, at.line, at.function, operation, mo, failure, changes});
}

inline rl::atomic_data* model(const cell& c) { return static_cast<rl::atomic_data*>(c.model); }

[[noreturn]] inline void fail(rl::test_result_e kind, const char* message, location at) {
  {
    outside_model outside;
    engine.found->error.message = message;
    engine.found->error.at = at;
  }
  rl::ctx().fail_test(message, kind, rl::debug_info(at.function, at.file, at.line));
  std::abort(); // fail_test leaves the fiber for good
}

inline void require_alive(const cell& c, location at) {
  if (c.alive != alive_mark)
    fail(rl::test_result_access_to_freed_memory, "an object is used after its destruction", at);
}

// A thread that has announced an operation on a dying object would find whatever lies there then.
inline void require_unused(const cell& c) {
  for (int t = 0; t < engine.threads; ++t)
    if (t != running_thread() && engine.thread[t].next.target == &c)
      fail(rl::test_result_access_to_freed_memory,
           "an object is destroyed that another thread is about to use", engine.thread[t].at);
}

inline thread_record& me() { return engine.thread[running_thread()]; }

inline void observed(std::uint64_t value) { me().history = machine::mix(me().history, value); }

// Announces the next visible operation and yields; returns when the scheduler has chosen it.
inline void step(const cell* target, op_kind kind, std::uint64_t argument, std::uint64_t detail,
                 location at, predicate test = nullptr, const void* context = nullptr) {
  if (target)
    require_alive(*target, at);
  thread_record& t = me();
  t.next = {target, kind, argument, test, context, machine::mix(machine::code_point(at), detail)};
  t.at = at;
  ++t.steps;
  ++engine.steps;
  rl::ctx().sched();
  if (engine.stock && target)
    while (!enabled(t.next, running_thread(), target->value, engine.memory.newest_slot(*target))) {
      t.blocked_on = target;
      rl::ctx().park_current_thread(false, false, false,
                                    rl::debug_info(at.function, at.file, at.line));
    }
  if (target)
    require_alive(*target, at);
}

// A stock scheduler parks the threads whose operation is not enabled: a write may enable it.
inline void wrote(const cell& c, location at) {
  if (!engine.stock || !engine.stepping)
    return;
  for (int t = 0; t < engine.threads; ++t)
    if (engine.thread[t].blocked_on == &c) {
      engine.thread[t].blocked_on = nullptr;
      rl::ctx().unpark_thread(t, false, rl::debug_info(at.function, at.file, at.line));
    }
}

inline const char* kind_name(cell_kind k) {
  constexpr const char* names[] = {"atomic", "token", "var", "ghost"};
  return names[static_cast<int>(k)];
}

struct recorded {
  const char* operation;
  const cell* target;
  std::uint64_t value;
  std::uint64_t argument = 0;
  bool succeeded = true;
  const char* order = "";
  unsigned stale = 0;
  std::int32_t reads_from = -1;
};

// Addresses differ between runs of the tool; in a trace they are numbered as they come up.
inline std::uint64_t without_addresses(std::uint64_t value) {
  if (value >> 32 == 0)
    return value;
  auto& known = engine.record->addresses;
  const auto found = std::find(known.begin(), known.end(), value);
  if (found == known.end()) {
    known.push_back(value);
    return known.size();
  }
  return static_cast<std::uint64_t>(found - known.begin()) + 1;
}

// What the last recorded step has led to; events and phases are added to it as they follow.
inline void describe_last_step() {
  trace_step& s = engine.record->steps.back();
  char text[160];
  engine.running->describe(text, sizeof text);
  s.state = text;
  for (int t = 0; t < engine.threads; ++t)
    s.phases[static_cast<std::size_t>(t)] = engine.thread[static_cast<std::size_t>(t)].now;
}

inline void record(const recorded& r, location at) {
  if (!engine.record || !engine.stepping)
    return;
  const int thread = running_thread();
  outside_model outside;
  trace_step s;
  s.thread = thread;
  s.decision = engine.decision;
  s.operation = r.operation;
  if (r.target) {
    s.object = kind_name(r.target->kind);
    s.object += '#' + std::to_string(r.target->serial);
  }
  s.value = without_addresses(r.value);
  s.argument = without_addresses(r.argument);
  s.is_address = r.value >> 32 || r.argument >> 32;
  s.succeeded = r.succeeded;
  s.order = r.order;
  s.stale = r.stale;
  s.reads_from = r.reads_from;
  s.at = at;
  engine.record->steps.push_back(std::move(s));
  describe_last_step();
}

inline std::int32_t step_number() {
  return engine.record ? static_cast<std::int32_t>(engine.record->steps.size()) : 0;
}

inline void stored(cell& c, std::uint64_t value, unsigned index) {
  const unsigned slot = index % history_depth;
  c.value = value;
  c.past[slot] = value;
  c.written_at[slot] = static_cast<std::uint32_t>(step_number()) + 1;
}

inline std::int32_t writer_of(const cell& c, unsigned slot) {
  return static_cast<std::int32_t>(c.written_at[slot % history_depth]) - 1;
}

inline void loads_from(const cell& c) {
  if (!engine.stepping || may_load(c))
    return;
  engine.loaded[c.serial] = true;
  engine.guess_failed = true;
}

inline unsigned relacy_load(const cell& c, std::memory_order mo) {
  rl::thread_info_base& t = *rl::ctx().threadx_;
  switch (relacy_order(mo)) {
  case rl::mo_relaxed:
    return t.atomic_load_relaxed(model(c));
  case rl::mo_acquire:
    return t.atomic_load_acquire(model(c));
  default:
    return t.atomic_load_seq_cst(model(c));
  }
}

// The load half of a failed exchange: always the newest value.
inline void relacy_load_newest(const cell& c, std::memory_order mo) {
  rl::thread_info_base& t = *rl::ctx().threadx_;
  switch (relacy_order(mo)) {
  case rl::mo_relaxed:
    t.atomic_load_relaxed_rmw(model(c));
    break;
  case rl::mo_acquire:
    t.atomic_load_acquire_rmw(model(c));
    break;
  default:
    t.atomic_load_seq_cst_rmw(model(c));
  }
}

inline unsigned relacy_rmw(const cell& c, std::memory_order mo) {
  rl::thread_info_base& t = *rl::ctx().threadx_;
  bool aba = false;
  switch (relacy_order(mo)) {
  case rl::mo_relaxed:
    return t.atomic_rmw_relaxed(model(c), aba);
  case rl::mo_acquire:
    return t.atomic_rmw_acquire(model(c), aba);
  case rl::mo_release:
    return t.atomic_rmw_release(model(c), aba);
  case rl::mo_acq_rel:
    return t.atomic_rmw_acq_rel(model(c), aba);
  default:
    return t.atomic_rmw_seq_cst(model(c), aba);
  }
}

inline unsigned relacy_store(const cell& c, std::memory_order mo) {
  rl::thread_info_base& t = *rl::ctx().threadx_;
  switch (relacy_order(mo)) {
  case rl::mo_relaxed:
    return t.atomic_store_relaxed(model(c));
  case rl::mo_release:
    return t.atomic_store_release(model(c));
  default:
    return t.atomic_store_seq_cst(model(c));
  }
}

inline void require_order(bool legal, const char* what, location at) {
  if (!legal)
    fail(rl::test_result_user_assert_failed, what, at);
}

// Takes effect as a read-modify-write that leaves `value` in the cell; no yield.
inline void exchange_now(cell& c, std::uint64_t value, std::memory_order mo) {
  stored(c, value, relacy_rmw(c, mo));
}

inline std::uint64_t bit(int thread) { return std::uint64_t{1} << thread; }

} // namespace rwl::verify::detail
