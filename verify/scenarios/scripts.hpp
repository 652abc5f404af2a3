// The standard program: each thread makes a few acquisitions, and everything is watched.
#pragma once

#include "../engine/sync.hpp"
#include "watched.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace rwl::verify {

// R, W: lock_shared and lock; r, w: the try forms. One string for each thread.
struct script_set {
  std::array<std::string, thread_limit> scripts;
  int threads = 0;
  rules held_to;
  bool payload = true;           // a race-checked variable in every section
  bool exclusion = true;         // a writer inside is checked to be alone
  bool refinement = true;        // every event must be allowed by the specification
  bool exit_bound = true;        // releases take a bounded number of own steps
  bool orders = false;           // follow the orders of entry
  std::uint8_t fatal_orders = 0; // fail when one of these is violated

  std::string name() const { // "R+RW", longest first as given
    std::string text;
    for (int t = 0; t < threads; ++t)
      text += (t ? "+" : "") + scripts[static_cast<std::size_t>(t)];
    return text;
  }
};

// Own steps of a release: a few attempts, the queue lock, the hand-over, and one wake-up for each
// thread let in.
inline constexpr std::uint32_t exit_step_bound = 16 + thread_limit;

template <class Lock>
class scripted_program : public watched_program {
public:
  explicit scripted_program(const script_set& m) : watched_program(m.held_to), set_(m) {
    refine(m.refinement);
  }

  void thread(int t) override {
    const std::string& script = set_.scripts[static_cast<std::size_t>(t)];
    std::uint64_t counter = 0;
    for (char operation : script) {
      run::enter(phase::trying);
      run::checkpoint(++counter);
      switch (operation) {
      case 'R':
        lock_.lock_shared();
        read(++counter);
        break;
      case 'r':
        if (lock_.try_lock_shared())
          read(++counter);
        break;
      case 'W':
        lock_.lock();
        write(++counter);
        break;
      case 'w':
        if (lock_.try_lock())
          write(++counter);
        break;
      }
      run::enter(phase::remainder);
      counter += 10;
    }
    run::checkpoint(1000);
  }

  void finish() override {
    run::check(!spec().held() && spec().waiting_readers().empty() &&
                   spec().waiting_writers().empty(),
               "at the end somebody holds the lock or waits for it");
  }

  std::uint64_t key() const override {
    return set_.orders ? machine::mix(watched_program::key(), orders_.hash())
                       : watched_program::key();
  }

  std::uint64_t final_state() const override { return spec().hash(); }

protected:
  void observe_step(const transition& step) override {
    if (!set_.orders)
      return;
    orders_.observe(step);
    std::uint64_t violated = 0;
    for (order o : all_orders)
      if (orders_.violated(o)) {
        violated |= 1u << static_cast<int>(o);
        run::maximum(evidence::first_order + static_cast<int>(o), 1);
      }
    run::check(!(violated & set_.fatal_orders), "an order of entry is violated");
  }

private:
  void read(std::uint64_t counter) {
    run::enter(phase::inside);
    run::checkpoint(counter);
    if (set_.payload)
      (void)payload_.get();
    const std::uint64_t writers = writers_inside_.get();
    if (set_.exclusion)
      run::check(writers == 0, "mutual exclusion: a reader is inside beside a writer");
    run::enter(phase::leaving);
    run::checkpoint(counter + 1);
    lock_.unlock_shared();
    left();
  }

  void write(std::uint64_t counter) {
    run::enter(phase::inside);
    run::checkpoint(counter);
    const std::uint64_t writers = writers_inside_.add(1);
    if (set_.exclusion)
      run::check(writers == 0, "mutual exclusion: two writers are inside");
    if (set_.payload)
      payload_ = payload_.get() + 1;
    run::checkpoint(counter + 1);
    writers_inside_.add(-1);
    run::enter(phase::leaving);
    run::checkpoint(counter + 2);
    lock_.unlock();
    left();
  }

  void left() {
    run::maximum(evidence::exit_steps, run::steps_in_phase());
    if (set_.exit_bound)
      run::check(run::steps_in_phase() <= exit_step_bound,
                 "bounded exit: a release took too many own steps");
  }

  const script_set& set_;
  Lock lock_;
  explorer_sync::var<int> payload_{0};
  ghost writers_inside_;
  order_monitor orders_;
};

} // namespace rwl::verify
