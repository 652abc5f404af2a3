#include "explore.hpp"

#include "control.hpp"

#include "scheduler.hpp"
#include "state.hpp"

#include <cstdlib>
#include <ctime>
#include <limits>
#include <ostream>
#include <streambuf>

// Relacy replaces operator new and delete, inline and without the sized forms. All of them must
// reach the program, or what one allocates another frees.
void operator delete(void* p, std::size_t) noexcept { ::operator delete(p); }
void operator delete[](void* p, std::size_t) noexcept { ::operator delete[](p); }
[[gnu::used]] static void* (*const plain_new)(std::size_t) = &::operator new;
[[gnu::used]] static void* (*const array_new)(std::size_t) = &::operator new[];
[[gnu::used]] static void (*const plain_delete)(void*) = &::operator delete;
[[gnu::used]] static void (*const array_delete)(void*) = &::operator delete[];

namespace rwl::verify {

namespace {

struct null_buffer : std::streambuf {
  int overflow(int c) override { return c; }
};

const recipe* made_from = nullptr;
void* storage = nullptr;

// The test that Relacy runs: the program, behind one type for each number of threads.
template <int N>
struct suite : rl::test_suite<suite<N>, N> {
  suite() {
    begin_execution();
    engine.running = made_from->make(storage, made_from->parameters);
  }
  ~suite() { engine.running->~program(); }

  void thread(unsigned index) {
    engine.stepping = true;
    if (static_cast<int>(index) >= engine.threads)
      return;
    bool escaped = false;
    try {
      engine.running->thread(static_cast<int>(index));
    } catch (...) {
      escaped = true; // a failure leaves the fiber for good: not from inside a handler
    }
    if (escaped)
      run::fail("an exception escapes from the program", engine.thread[index].at);
    engine.thread[index].next = {};
  }

  void after() {
    engine.stepping = false;
    engine.running->finish();
    if (engine.config.final_states) {
      outside_model outside;
      engine.found->final_states.push_back(engine.running->final_state());
    }
    if (engine.stock)
      watch_budget();
  }

private:
  static void begin_execution() {
    engine.stepping = false;
    engine.free_running = false;
    ++engine.execution;
    engine.cells_made = 0;
    engine.live_cells.next = engine.live_cells.previous = &engine.live_cells;
    for (thread_record& t : engine.thread) {
      t = {};
      t.weak_failures_left = engine.config.failing_weak_exchanges;
      t.wakeups_left = engine.config.spurious_wakeups;
    }
  }

