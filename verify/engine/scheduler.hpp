// The search: which thread runs next, which of its outcomes a step has, and where to branch again.
//
// One execution is a path of decisions. When it ends, the deepest decision with an alternative
// still to try is changed and the program is run again from the start (stateless search). What
// differs between the searches is which alternatives are worth trying:
//   full    all of them
//   sleep   not those whose first step was already explored from an equivalent state
//   dpor    only those that reverse a race seen in some explored execution
//   cached  as sleep, and none from a state that was reached before (by key)
//   graph   every successor of every state once; the graph is kept
//
// Godefroid 1996 (sleep sets, state caching); Flanagan & Godefroid 2005 and Abdulla, Aronis,
// Jonsson & Sagonas 2014 (dynamic partial-order reduction, source sets).
#pragma once

#include "state.hpp"
#include "tables.hpp"
#include "weak_memory.hpp"

#include <csignal>

namespace rwl::verify {

inline volatile std::sig_atomic_t interrupt_requested = 0;

using thread_mask = std::uint32_t;
constexpr thread_mask only(int t) { return thread_mask{1} << t; }
constexpr bool contains(thread_mask s, int t) { return s >> t & 1; }
constexpr int first_of(thread_mask s) { return std::countr_zero(s); }

template <int N>
class scheduler : public rl::scheduler<scheduler<N>, rl::scheduler_thread_info, N> {
  using base = rl::scheduler<scheduler<N>, rl::scheduler_thread_info, N>;
  using memory = weak_memory<N>;
  using clock = std::array<std::uint32_t, N>;

public:
  using typename base::shared_context_t;
  struct task_t {};

  scheduler(rl::test_params& p, shared_context_t& c, rl::thread_id_t dynamic)
      : base(p, c, dynamic), random_(engine.config.seed) {
    engine.memory = memory::hooks();
    engine.scheduler = this;
    engine.observed = [](void* self, bool changes) {
      static_cast<scheduler*>(self)->observed(changes);
    };
    path_.reserve(256);
    steps_.reserve(256);
    if (engine.replayed)
      load_path(*engine.replayed);
  }

  ~scheduler() { engine.found->stats.states = states_.size(); }

  rl::thread_id_t iteration_begin_impl() {
    depth_ = 0;
    steps_.clear();
    sleep_ = 0;
    preemptions_ = 0;
    started_ = only(0);
    previous_key_ = 0;
    previous_node_ = -1;
    last_observation_ = -1;
    put_aside_ = false;
    beyond_cut_.clear();
    refusals_.clear();
    for (int t = 0; t < N; ++t) {
      last_step_[t] = -1;
      made_[t] = 0;
    }
    return 0;
  }

  rl::thread_id_t schedule_impl(rl::unpark_reason& reason, unsigned) {
    reason = rl::unpark_reason_normal;
    const int current = this->thread_->index_;
    memory::infos[current] = static_cast<rl::thread_info<N>*>(rl::ctx().threadx_);
    engine.thread[current].exceptions = exceptions_in_flight::current();
    const int next = choose_thread(current);
    exceptions_in_flight::current() = engine.thread[next].exceptions;
    return next;
  }

  unsigned rand_impl(unsigned limit, rl::sched_type type) {
    switch (type) {
    case rl::sched_type_atomic_load: // Relacy's walk to older stores: go as far as load() chose
      return engine.load_depth ? (--engine.load_depth, 1) : 0;
    case rl::sched_type_mem_realloc:
      return 1; // free at once
    default:
      return limit > 1 ? choose_outcome(limit) : 0;
    }
  }

  bool iteration_end_impl() {
    statistics& s = engine.found->stats;
    if (belongs_to_this_part())
      count_execution(s);
    else
      s.steps -= steps_.size();
    if (engine.config.progress)
      engine.config.progress->store(s.executions, std::memory_order_relaxed);
    if (engine.replayed)
      return true;
    if (interrupt_requested)
      return stop(outcome::interrupted);
    if (engine.guess_failed && uses_keys())
      return true;
    if (s.executions >= engine.config.max_executions)
      return stop(engine.config.how == search::random ? outcome::bounded : outcome::out_of_budget);
    if (s.executions % 256 == 0 && seconds() > engine.config.max_seconds)
      return stop(outcome::out_of_budget);
    if (engine.config.how == search::random) {
      path_.clear();
      return false;
    }
    return !next_branch();
  }

