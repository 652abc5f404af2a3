// Operations that may block: awaiting a value, mutex, parker, condition variable.
#include "machine.hpp"

#include "steps.hpp"

namespace rwl::verify {

using namespace detail;

namespace machine {

std::uint64_t await(const cell& c, predicate test, const void* context, std::memory_order mo,
                    location at) {
  seen("await", at, mo);
  mo = order_of("await", mo, at);
  const bool seq_cst = mo == std::memory_order_seq_cst;
  for (;;) {
    step(&c, op_kind::await, seq_cst, 0, at, test, context);
    loads_from(c);
    const unsigned newest = engine.memory.newest_slot(c);
    if (engine.stock) {
      relacy_load_newest(c, mo);
      observed(c.value);
      return c.value;
    }
    // Any readable value that satisfies the predicate; or none of them, when the newest does not:
    // the loop has looked before they came and looks again now that they have gone.
    const unsigned depth = engine.memory.readable(c, running_thread(), seq_cst, newest);
    unsigned candidates[history_depth + 1], n = 0;
    for (unsigned older = 0; older <= depth; ++older)
      if (test(context, c.past[(newest - older) % history_depth]))
        candidates[n++] = older;
    const unsigned satisfying = n;
    if (!test(context, c.value))
      candidates[n++] = 0;
    const unsigned chosen = n > 1 ? rl::ctx().rand(n, rl::sched_type_user) : 0;
    engine.load_depth = candidates[chosen];
    const unsigned slot = relacy_load(c, mo);
    const std::uint64_t value = c.past[slot % history_depth];
    const bool done = chosen < satisfying;
    record({"await", &c, value, 0, done, order_name(mo), (newest - slot) % history_depth,
            writer_of(c, slot)},
           at);
    if (done) {
      observed(value);
      return value;
    }
  }
}

void ghost_await(const cell& c, predicate test, const void* context, location at) {
  step(&c, op_kind::await, 0, 0, at, test, context);
  record({"await", &c, c.value}, at);
}

void mutex_lock(cell& c, location at) {
  if (c.value == bit(running_thread()))
    fail(rl::test_result_recursion_on_nonrecursive_mutex, "the thread owns the mutex already", at);
  step(&c, op_kind::lock, 0, 0, at);
  exchange_now(c, bit(running_thread()), std::memory_order_acquire);
  record({"lock", &c, 0}, at);
}

bool mutex_try_lock(cell& c, location at) {
  step(&c, op_kind::try_lock, 0, 0, at);
  const bool taken = c.value == 0;
  if (taken)
    exchange_now(c, bit(running_thread()), std::memory_order_acquire);
  observed(taken);
  record({"try_lock", &c, 0, 0, taken}, at);
  return taken;
}

void mutex_unlock(cell& c, location at) {
  if (c.value != bit(running_thread()))
    fail(rl::test_result_unlocking_mutex_wo_ownership, "the thread does not own the mutex", at);
  step(&c, op_kind::write, 0, 0, at);
  exchange_now(c, 0, std::memory_order_release);
  record({"unlock", &c, 0}, at);
  wrote(c, at);
}

bool park(cell& c, bool timed, location at) {
  step(&c, timed ? op_kind::timed_park : op_kind::park, 0, 0, at);
  const bool woken = c.value != 0;
  const std::int32_t writer = writer_of(c, engine.memory.newest_slot(c));
  if (woken)
    exchange_now(c, 0, std::memory_order_acquire);
  observed(woken);
  record({timed ? "park_until" : "park", &c, woken, 0, woken, "", 0, writer}, at);
  if (!woken)
    engine.running->time_is_up();
  return woken;
}

void unpark(cell& c, location at) {
  seen("unpark", at);
  step(&c, op_kind::write, 0, 0, at);
  if (mutated(defect::dropped, "unpark", at))
    return;
  exchange_now(c, 1, std::memory_order_acq_rel);
  record({"unpark", &c, 1}, at);
  wrote(c, at);
}

bool condition_wait(cell& room, cell& mutex, bool timed, location at) {
  const std::uint64_t mine = bit(running_thread());
  step(&room, op_kind::write, 0, 0, at);
  room.value |= mine << 32; // registered before the mutex is free: no notify is missed
  record({"wait", &room, room.value}, at);
  mutex_unlock(mutex, at);
  unsigned& budget = me().wakeups_left;
  const bool spurious = !timed && budget && rl::ctx().rand(2, rl::sched_type_user);
  if (spurious)
    --budget;
  step(&room, timed || spurious ? op_kind::write : op_kind::wake, mine, 1, at);
  const bool notified = room.value & mine;
  room.value &= ~(mine | mine << 32);
  observed(notified);
  record({notified ? "woken" : timed ? "timed out" : "woken spuriously", &room, room.value}, at);
  if (timed && !notified)
    engine.running->time_is_up();
  mutex_lock(mutex, at);
  return notified;
}

void condition_notify(cell& room, bool all, location at) {
  const char* const name = all ? "notify_all" : "notify_one";
  seen(name, at);
  step(&room, op_kind::write, 0, all, at);
  if (mutated(defect::dropped, name, at))
    return;
  std::uint64_t asleep = room.value >> 32 & ~room.value & 0xffffffff;
  record({name, &room, static_cast<std::uint64_t>(std::popcount(asleep))}, at);
  if (!all && asleep) { // which of them is the search's choice
    unsigned skip =
        std::has_single_bit(asleep)
            ? 0
            : rl::ctx().rand(static_cast<unsigned>(std::popcount(asleep)), rl::sched_type_user);
    while (skip--)
      asleep &= asleep - 1;
    asleep &= -asleep;
  }
  room.value |= asleep;
  wrote(room, at);
}

} // namespace machine
} // namespace rwl::verify