  // Relacy's own schedulers know no budget: end the search from within.
  static void watch_budget() {
    statistics& s = engine.found->stats;
    ++s.executions;
    ++s.complete;
    if (engine.config.progress)
      engine.config.progress->store(s.executions, std::memory_order_relaxed);
    const auto elapsed = std::chrono::steady_clock::now() - begun;
    if (interrupt_requested || s.executions >= engine.config.max_executions ||
        (s.executions % 256 == 0 &&
         std::chrono::duration<double>(elapsed).count() > engine.config.max_seconds))
      rl::ctx().rl_until("budget", RL_INFO);
  }

public:
  static inline std::chrono::steady_clock::time_point begun;
};

std::string failure_kind(rl::test_result_e r) {
  switch (r) {
  case rl::test_result_user_assert_failed:
  case rl::test_result_user_invariant_failed:
    return "assertion";
  case rl::test_result_data_race:
    return "data race";
  case rl::test_result_access_to_freed_memory:
    return "use after destruction";
  case rl::test_result_double_free:
    return "double free";
  case rl::test_result_memory_leak:
  case rl::test_result_resource_leak:
    return "leak";
  case rl::test_result_unitialized_access:
    return "use before construction";
  case rl::test_result_deadlock:
    return "deadlock";
  case rl::test_result_livelock:
    return "livelock";
  case rl::test_result_recursion_on_nonrecursive_mutex:
  case rl::test_result_unlocking_mutex_wo_ownership:
    return "mutex misuse";
  default:
    return "inconsistent program";
  }
}

template <class Suite, class Scheduler>
rl::test_result_e run_with(rl::test_params& parameters) {
  rl::ostringstream ignored;
  return rl::run_test<Suite, Scheduler>(parameters, ignored, false);
}

template <int N>
rl::test_result_e run_search(rl::test_params& parameters) {
  suite<N>::begun = std::chrono::steady_clock::now();
  engine.memory = weak_memory<N>::hooks();
  switch (engine.config.how) {
  case search::stock_full:
    parameters.search_type = rl::sched_full;
    return run_with<suite<N>, rl::full_search_scheduler<N>>(parameters);
  case search::stock_bounded:
    parameters.search_type = rl::sched_bound;
    parameters.context_bound = engine.config.preemptions;
    return run_with<suite<N>, rl::context_bound_scheduler<N>>(parameters);
  case search::stock_random:
    parameters.search_type = rl::sched_random;
    parameters.iteration_count = engine.config.max_executions;
    return run_with<suite<N>, rl::random_scheduler<N>>(parameters);
  default:
    parameters.search_type = rl::sched_random; // makes Relacy keep its whole store history readable
    return run_with<suite<N>, scheduler<N>>(parameters);
  }
}

// A failing execution leaves exceptions in flight behind.
class exceptions_restored {
public:
  exceptions_restored() = default;
  ~exceptions_restored() { exceptions_in_flight::current() = saved_; }
  exceptions_restored(const exceptions_restored&) = delete;
  exceptions_restored& operator=(const exceptions_restored&) = delete;

private:
  const exceptions_in_flight saved_ = exceptions_in_flight::current();
};

rl::test_result_e run_search(rl::test_params& parameters, int threads) {
  const exceptions_restored on_return;
  switch (threads) {
  case 1: // the second thread has nothing to do
  case 2:
    return run_search<2>(parameters);
  case 3:
    return run_search<3>(parameters);
  case 4:
    return run_search<4>(parameters);
  case 5:
    return run_search<5>(parameters);
  case 6:
    return run_search<6>(parameters);
  default:
    throw std::invalid_argument("a program has from 1 to 6 threads");
  }
}

bool is_stock(search s) { return s >= search::stock_full; }
bool is_bounded(search s) {
  return s == search::bounded || s == search::random || s == search::stock_bounded ||
         s == search::stock_random;
}

bool uses_keys(const options& o) {
  return o.how == search::cached || o.how == search::graph || o.check_keys;
}

void conclude(rl::test_result_e result) {
  exploration& x = *engine.found;
  if (result == rl::test_result_until_condition_hit)
    x.result = interrupt_requested ? outcome::interrupted : outcome::out_of_budget;
  else if (result != rl::test_result_success) {
    x.result = outcome::failed;
    x.error.kind = failure_kind(result);
  } else if (x.result == outcome::complete &&
             (is_bounded(engine.config.how) || x.stats.history_exhausted))
    x.result = outcome::bounded;
  std::sort(x.final_states.begin(), x.final_states.end());
  x.final_states.erase(std::unique(x.final_states.begin(), x.final_states.end()),
                       x.final_states.end());
}

} // namespace

exploration explore(const recipe& program, const options& how) {
  if (how.part.of > 1 && !has_parts(how.how))
    throw std::invalid_argument(std::string(name(how.how)) + " is no search that has parts");
  exploration found;
  engine.config = how;
  engine.threads = program.threads;
  engine.found = &found;
  engine.stock = is_stock(how.how);
  engine.execution = 0;
  engine.loaded = {};
  made_from = &program;
  storage = std::aligned_alloc(64, (program.size + 63) / 64 * 64);
  machine::create_fence_cell();

  null_buffer nowhere;
  std::ostream sink(&nowhere);
  const std::clock_t begun = std::clock();
  rl::test_result_e result;
  std::uint64_t stock_iterations = 0;
  do {
    found = {};
    engine.guess_failed = false;
    rl::test_params parameters;
    parameters.output_stream = &sink;
    parameters.progress_stream = &sink;
    parameters.execution_depth_limit =
        how.how == search::graph ? std::numeric_limits<unsigned>::max() - 1 : how.max_steps;
    result = run_search(parameters, program.threads);
    stock_iterations = parameters.stop_iteration;
  } while (engine.guess_failed && uses_keys(how) && result == rl::test_result_success &&
           found.result == outcome::complete);
  engine.stepping = false; // also after a failure, which leaves its threads where they are
  found.stats.seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  if (engine.stock)
    found.stats.executions = stock_iterations;
  else if (result != rl::test_result_success)
    ++found.stats.executions; // the failing one
  conclude(result);
  std::free(storage);
  engine.found = nullptr;
  return found;
}

trace replay(const recipe& program, const options& how, const decisions& path) {
  trace recorded;
  recorded.threads = program.threads;
  options again = how;
  again.part = {};
  again.check_keys = again.count_traces = false;
  again.progress = nullptr;
  engine.record = &recorded;
  engine.replayed = &path;
  const exploration x = explore(program, again);
  engine.record = nullptr;
  engine.replayed = nullptr;
  recorded.failure_kind = x.error.kind;
  recorded.failure_message = x.error.message;
  return recorded;
}

decisions shorten(const recipe& program, const options& how, const exploration& failed) {
  options few = how;
  few.how = search::bounded;
  few.part = {};
  few.max_executions = 100'000; // no limit of time: the same trace on every machine
  few.progress = nullptr;
  few.check_keys = few.count_traces = false;
  for (few.preemptions = 0; few.preemptions <= 3; ++few.preemptions) {
    const exploration x = explore(program, few);
    if (x.result == outcome::failed && x.error.kind == failed.error.kind &&
        x.error.message == failed.error.message)
      return x.path;
    if (x.result == outcome::out_of_budget)
      break;
  }
  return failed.path;
}

search_control control_of_engine() {
  return {interrupt, [] {
            const int thread = engine.stepping ? running_thread() : -1;
            return pulse{engine.steps, thread >= 0,
                         thread >= 0 ? engine.thread[thread].at : location{}};
          }};
}

void interrupt() { interrupt_requested = 1; }
void clear_interrupt() { interrupt_requested = 0; }

} // namespace rwl::verify