  rl::iteration_t iteration_count_impl() { return this->iter_ + 1; }
  void get_state_impl(std::ostream&) { save_path(); } // called when an execution has failed
  void set_state_impl(std::istream&) {}
  void on_thread_block(rl::thread_id_t, bool) {}
  void thread_finished_impl() {}
  void purge_blocked_threads() {}

private:
  // One decision of the path.
  struct node {
    bool is_thread;
    std::uint8_t chosen;
    std::uint8_t alternatives = 0; // data choice: how many outcomes
    thread_mask enabled = 0;
    thread_mask sleep = 0;
    thread_mask backtrack = 0; // to be tried
    thread_mask done = 0;
    std::uint32_t graph_node = 0;
  };

  // One step of the running execution.
  struct step {
    int thread;
    pending op;
    bool writes;
    std::uint64_t before; // newest value of the cell before the step
    unsigned slot_before;
    std::uint32_t number; // of the thread's own steps, from 1
    std::size_t node;     // its decision in the path
    clock clocks{};       // happens-before: steps of each thread that come before or are this one
    std::uint64_t data = 0;
    std::uint32_t choices = 0, outcomes = 0;
  };

  // ---- choosing a thread ----

  bool finished(int t) const { return this->threads_[t].state_ == rl::thread_state_finished; }
  bool uses_sleep() const {
    switch (engine.config.how) {
    case search::sleep:
    case search::dpor:
    case search::cached:
      return true;
    default:
      return false;
    }
  }
  bool uses_keys() const {
    return engine.config.how == search::cached || engine.config.how == search::graph ||
           engine.config.check_keys;
  }
  bool tracks_order() const {
    return engine.config.how == search::dpor || engine.config.count_traces;
  }

  int choose_thread(int current) {
    // Up to its first visible operation a thread is independent of all others: no branching.
    for (int t = 0; t < N; ++t)
      if (!contains(started_, t)) {
        started_ |= only(t);
        return t;
      }
    thread_mask alive = 0, can_run = 0;
    for (int t = 0; t < N; ++t)
      if (!finished(t)) {
        alive |= only(t);
        const pending& p = engine.thread[t].next;
        const std::uint64_t value = p.target ? p.target->value : 0;
        const unsigned slot = p.target ? memory::newest_slot(*p.target) : 0;
        if (enabled(p, t, value, slot))
          can_run |= only(t);
      }
    if (!can_run)
      deadlock(alive);
    const bool current_can_run = contains(can_run, current);
    const int running_on = current_can_run ? current : first_of(can_run);
    int next = running_on;
    if (!engine.free_running) {
      if (engine.config.check_keys)
        check_key();
      if (depth_ == path_.size())
        branch(can_run, current, current_can_run);
      if (!engine.free_running)
        next = take_step(alive, can_run);
    }
    if (put_aside_)
      beyond_cut_.push_back({true, static_cast<std::uint8_t>(next), 0});
    if (current_can_run && next != current)
      ++preemptions_;
    return next;
  }

  // The path ends here: decide which threads are worth trying from this state.
  void branch(thread_mask can_run, int current, bool current_can_run) {
    thread_mask asleep = sleep_;
    thread_mask available = uses_sleep() ? can_run & ~asleep : can_run;
    if (engine.config.how == search::bounded && current_can_run &&
        preemptions_ >= engine.config.preemptions)
      available &= only(current);
    std::uint32_t graph_node = 0;
    if (engine.replayed)
      available = 0; // the recorded path is at its end
    else if (engine.config.how == search::graph)
      available = enter_graph_node(can_run, available, graph_node);
    else if (engine.config.how == search::cached)
      available = not_yet_explored(can_run, available, asleep);
    else if (available && dealing_ && path_.size() >= cut_) {
      put_aside();
      available = 0;
    }
    if (!available) {
      engine.free_running = true;
      engine.decision = path_.size();
      return;
    }
    const int chosen = first_choice(available, current);
    node n{true, static_cast<std::uint8_t>(chosen)};
    n.enabled = available;
    n.sleep = asleep;
    // Races in a subtree that another part explores are not seen here: no reduction above the cut.
    const bool by_races = engine.config.how == search::dpor && !dealing_;
    n.backtrack = by_races ? only(chosen) : available;
    n.graph_node = graph_node;
    path_.push_back(n);
  }

