// Operations on memory: cells come and go; atomics, fences, plain memory, ghosts.
#include "machine.hpp"

#include "steps.hpp"

#include <algorithm>

namespace rwl::verify {

using namespace detail;

namespace machine {

void create_fence_cell() {
  engine.live_cells.alive = alive_mark;
  engine.live_cells.kind = cell_kind::ghost;
  engine.live_cells.value = 0;
}

void create(cell& c, cell_kind kind, std::uint64_t initial) {
  c.kind = kind;
  c.value = initial;
  c.alive = alive_mark;
  c.serial = engine.cells_made++;
  c.previous = engine.live_cells.previous;
  c.next = &engine.live_cells;
  c.previous->next = &c;
  c.next->previous = &c;
  switch (kind) {
  case cell_kind::plain: {
    auto* data = rl::ctx().var_ctor();
    data->init(*rl::ctx().threadx_);
    c.model = data;
    break;
  }
  case cell_kind::ghost:
    break;
  default:
    c.model = rl::ctx().atomic_ctor(&c);
    stored(c, initial, rl::ctx().threadx_->atomic_store_relaxed(model(c)));
    c.written_at[engine.memory.newest_slot(c) % history_depth] = 0;
  }
}

void destroy(cell& c, location at) {
  if (engine.stepping && c.kind != cell_kind::plain) // visible: somebody may be about to use it
    step(&c, op_kind::write, 0, 0, at);
  require_alive(c, at);
  record({"destroy", &c, c.value}, at);
  if (engine.stepping)
    require_unused(c);
  c.alive = 0;
  c.previous->next = c.next;
  c.next->previous = c.previous;
  if (c.kind == cell_kind::plain) {
    // Destruction is a write: whoever has touched the object must have done so before it, in the
    // sense of happens-before. So a late access is found whichever of the two comes first.
    auto* const data = static_cast<rl::var_data*>(c.model);
    if (!data->store(*rl::ctx().threadx_))
      fail(rl::test_result_data_race,
           "an object is destroyed while another thread's access is not ordered before", at);
    rl::ctx().var_dtor(data);
  } else if (c.kind != cell_kind::ghost)
    rl::ctx().atomic_dtor(model(c));
}

std::vector<byte_range> bytes_outside_cells(const void* object, std::size_t size) {
  const outside_model outside;
  const auto begin = reinterpret_cast<std::uintptr_t>(object);
  std::vector<std::size_t> cells;
  for (const cell* c = engine.live_cells.next; c != &engine.live_cells; c = c->next)
    if (const auto at = reinterpret_cast<std::uintptr_t>(c); at >= begin && at < begin + size)
      cells.push_back(at - begin);
  std::ranges::sort(cells);
  std::vector<byte_range> outside_them;
  std::size_t end = 0; // of the last cell
  for (std::size_t at : cells) {
    if (at > end)
      outside_them.push_back({end, at});
    end = at + sizeof(cell);
  }
  if (size > end)
    outside_them.push_back({end, size});
  return outside_them;
}

std::uint64_t load(const cell& c, std::memory_order mo, location at) {
  require_order(mo != std::memory_order_release && mo != std::memory_order_acq_rel,
                "a load cannot release", at);
  seen("load", at, mo);
  mo = order_of("load", mo, at);
  step(&c, op_kind::read, 0, 0, at);
  loads_from(c);
  const unsigned newest = engine.memory.newest_slot(c);
  if (!engine.stock) {
    const unsigned depth =
        engine.memory.readable(c, running_thread(), mo == std::memory_order_seq_cst, newest);
    engine.load_depth = depth ? rl::ctx().rand(depth + 1, rl::sched_type_user) : 0;
  }
  const unsigned slot = relacy_load(c, mo);
  if (slot == static_cast<unsigned>(-1))
    fail(rl::test_result_unitialized_access, "a load that construction does not happen before", at);
  const std::uint64_t value = c.past[slot % history_depth];
  observed(value);
  record({"load", &c, value, 0, true, order_name(mo), (newest - slot) % history_depth,
          writer_of(c, slot)},
         at);
  return value;
}

void store(cell& c, std::uint64_t value, std::memory_order mo, location at) {
  require_order(mo != std::memory_order_acquire && mo != std::memory_order_acq_rel,
                "a store cannot acquire", at);
  seen("store", at, mo);
  mo = order_of("store", mo, at);
  step(&c, op_kind::write, 0, value, at);
  if (mutated(defect::dropped, "store", at))
    return;
  stored(c, value, relacy_store(c, mo));
  engine.memory.end_release_sequence(c, mo == std::memory_order_release ||
                                            mo == std::memory_order_seq_cst);
  record({"store", &c, value, 0, true, order_name(mo)}, at);
  wrote(c, at);
}

std::uint64_t rmw_begin(cell& c, std::uint64_t argument, location at) {
  step(&c, op_kind::write, 0, argument, at);
  return c.value;
}

void rmw_commit(cell& c, std::uint64_t value, std::memory_order mo, const char* name, location at) {
  const std::uint64_t old = c.value;
  const std::int32_t writer = writer_of(c, engine.memory.newest_slot(c));
  seen(name, at, mo, std::memory_order_relaxed, value != old);
  mo = order_of(name, mo, at);
  if (mutated(defect::dropped, name, at))
    value = old;
  exchange_now(c, value, mo);
  observed(old);
  record({name, &c, old, value, true, order_name(mo), 0, writer}, at);
  wrote(c, at);
}

std::uint64_t compare_exchange(cell& c, std::uint64_t expected, std::uint64_t desired, bool weak,
                               std::memory_order success, std::memory_order failure,
                               bool& exchanged, location at) {
  require_order(failure != std::memory_order_release && failure != std::memory_order_acq_rel,
                "the failure order of an exchange cannot release", at);
  constexpr const char* name = "compare_exchange";
  seen(name, at, success, failure);
  success = order_of(name, success, at);
  if (mutated(defect::weaker_failure_order, name, at))
    failure = engine.config.mutant->becomes;
  step(&c, op_kind::compare_exchange, expected, desired, at);
  const std::uint64_t old = c.value;
  exchanged = old == expected;
  unsigned& budget = me().weak_failures_left;
  if (exchanged && weak && budget && rl::ctx().rand(2, rl::sched_type_user)) {
    exchanged = false;
    --budget;
  }
  if (exchanged && mutated(defect::fails_once_more, name, at) && !me().mutant_has_failed &&
      rl::ctx().rand(2, rl::sched_type_user)) {
    exchanged = false;
    me().mutant_has_failed = true;
  }
  const std::int32_t writer = writer_of(c, engine.memory.newest_slot(c));
  if (exchanged)
    exchange_now(c, desired, success);
  else
    relacy_load_newest(c, failure);
  observed(old * 2 + exchanged);
  record({name, &c, old, desired, exchanged, order_name(exchanged ? success : failure), 0, writer},
         at);
  if (exchanged)
    wrote(c, at);
  return !exchanged && mutated(defect::keeps_expecting, name, at) ? expected : old;
}

void fence(location at) {
  require_order(engine.config.fences, "the program uses fences: explore it with options::fences",
                at);
  thread_record& t = me();
  t.next = {&engine.live_cells, op_kind::fence, 0, nullptr, nullptr, code_point(at)};
  ++t.steps;
  rl::ctx().atomic_thread_fence_seq_cst(); // yields first
  record({"fence", nullptr, 0, 0, true, "seq_cst"}, at);
}

// membarrier: a fence here, one on behalf of every other thread, at any moment and in any order,
// and a fence here again.
void fence_all_threads(location at) {
  seen("fence_heavy", at);
  if (mutated(defect::dropped, "fence_heavy", at))
    return;
  fence(at);
  std::uint64_t left = bit(engine.threads) - 1;
  left &= ~bit(running_thread());
  while (left) {
    unsigned skip = choose(static_cast<unsigned>(std::popcount(left)), at);
    std::uint64_t rest = left;
    while (skip--)
      rest &= rest - 1;
    const int other = std::countr_zero(rest);
    left &= ~bit(other);
    step(&engine.live_cells, op_kind::remote_fence, static_cast<std::uint64_t>(other), 0, at);
    engine.memory.fence_for(other);
    record({"fence for another thread", nullptr, static_cast<std::uint64_t>(other), 0, true,
            "seq_cst"},
           at);
  }
  fence(at);
}

std::uint64_t read_plain(const cell& c) { return read_plain(c, me().at); }

std::uint64_t read_plain(const cell& c, location at) {
  if (engine.config.plain_steps && engine.stepping)
    step(nullptr, op_kind::read, 0, 0, at);
  require_alive(c, at);
  if (!static_cast<rl::var_data*>(c.model)->load(*rl::ctx().threadx_)) {
    record({"read", &c, c.value, 0, false}, at);
    fail(rl::test_result_data_race, "a plain read is not ordered after another thread's write", at);
  }
  observed(c.value);
  record({"read", &c, c.value}, at);
  return c.value;
}

void write_plain(cell& c, std::uint64_t value, location at) {
  if (engine.config.plain_steps && engine.stepping)
    step(nullptr, op_kind::read, 0, 0, at);
  require_alive(c, at);
  if (!static_cast<rl::var_data*>(c.model)->store(*rl::ctx().threadx_)) {
    record({"write", &c, value, 0, false}, at);
    fail(rl::test_result_data_race, "a plain write is not ordered after another thread's access",
         at);
  }
  c.value = value;
  record({"write", &c, value}, at);
}

std::uint64_t ghost_read(const cell& c, location at) {
  step(&c, op_kind::read, 0, 0, at);
  observed(c.value);
  record({"read", &c, c.value}, at);
  return c.value;
}

std::uint64_t ghost_add(cell& c, std::uint64_t delta, location at) {
  step(&c, op_kind::write, 0, delta, at);
  const std::uint64_t old = c.value;
  c.value += delta;
  observed(old);
  record({"add", &c, old, c.value}, at);
  wrote(c, at);
  return old;
}

} // namespace machine
} // namespace rwl::verify
