#include "machine.hpp"

#include "program.hpp"
#include "state.hpp"

#include <algorithm>

namespace rwl::verify {

namespace {

constexpr std::uint32_t alive_mark = 0xA11FECE1;

rl::memory_order relacy_order(std::memory_order mo) {
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

const char* order_name(std::memory_order mo) {
  constexpr const char* names[] = {"relaxed", "consume", "acquire",
                                   "release", "acq_rel", "seq_cst"};
  return names[static_cast<int>(mo)];
}

rl::atomic_data* model(const cell& c) { return static_cast<rl::atomic_data*>(c.model); }

[[noreturn]] void fail(rl::test_result_e kind, const char* message, location at) {
  {
    outside_model outside;
    engine.found->error.message = message;
    engine.found->error.at = at;
  }
  rl::ctx().fail_test(message, kind, rl::debug_info(at.function, at.file, at.line));
  std::abort(); // fail_test leaves the fiber for good
}

void require_alive(const cell& c, location at) {
  if (c.alive != alive_mark)
    fail(rl::test_result_access_to_freed_memory, "an object is used after its destruction", at);
}

// A thread that has announced an operation on a dying object would find whatever lies there then.
void require_unused(const cell& c) {
  for (int t = 0; t < engine.threads; ++t)
    if (t != running_thread() && engine.thread[t].next.target == &c)
      fail(rl::test_result_access_to_freed_memory,
           "an object is destroyed that another thread is about to use", engine.thread[t].at);
}

thread_record& me() { return engine.thread[running_thread()]; }

void observed(std::uint64_t value) { me().history = machine::mix(me().history, value); }

// Announces the next visible operation and yields; returns when the scheduler has chosen it.
void step(const cell* target, op_kind kind, std::uint64_t argument, std::uint64_t detail,
          location at, predicate test = nullptr, const void* context = nullptr) {
  if (target)
    require_alive(*target, at);
  thread_record& t = me();
  t.next = {target, kind, argument, test, context, machine::mix(machine::code_point(at), detail)};
  t.at = at;
  ++t.steps;
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
void wrote(const cell& c, location at) {
  if (!engine.stock || !engine.stepping)
    return;
  for (int t = 0; t < engine.threads; ++t)
    if (engine.thread[t].blocked_on == &c) {
      engine.thread[t].blocked_on = nullptr;
      rl::ctx().unpark_thread(t, false, rl::debug_info(at.function, at.file, at.line));
    }
}

const char* kind_name(cell_kind k) {
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
std::uint64_t without_addresses(std::uint64_t value) {
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
void describe_last_step() {
  trace_step& s = engine.record->steps.back();
  char text[160];
  engine.running->describe(text, sizeof text);
  s.state = text;
  for (int t = 0; t < engine.threads; ++t)
    s.phases[static_cast<std::size_t>(t)] = engine.thread[static_cast<std::size_t>(t)].now;
}

void record(const recorded& r, location at) {
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

std::int32_t step_number() {
  return engine.record ? static_cast<std::int32_t>(engine.record->steps.size()) : 0;
}

void stored(cell& c, std::uint64_t value, unsigned index) {
  const unsigned slot = index % history_depth;
  c.value = value;
  c.past[slot] = value;
  c.written_at[slot] = static_cast<std::uint32_t>(step_number()) + 1;
}

std::int32_t writer_of(const cell& c, unsigned slot) {
  return static_cast<std::int32_t>(c.written_at[slot % history_depth]) - 1;
}

void loads_from(const cell& c) {
  if (!engine.stepping || may_load(c))
    return;
  engine.loaded[c.serial] = true;
  engine.guess_failed = true;
}

unsigned relacy_load(const cell& c, std::memory_order mo) {
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
void relacy_load_newest(const cell& c, std::memory_order mo) {
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

unsigned relacy_rmw(const cell& c, std::memory_order mo) {
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

unsigned relacy_store(const cell& c, std::memory_order mo) {
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

void require_order(bool legal, const char* what, location at) {
  if (!legal)
    fail(rl::test_result_user_assert_failed, what, at);
}

// Takes effect as a read-modify-write that leaves `value` in the cell; no yield.
void exchange_now(cell& c, std::uint64_t value, std::memory_order mo) {
  stored(c, value, relacy_rmw(c, mo));
}

std::uint64_t bit(int thread) { return std::uint64_t{1} << thread; }

} // namespace

namespace machine {

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const auto scramble = [](std::uint64_t x) { // finaliser of MurmurHash3
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccd;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53;
    return x ^ x >> 33;
  };
  return scramble(a * 0x9E3779B97F4A7C15 + scramble(b + 0x1234567));
}

int thread() { return running_thread(); }
location last_location() { return me().at; }
// A small circle of numbers invites a stale reading to take an old number for a new one, where
// loads may be stale: so it is small only for endless programs, and smallest where they may not.
std::uint32_t ticket_count() {
  if (engine.config.how != search::graph)
    return 65536;
  const int few =
      engine.config.memory == memory_model::sequential ? engine.threads + 1 : 4 * engine.threads;
  return static_cast<std::uint32_t>(few);
}
// A line may hold one point in each of several functions.
std::uint64_t code_point(location at) {
  return mix(at.line, reinterpret_cast<std::uintptr_t>(at.function));
}

std::uint64_t execution() { return engine.execution; }

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

std::uint64_t load(const cell& c, std::memory_order mo, location at) {
  require_order(mo != std::memory_order_release && mo != std::memory_order_acq_rel,
                "a load cannot release", at);
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
  step(&c, op_kind::write, 0, value, at);
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
  step(&c, op_kind::compare_exchange, expected, desired, at);
  const std::uint64_t old = c.value;
  exchanged = old == expected;
  unsigned& budget = me().weak_failures_left;
  if (exchanged && weak && budget && rl::ctx().rand(2, rl::sched_type_user)) {
    exchanged = false;
    --budget;
  }
  const std::int32_t writer = writer_of(c, engine.memory.newest_slot(c));
  if (exchanged)
    exchange_now(c, desired, success);
  else
    relacy_load_newest(c, failure);
  observed(old * 2 + exchanged);
  record({"compare_exchange", &c, old, desired, exchanged,
          order_name(exchanged ? success : failure), 0, writer},
         at);
  if (exchanged)
    wrote(c, at);
  return old;
}

std::uint64_t await(const cell& c, predicate test, const void* context, std::memory_order mo,
                    location at) {
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

void ghost_await(const cell& c, predicate test, const void* context, location at) {
  step(&c, op_kind::await, 0, 0, at, test, context);
  record({"await", &c, c.value}, at);
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
  return woken;
}

void unpark(cell& c, location at) {
  step(&c, op_kind::write, 0, 0, at);
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
  mutex_lock(mutex, at);
  return notified;
}

void condition_notify(cell& room, bool all, location at) {
  step(&room, op_kind::write, 0, all, at);
  std::uint64_t asleep = room.value >> 32 & ~room.value & 0xffffffff;
  record(
      {all ? "notify_all" : "notify_one", &room, static_cast<std::uint64_t>(std::popcount(asleep))},
      at);
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

unsigned choose(unsigned n, location) {
  const unsigned chosen = n > 1 ? rl::ctx().rand(n, rl::sched_type_user) : 0;
  observed(chosen);
  return chosen;
}

void observe(event e, const void*, int thread, location) {
  const bool changes = e != event::read_refused && e != event::write_refused;
  if (engine.observed && engine.stepping)
    engine.observed(engine.scheduler, changes);
  if (engine.record && !engine.record->steps.empty()) {
    outside_model outside;
    engine.record->steps.back().events.push_back('T' + std::to_string(thread) + ' ' +
                                                 std::string(name(e)));
  }
  engine.running->observe(e, thread);
  if (engine.record && !engine.record->steps.empty()) {
    outside_model outside;
    describe_last_step();
  }
}

std::uint64_t local_history() { return me().history; }
void set_local_history(std::uint64_t h) { me().history = h; }

void live_begin(location at) {
  thread_record& t = me();
  t.history = mix(t.base, code_point(at));
  if (t.now == phase::leaving || (t.now == phase::trying && engine.config.count_entry_steps))
    t.history = mix(t.history, t.steps);
}
void live_value(std::uint64_t value) { observed(value); }

} // namespace machine

namespace run {

void enter(phase p) {
  me().now = p;
  me().steps = 0;
  if (engine.record && !engine.record->steps.empty()) {
    outside_model outside;
    describe_last_step();
  }
}
phase current_phase(int thread) { return engine.thread[thread].now; }

void checkpoint(std::uint64_t program_counter) {
  me().base = me().history = machine::mix(program_counter, 77);
}

bool keep_going() { return !engine.free_running; }
std::uint32_t steps_in_phase() { return me().steps; }

void check(bool condition, const char* message, location at) {
  if (!condition)
    fail(message, at);
}

void fail(const char* message, location at) {
  verify::fail(rl::test_result_user_assert_failed, message, at);
}

void witness(int index) { engine.found->witnesses |= 1u << index; }

void maximum(int index, std::uint64_t value) {
  std::uint64_t& most = engine.found->maxima[index];
  most = std::max(most, value);
}

} // namespace run
} // namespace rwl::verify