  int first_choice(thread_mask available, int current) {
    if (engine.config.how == search::random) {
      unsigned skip = static_cast<unsigned>(random_() % std::popcount(available));
      while (skip--)
        available &= available - 1;
      return first_of(available);
    }
    return contains(available, current) ? current : first_of(available);
  }

  int take_step(thread_mask alive, thread_mask can_run) {
    node& n = path_[depth_];
    if (!n.is_thread || !contains(can_run, n.chosen))
      nondeterministic();
    const int t = n.chosen;
    step s = next_step(t);
    if (tracks_order()) {
      if (engine.config.how == search::dpor)
        find_races(s);
      join_clocks(s);
    }
    sleep_ = 0;
    for (int other = 0; other < N; ++other)
      if (other != t && contains(n.sleep & alive, other) && !dependent(other, s))
        sleep_ |= only(other);
    last_step_[t] = static_cast<int>(steps_.size());
    previous_node_ = n.graph_node;
    steps_.push_back(s);
    engine.decision = depth_++;
    ++engine.found->stats.steps;
    return t;
  }

  step next_step(int t) {
    step s{};
    s.thread = t;
    s.op = engine.thread[t].next;
    if (s.op.target) {
      s.before = s.op.target->value;
      s.slot_before = memory::newest_slot(*s.op.target);
    }
    s.writes = writes(s.op, s.before);
    s.number = ++made_[t];
    s.node = depth_;
    return s;
  }

  // ---- choosing an outcome ----

  unsigned choose_outcome(unsigned limit) {
    if (put_aside_)
      beyond_cut_.push_back({false, 0, static_cast<std::uint8_t>(limit)});
    if (engine.free_running)
      return 0;
    if (depth_ == path_.size()) {
      if (engine.replayed) {
        engine.free_running = true;
        return 0;
      }
      node n{false, 0};
      n.alternatives = static_cast<std::uint8_t>(limit);
      if (engine.config.how == search::random)
        n.chosen = static_cast<std::uint8_t>(random_() % limit);
      path_.push_back(n);
    }
    const node& n = path_[depth_];
    if (n.is_thread || (n.alternatives && n.alternatives != limit) || n.chosen >= limit)
      nondeterministic();
    ++depth_;
    if (!steps_.empty()) {
      step& s = steps_.back();
      s.data = machine::mix(s.data, n.chosen + 1u);
      s.outcomes |= static_cast<std::uint32_t>(n.chosen & 15) << (4 * (s.choices & 7));
      ++s.choices;
    }
    return n.chosen;
  }

  // ---- dependence, dynamic partial-order reduction, branching again: scheduler_reduction.hpp ----

  static bool on_behalf(const pending& p, int thread);
  static bool dependent(int thread, const step& s);
  static bool conflicting(const step& a, const step& b);
  clock clocks_of(int t) const;
  static void join(clock& into, const clock& from);
  void join_clocks(step& s);
  void find_races(const step& s);
  void reverse(std::size_t j, const step& s, const clock& own);
  thread_mask first_threads_without(std::size_t j, const step& s, const clock& own) const;
  void observed(bool changes_state);
  std::uint64_t trace_hash() const;
  bool next_branch();

  // ---- parts of a search: scheduler_parts.hpp ----

  static constexpr std::size_t subtrees_for_each_part = 64;
  bool belongs_to_this_part() const;
  void put_aside();
  void subtree_was_cut();

  // ---- states and their graph: scheduler_states.hpp ----

