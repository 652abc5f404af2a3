// Conditions: some threads wait on a condition in either mode of one lock, others notify them.
#pragma once

#include "../engine/stop.hpp"
#include "../engine/sync.hpp"
#include "watched.hpp"

#include <rwl/condition.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>

namespace rwl::verify {

// One letter for each thread. Waiters wait unless the change has been made:
//
//   R W   shared, exclusive          t T   the same, with a deadline       c C   with a stop token
//
//   n     makes the change, notifies one; whoever is notified notifies one more
//   a     makes the change, notifies all
//   2     makes the change once all waiters wait, notifies two, and checks that it is two; then all
//   s     requests a stop
struct condition_set {
  std::string threads_do;
  rules held_to;

  int threads() const { return static_cast<int>(threads_do.size()); }
  int waiters() const {
    return static_cast<int>(
        std::count_if(threads_do.begin(), threads_do.end(), [](char c) { return is_waiter(c); }));
  }
  bool chained() const { return threads_do.find('n') != std::string::npos; }
  static bool is_waiter(char c) { return std::string_view("RWtTcC").find(c) != std::string::npos; }
};

namespace evidence {
enum condition_witness { was_notified = 24, time_was_up, was_stopped };
} // namespace evidence

template <class Lock>
class condition_program : public watched_program {
public:
  explicit condition_program(const condition_set& s) : watched_program(s.held_to), set_(s) {}

  void thread(int t) override {
    const char role = set_.threads_do[static_cast<std::size_t>(t)];
    run::checkpoint(1);
    switch (role) {
    case 's':
      stop_.request_stop();
      break;
    case 'n':
      change();
      condition_.notify_one();
      break;
    case 'a':
      change();
      condition_.notify_all();
      break;
    case '2':
      await_all_waiters();
      change();
      notify_two();
      condition_.notify_all();
      break;
    default:
      if (role == 'R' || role == 't' || role == 'c')
        wait_with<std::shared_lock<Lock>>(t, role);
      else
        wait_with<std::unique_lock<Lock>>(t, role);
    }
    run::enter(phase::remainder);
    run::checkpoint(100);
  }

  void finish() override {
    run::check(!spec().held() && spec().waiting_readers().empty() &&
                   spec().waiting_writers().empty() && spec().condition_readers().empty() &&
                   spec().condition_writers().empty(),
               "at the end somebody holds the lock or waits for it");
  }

private:
  using guard_of_writer = std::unique_lock<Lock>;

  template <class Guard>
  void wait_with(int t, char role) {
    run::enter(phase::trying);
    bool notified = false;
    {
      Guard guard(lock_);
      run::checkpoint(2);
      counted_.fetch_add(1, std::memory_order_relaxed);
      if (!changed_.get()) {
        run::checkpoint(3);
        notified = wait(guard, role);
        run::checkpoint(notified ? 4 : 5);
        check_mode(t, std::is_same_v<Guard, guard_of_writer>);
        run::check(changed_.get() || !notified, "condition: notified before the change");
      }
      run::enter(phase::leaving);
      run::checkpoint(notified ? 6 : 7);
    }
    run::checkpoint(notified ? 8 : 9);
    if (notified && set_.chained())
      condition_.notify_one();
  }

  template <class Guard>
  bool wait(Guard& guard, char role) {
    bool notified = true;
    switch (role) {
    case 't':
    case 'T':
      notified = condition_.wait_for(guard, std::chrono::seconds(1));
      break;
    case 'c':
    case 'C':
      notified = condition_.wait(guard, stop_.get_token());
      break;
    default:
      condition_.wait(guard);
    }
    const bool timed = role == 't' || role == 'T';
    run::witness(notified ? evidence::was_notified
                 : timed  ? evidence::time_was_up
                          : evidence::was_stopped);
    return notified;
  }

  void check_mode(int t, bool writes) const {
    const bool as_before = writes ? spec().writer() == t : spec().readers().contains(t);
    run::check(as_before, "condition: the lock is not held in the same mode after the wait");
  }

  void change() {
    run::enter(phase::trying);
    const guard_of_writer guard(lock_);
    changed_ = true;
  }

  // Those who have counted themselves, and let the lock go since, wait.
  void await_all_waiters() {
    explorer_sync::await(
        counted_, [all = set_.waiters()](int n) { return n == all; }, std::memory_order_relaxed);
  }

  void notify_two() {
    const int before = sleeping();
    condition_.notify(2);
    run::check(sleeping() == before - 2, "condition: notify(2) did not notify two");
  }
  int sleeping() const {
    return spec().condition_readers().size() + spec().condition_writers().size();
  }

  const condition_set& set_;
  Lock lock_;
  basic_condition<explorer_sync> condition_;
  explorer_sync::stop_source stop_;
  explorer_sync::var<bool> changed_{false};
  explorer_sync::atomic<int> counted_{0}; // waiters that have come as far as to wait
};

} // namespace rwl::verify
