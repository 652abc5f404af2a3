// Programs that block inside their sections: a lock that keeps anybody out without need deadlocks.
#pragma once

#include "../engine/sync.hpp"
#include "letters_program.hpp"
#include "unmodelled.hpp"
#include "watched.hpp"

#include <optional>

namespace rwl::verify {

// Scenarios in which only kinds count.
struct population {
  int writers = 1;
  int readers = 1;
  rules held_to;
  bool outlived = false; // teardown: some release must be seen to outlive the lock

  int threads() const { return writers + readers; }
};

struct party {
  int readers = 2;
  bool after_writer = false; // thread 0 writes first, alone; then all meet
  rules held_to;

  int threads() const { return readers; }
};

// Own steps of an entry that nothing stands in the way of.
inline constexpr std::uint32_t entry_step_bound = 16;

// Reader concurrency: all readers are inside at once, and wait there for each other.
template <class Lock>
class meeting_program : public watched_program {
public:
  explicit meeting_program(const party& p) : watched_program(p.held_to), party_(p) {
    refine(false);
  }

  void thread(int t) override {
    if (party_.after_writer)
      t == 0 ? write_first() : wait_for_writer();
    run::enter(phase::trying);
    run::checkpoint(1);
    lock_.lock_shared();
    run::maximum(evidence::entry_steps, run::steps_in_phase());
    run::check(run::steps_in_phase() <= entry_step_bound,
               "concurrent entering: a reader took too many own steps though nobody writes");
    unmodelled_.check_unchanged();
    run::enter(phase::inside);
    run::checkpoint(2);
    inside_.fetch_add(1, std::memory_order_relaxed);
    explorer_sync::await(
        inside_, [all = party_.readers](int n) { return n == all; }, std::memory_order_relaxed);
    run::enter(phase::leaving);
    run::checkpoint(3);
    lock_.unlock_shared();
    run::enter(phase::remainder);
    run::checkpoint(4);
  }

private:
  void write_first() {
    lock_.lock();
    lock_.unlock();
    written_.store(1, std::memory_order_release);
  }
  void wait_for_writer() {
    explorer_sync::await(
        written_, [](int w) { return w == 1; }, std::memory_order_acquire);
  }

  const party& party_;
  Lock lock_;
  unmodelled_bytes<Lock> unmodelled_{lock_};
  explorer_sync::atomic<int> inside_{0};
  explorer_sync::atomic<int> written_{0};
};

// Work conservation: whoever is inside stays there until nobody waits who could be let in. A lost
// wake-up shows even while others hold the lock. For search::graph.
template <class Lock>
class conserving_program : public letters_program<Lock> {
  using base = letters_program<Lock>;

public:
  explicit conserving_program(const script_set& m) : base(m) { base::refine(false); }

protected:
  void observe_step(const transition& step) override {
    admissible_.set(static_cast<std::uint64_t>(step.after.grantable(step.rules) + 1));
  }

  std::uint64_t section(typename base::visit& v) override {
    v.arrive(phase::inside);
    admissible_.await_zero();
    return 0;
  }

private:
  ghost admissible_; // 1 + a thread that waits though it could be let in; 0: there is none
};

// Two readers that both turn their read lock into the write lock.
template <class Lock>
class upgrading_program : public watched_program {
public:
  explicit upgrading_program(const population& p) : watched_program(p.held_to) { refine(false); }

  void thread(int) override {
    run::enter(phase::trying);
    run::checkpoint(1);
    lock_.lock_shared();
    run::enter(phase::inside);
    run::checkpoint(2);
    run::enter(phase::trying);
    lock_.upgrade();
    run::enter(phase::inside);
    unmodelled_.check_unchanged();
    run::checkpoint(3);
    lock_.unlock();
    run::enter(phase::remainder);
    run::checkpoint(4);
  }

  void observe(event, int) override {} // the specification knows no upgrade of a plain reader

private:
  Lock lock_;
  unmodelled_bytes<Lock> unmodelled_{lock_};
};

// Whoever comes last waits, by locking once more, until all others have let go, and destroys the
// lock: their unlocks may not have returned yet.
template <class Lock>
class teardown_program : public watched_program {
public:
  explicit teardown_program(const population& p) : watched_program(p.held_to), population_(p) {
    refine(false);
    unmodelled_.emplace(*new (lock_) Lock);
  }
  ~teardown_program() override {
    if (!destroyed_)
      lock().~Lock();
  }

  void thread(int t) override {
    run::enter(phase::trying);
    run::checkpoint(1);
    t < population_.writers ? lock().lock() : lock().lock_shared();
    run::enter(phase::inside);
    unmodelled_->check_unchanged();
    run::checkpoint(2);
    // Acquire and release: whoever is last has seen all others come this far.
    const bool last = users_.fetch_add(1, std::memory_order_acq_rel) + 1 == population_.threads();
    run::enter(phase::leaving);
    run::checkpoint(last ? 3 : 4);
    t < population_.writers ? lock().unlock() : lock().unlock_shared();
    run::enter(phase::remainder);
    run::checkpoint(last ? 5 : 6);
    if (last) {
      lock().lock();
      lock().unlock();
      run::checkpoint(8);
      for (int other = 0; other < population_.threads(); ++other)
        if (run::current_phase(other) == phase::leaving)
          run::witness(evidence::outlived);
      destroyed_ = true;
      lock().~Lock();
    }
    run::checkpoint(7);
  }

private:
  Lock& lock() { return *std::launder(reinterpret_cast<Lock*>(lock_)); }

  const population& population_;
  alignas(Lock) std::byte lock_[sizeof(Lock)];
  std::optional<unmodelled_bytes<Lock>> unmodelled_;
  explorer_sync::atomic<int> users_{0};
  bool destroyed_ = false; // follows from the threads' own histories
};

} // namespace rwl::verify