  std::uint64_t state_key();
  void check_key();
  thread_mask not_yet_explored(thread_mask can_run, thread_mask available, thread_mask& asleep);
  // Long executions are not replayed for ever: beyond this depth a state is put aside, and later
  // becomes the start of a new round.
  static constexpr std::size_t round_depth = 60;
  thread_mask enter_graph_node(thread_mask can_run, thread_mask available, std::uint32_t& index);
  void add_graph_node(thread_mask can_run);
  void add_graph_edge(std::uint32_t to);

  void count_execution(statistics& s) {
    ++s.executions;
    s.longest = std::max<std::uint64_t>(s.longest, steps_.size());
    if (engine.free_running)
      return;
    ++s.complete;
    if (engine.config.count_traces && traces_.insert(trace_hash()))
      ++s.traces;
  }

  bool stop(outcome why) {
    engine.found->result = why;
    return true;
  }

  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }

  // ---- paths as decisions ----

  void load_path(const decisions& all) {
    for (const decision& d : all) {
      node n{d.is_thread, d.value};
      n.alternatives = d.alternatives;
      n.enabled = ~thread_mask{0};
      path_.push_back(n);
    }
  }

  void save_path() {
    outside_model outside;
    engine.found->path.clear();
    for (std::size_t i = 0; i < std::min(path_.size(), depth_); ++i)
      engine.found->path.push_back({path_[i].is_thread, path_[i].chosen, path_[i].alternatives});
    engine.found->path.insert(engine.found->path.end(), beyond_cut_.begin(), beyond_cut_.end());
  }

  // ---- failures ----

  [[noreturn]] void fail(const char* message, rl::test_result_e kind) {
    {
      outside_model outside;
      engine.found->error.message = message;
      engine.found->error.at = engine.thread[this->thread_->index_].at;
    }
    rl::ctx().fail_test(message, kind, RL_INFO);
    std::abort();
  }
  [[noreturn]] void deadlock(thread_mask alive) {
    if (engine.record) {
      outside_model outside;
      for (int t = 0; t < N; ++t)
        if (contains(alive, t))
          engine.record->blocked.push_back(waits_for(t));
    }
    fail("nobody can go on", rl::test_result_deadlock);
  }
  static std::string waits_for(int t) {
    const pending& p = engine.thread[t].next;
    std::string text = "T" + std::to_string(t);
    switch (p.kind) {
    case op_kind::lock:
      return text + " waits for a mutex held by T" +
             std::to_string(std::countr_zero(p.target->value));
    case op_kind::park:
      return text + " is parked and nobody unparks it";
    case op_kind::wake:
      return text + " waits for a notification";
    default:
      return text + " awaits a value that nobody stores";
    }
  }
  [[noreturn]] void nondeterministic() {
    fail("the program is not deterministic: it did something else when run again",
         rl::test_result_inconsistent_test_suite);
  }

  typename rl::vector<node>::type path_;
  std::size_t depth_ = 0;
  typename rl::vector<step>::type steps_;
  std::array<int, N> last_step_{};
  std::array<std::uint32_t, N> made_{};
  thread_mask started_ = 0;
  thread_mask sleep_ = 0;
  unsigned preemptions_ = 0;
  std::mt19937_64 random_;

  hash_map states_;     // cached: sleep set; graph: node index; key check: nothing
  hash_map successors_; // key check
  hash_map traces_;
  std::uint64_t previous_key_ = 0;

  std::int64_t previous_node_ = -1;
  bool resuming_ = false;
  std::size_t round_start_ = 0;
  std::deque<typename rl::vector<node>::type, rl::raw_allocator<typename rl::vector<node>::type>>
      aside_;

  bool dealing_ = engine.config.part.of > 1;
  std::size_t cut_ = 1;    // decisions above a subtree
  std::size_t uncut_ = 1;  // subtrees of the level above the cut that are still to be explored
  bool put_aside_ = false; // this execution stands for a whole subtree
  typename rl::vector<decision>::type beyond_cut_; // what it does there: it may fail

  int last_observation_ = -1;
  typename rl::vector<int>::type refusals_;

  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

} // namespace rwl::verify

#include "scheduler_parts.hpp"
#include "scheduler_reduction.hpp"
#include "scheduler_states.hpp"
