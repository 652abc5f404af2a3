// Every column of the matrix has a broken lock that it catches: a check that cannot fail is none.
#include "verdicts.hpp"

#include "verify/scenarios/exhibits.hpp"

#include <rwl/rwlock.hpp>
#include <rwl/textbook/naive.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <string>

namespace rwl::verify {

namespace {

// The production lock on a machine that ignores orders, or forgets to wake.
struct unordered_sync : explorer_sync {
  template <modelled T>
  class atomic : public explorer_sync::atomic<T> {
    using base = explorer_sync::atomic<T>;

  public:
    using base::base;
    bool compare_exchange_strong(T& expected, T desired, order, order,
                                 location at = location::current()) {
      return base::compare_exchange_strong(expected, desired, std::memory_order_relaxed,
                                           std::memory_order_relaxed, at);
    }
  };
};

struct sleepy_sync : explorer_sync {
  struct parker : explorer_sync::parker {
    void unpark() {}
  };
};

// Locks nobody out.
struct open_door {
  void lock() { enter(event::write_request, event::write_grant); }
  bool try_lock() {
    lock();
    return true;
  }
  void unlock() { explorer_sync::observe(event::write_release, this, explorer_sync::owner()); }
  void lock_shared() { enter(event::read_request, event::read_grant); }
  bool try_lock_shared() {
    lock_shared();
    return true;
  }
  void unlock_shared() {
    explorer_sync::observe(event::read_release, this, explorer_sync::owner());
  }

private:
  void enter(event request, event grant) {
    steps_.fetch_add(1, std::memory_order_acq_rel);
    explorer_sync::observe(request, this, explorer_sync::owner());
    explorer_sync::observe(grant, this, explorer_sync::owner());
  }
  explorer_sync::atomic<int> steps_{0};
};

// A mutex whose release dawdles.
struct slow_exit : mutex_behind_interface<explorer_sync> {
  using base = mutex_behind_interface<explorer_sync>;
  void unlock() {
    dawdle();
    base::unlock();
  }
  void unlock_shared() {
    dawdle();
    base::unlock_shared();
  }

private:
  void dawdle() {
    for (std::uint32_t i = 0; i <= exit_step_bound; ++i)
      idle_.fetch_add(1, std::memory_order_relaxed);
  }
  explorer_sync::atomic<int> idle_{0};
};

// The second reader to come waits for the waiting writers; all others pass them, and it.
class uneven_readers {
public:
  void lock() {
    explorer_sync::unique_lock guard{mutex_};
    explorer_sync::observe(event::write_request, this, explorer_sync::owner());
    ++waiting_writers_;
    changed_.wait(guard, [this] { return !writing_ && readers_ == 0; });
    --waiting_writers_;
    writing_ = true;
    explorer_sync::observe(event::write_grant, this, explorer_sync::owner());
  }
  void unlock() {
    explorer_sync::unique_lock guard{mutex_};
    writing_ = false;
    explorer_sync::observe(event::write_release, this, explorer_sync::owner());
    changed_.notify_all();
  }
  void lock_shared() {
    explorer_sync::unique_lock guard{mutex_};
    explorer_sync::observe(event::read_request, this, explorer_sync::owner());
    const bool polite = ++arrivals_ == 2;
    changed_.wait(guard, [this, polite] { return !writing_ && !(polite && waiting_writers_ > 0); });
    ++readers_;
    explorer_sync::observe(event::read_grant, this, explorer_sync::owner());
  }
  void unlock_shared() {
    explorer_sync::unique_lock guard{mutex_};
    --readers_;
    explorer_sync::observe(event::read_release, this, explorer_sync::owner());
    changed_.notify_all();
  }
  bool try_lock() { return false; }
  bool try_lock_shared() { return false; }

private:
  explorer_sync::mutex mutex_;
  explorer_sync::condition_variable changed_;
  explorer_sync::var<int> readers_{0}, waiting_writers_{0}, arrivals_{0};
  explorer_sync::var<bool> writing_{false};
};

// Two threads in strict alternation: each waits for the other to have come and gone.
class taking_turns {
public:
  void lock() { wait_for_turn(); }
  void lock_shared() { wait_for_turn(); }
  void unlock() { turn_.store(1 - machine::thread(), std::memory_order_release); }
  void unlock_shared() { unlock(); }
  bool try_lock() { return false; }
  bool try_lock_shared() { return false; }

private:
  void wait_for_turn() {
    explorer_sync::await(
        turn_, [me = machine::thread()](int t) { return t == me; }, std::memory_order_acquire);
  }
  explorer_sync::atomic<int> turn_{0};
};

using writer_preferring = basic_rwlock<rwl::strategy::writer_preferring, explorer_sync>;
using reader_preferring = basic_rwlock<rwl::strategy::reader_preferring, explorer_sync>;

using namespace test;

class properties_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(properties_test);
  CPPUNIT_TEST(an_open_door_refutes_mutual_exclusion);
  CPPUNIT_TEST(missing_orders_refute_data_race_freedom);
  CPPUNIT_TEST(a_mutex_refutes_reader_concurrency);
  CPPUNIT_TEST(a_dropped_wake_up_refutes_deadlock_freedom);
  CPPUNIT_TEST(preferences_refute_the_bypass_bounds);
  CPPUNIT_TEST(preferences_refute_starvation_freedom);
  CPPUNIT_TEST(strict_alternation_refutes_starvation_freedom);
  CPPUNIT_TEST(preferences_refute_each_others_priority);
  CPPUNIT_TEST(no_order_refutes_fcfs);
  CPPUNIT_TEST(uneven_readers_refute_fife);
  CPPUNIT_TEST(writer_preference_refutes_phase_fairness);
  CPPUNIT_TEST(a_slow_release_refutes_bounded_exit);
  CPPUNIT_TEST(two_naive_upgraders_deadlock);
  CPPUNIT_TEST(the_wrong_specification_refutes_refinement);
  CPPUNIT_TEST(a_missing_overlap_is_reported);
  CPPUNIT_TEST(a_starvation_ends_in_a_cycle);
  CPPUNIT_TEST_SUITE_END();

public:
  void an_open_door_refutes_mutual_exclusion() {
    const auto lock = plan_for<open_door>();
    assert_refuted(lock, "mix R+W", property::mutual_exclusion);
    assert_refuted(lock, "mix W+W", property::mutual_exclusion);
  }
  void missing_orders_refute_data_race_freedom() {
    const auto lock = plan_for<basic_rwlock<rwl::strategy::phase_fair, unordered_sync>>();
    assert_refuted(lock, "mix R+W", property::data_race_freedom);
    assert_refuted(lock, "mix W+W", property::data_race_freedom);
  }
  void a_mutex_refutes_reader_concurrency() {
    assert_refuted(plan_for<mutex_behind_interface<explorer_sync>>(), "meeting 2R",
                   property::reader_concurrency);
  }
  void a_dropped_wake_up_refutes_deadlock_freedom() {
    const auto lock = plan_for<basic_rwlock<rwl::strategy::phase_fair, sleepy_sync>>(
        follows(strategy::phase_fair));
    assert_refuted(lock, "mix R+W", property::deadlock_freedom);
    assert_refuted(lock, "conserving 1W+1R", property::deadlock_freedom);
  }
  void preferences_refute_the_bypass_bounds() {
    assert_refuted(plan_for<writer_preferring>(), "rounds R|WW", property::reader_bypass);
    assert_refuted(plan_for<reader_preferring>(), "rounds W|RR", property::writer_bypass);
  }
  void preferences_refute_starvation_freedom() {
    assert_refuted(plan_for<writer_preferring>(), "forever 2W+1R sc",
                   property::reader_starvation_freedom);
    assert_refuted(plan_for<reader_preferring>(), "forever 1W+2R sc",
                   property::writer_starvation_freedom);
  }
  void strict_alternation_refutes_starvation_freedom() {
    const auto lock = plan_for<taking_turns>();
    assert_refuted(lock, "forever 1W+1R sc", property::reader_starvation_freedom);
    assert_refuted(lock, "forever 1W+1R sc", property::writer_starvation_freedom);
  }
  void preferences_refute_each_others_priority() {
    assert_refuted(plan_for<writer_preferring>(follows(strategy::writer_preferring)), "mix R+R+W",
                   property::reader_priority);
    assert_refuted(plan_for<reader_preferring>(follows(strategy::reader_preferring)), "mix R+R+W",
                   property::writer_priority);
  }
  void no_order_refutes_fcfs() {
    const auto lock = plan_for<textbook::naive<explorer_sync>>();
    assert_refuted(lock, "mix W+W+W", property::writer_fcfs);
    assert_refuted(lock, "mix R+R+W", property::fcfs);
  }
  void uneven_readers_refute_fife() {
    const auto lock = plan_for<uneven_readers>(follows(strategy::writer_preferring));
    assert_refuted(lock, "mix R+R+R+W", property::refinement);
    assert_refuted(lock, "mix R+R+R+W", property::reader_fife);
  }
  void writer_preference_refutes_phase_fairness() {
    assert_refuted(plan_for<writer_preferring>(follows(strategy::writer_preferring)), "mix R+W+W+W",
                   property::phase_fairness);
  }
  void a_slow_release_refutes_bounded_exit() {
    assert_refuted(plan_for<slow_exit>(), "mix W+W", property::bounded_exit);
  }
  void two_naive_upgraders_deadlock() {
    assert_refuted(plan_for<textbook::naive<explorer_sync>>(), "upgrading 2R", property::upgrade);
  }
  void the_wrong_specification_refutes_refinement() {
    assert_refuted(plan_for<writer_preferring>(follows(strategy::reader_preferring)), "mix R+R+W",
                   property::refinement);
    assert_refuted(plan_for<writer_preferring>(follows(strategy::phase_fair)), "mix R+W+W",
                   property::refinement);
    assert_refuted(plan_for<reader_preferring>(follows(strategy::fifo)), "mix R+R+W",
                   property::refinement);
  }
  void a_missing_overlap_is_reported() {
    const check_result r = run_check(plan_for<mutex_behind_interface<explorer_sync>>(), "mix R+R");
    CPPUNIT_ASSERT(std::find(r.missing.begin(), r.missing.end(), "readers overlapped") !=
                   r.missing.end());
  }
  void a_starvation_ends_in_a_cycle() {
    const check_result r = run_check(plan_for<writer_preferring>(), "forever 2W+1R sc");
    const counterexample& e = about(r, property::reader_starvation_freedom).examples.at(0);
    CPPUNIT_ASSERT(e.cycle_begin < e.steps.steps.size());
    bool reader_entered = false, writer_entered = false;
    for (std::size_t i = e.cycle_begin; i < e.steps.steps.size(); ++i)
      for (const std::string& what : e.steps.steps[i].events) {
        reader_entered |= what == "T2 read_grant";
        writer_entered |= what.ends_with("write_grant");
      }
    CPPUNIT_ASSERT(writer_entered);
    CPPUNIT_ASSERT(!reader_entered);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(properties_test);

} // namespace

} // namespace rwl::verify
