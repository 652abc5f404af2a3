// The running thread: who it is, what it chooses and has observed, and what its program says of it.
#include "machine.hpp"

#include "steps.hpp"

#include <algorithm>

namespace rwl::verify {

using namespace detail;

namespace machine {

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
std::uint64_t execution() { return engine.execution; }

unsigned choose(unsigned n, location) {
  const unsigned chosen = n > 1 ? rl::ctx().rand(n, rl::sched_type_user) : 0;
  observed(chosen);
  return chosen;
}

void observe(event e, const void*, int thread, location) {
  const bool changes = !is_refusal(e);
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

void enter(phase p) { enter(p, running_thread()); }

void enter(phase p, int thread) {
  engine.thread[thread].now = p;
  engine.thread[thread].steps = 0;
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
  detail::fail(rl::test_result_user_assert_failed, message, at);
}

void witness(int index) { engine.found->witnesses |= 1u << index; }

void maximum(int index, std::uint64_t value) {
  std::uint64_t& most = engine.found->maxima[index];
  most = std::max(most, value);
}

} // namespace run
} // namespace rwl::verify
