// Waiting: an operation that must wait is not enabled, so a wait costs no steps, and a program in
// which nobody can go on is deadlocked, not slow.
#include "script.hpp"

namespace rwl::verify::test {
namespace {

struct room : registers {
  sync::atomic<int> x{0}, y{0};
  sync::parker parker;
  sync::mutex mutex;
  sync::condition_variable changed, all_asleep;
  sync::var<int> ready{0}, asleep{0};
};
using body = script<room>::body;

options with_wakeups(unsigned budget) {
  options o;
  o.spurious_wakeups = budget;
  return o;
}

class blocking_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(blocking_test);
  CPPUNIT_TEST(unpark_before_park_is_not_lost);
  CPPUNIT_TEST(two_unparks_leave_one_token);
  CPPUNIT_TEST(unpark_releases_to_park);
  CPPUNIT_TEST(timed_park_may_time_out_at_any_point);
  CPPUNIT_TEST(await_reads_any_value_that_satisfies);
  CPPUNIT_TEST(await_may_miss_a_value_that_goes_away);
  CPPUNIT_TEST(mutex_excludes);
  CPPUNIT_TEST(mutex_is_neither_recursive_nor_free_for_all);
  CPPUNIT_TEST(condition_is_not_missed_with_a_predicate);
  CPPUNIT_TEST(notification_before_the_wait_is_lost);
  CPPUNIT_TEST(notify_one_wakes_any_one);
  CPPUNIT_TEST(wakeups_are_spurious_within_their_budget);
  CPPUNIT_TEST(timed_wait_may_time_out_at_any_point);
  CPPUNIT_TEST(waiting_for_each_other_is_a_deadlock);
  CPPUNIT_TEST(spinning_for_each_other_is_a_livelock);
  CPPUNIT_TEST_SUITE_END();

  // ---- parker

  void unpark_before_park_is_not_lost() {
    expect("unpark, park", "1",
           script<room>{{[](room& s) {
                           s.parker.park();
                           s.r[0] = 1;
                         },
                         [](room& s) { s.parker.unpark(); }}});
    expect("park, never unparked", "deadlock", script<room>{{[](room& s) { s.parker.park(); }}});
  }

  void two_unparks_leave_one_token() {
    expect("two tokens in one", "10", script<room>{{[](room& s) {
             s.parker.unpark();
             s.parker.unpark();
             s.r[0] = s.parker.park_until(0);
             s.r[1] = s.parker.park_until(0);
           }}});
  }

  void unpark_releases_to_park() {
    const body give = [](room& s) {
      s.ready = 1;
      s.parker.unpark();
    };
    expect("what happens before the unpark is seen", "1",
           script<room>{{[](room& s) {
                           s.parker.park();
                           s.r[0] = s.ready;
                         },
                         give}});
    expect("a park that timed out has seen nothing", "data race",
           script<room>{{[](room& s) {
                           s.parker.park_until(0);
                           s.r[0] = s.ready;
                         },
                         give}});
  }

  void timed_park_may_time_out_at_any_point() {
    expect("a token that comes too late stays", "01 1",
           script<room>{{[](room& s) {
                           s.r[0] = s.parker.park_until(0);
                           if (s.r[0] == 0) {
                             s.parker.park();
                             s.r[1] = 1;
                           }
                         },
                         [](room& s) { s.parker.unpark(); }}});
  }

  // ---- await

  static int await_one(room& s) {
    return sync::await(
        s.x, [](int value) { return value >= 1; }, relaxed);
  }

  void await_reads_any_value_that_satisfies() {
    const body wait = [](room& s) { s.r[0] = await_one(s); };
    expect("old or new", "1 2", script<room>{{wait, [](room& s) {
                                                s.x.store(1, relaxed);
                                                s.x.store(2, relaxed);
                                              }}});
    expect("nobody stores", "deadlock",
           script<room>{{wait, [](room& s) { s.y.store(1, relaxed); }}});
  }

  // An await is a loop of loads: it may have read just before, and only look again when the value
  // has gone.
  void await_may_miss_a_value_that_goes_away() {
    const script<room> s{{[](room& s) { s.r[0] = await_one(s); },
                          [](room& s) {
                            s.x.store(1, relaxed);
                            s.x.store(0, relaxed);
                          }}};
    expect("gone for good", "deadlock", s);
    options o;
    o.memory = memory_model::sequential;
    expect("gone for good, sequentially consistent", "deadlock", s, o);
    expect("seen by a seq_cst await only while it is there", "deadlock",
           script<room>{{[](room& s) {
                           sync::await(
                               s.x, [](int v) { return v == 1; }, seq_cst);
                         },
                         [](room& s) {
                           s.x.store(1, seq_cst);
                           s.x.store(0, seq_cst);
                         }}});
    expect("gone and back", "1 2",
           script<room>{{[](room& s) { s.r[0] = await_one(s); },
                         [](room& s) {
                           for (int value : {1, 0, 2})
                             s.x.store(value, relaxed);
                         }}});
  }

  // ---- mutex

  void mutex_excludes() {
    const body increment = [](room& s) {
      sync::unique_lock guard{s.mutex};
      ++s.ready;
    };
    const body read = [](room& s) { s.r[0] = s.ready; };
    expect("sections are ordered", "2", script<room>{{increment, increment}, read});
    expect("without the mutex", "data race",
           script<room>{{increment, [](room& s) { ++s.ready; }}, read});
    expect("try_lock fails only when it is held", "01 10 11",
           script<room>{{[](room& s) {
                           s.r[0] = s.mutex.try_lock();
                           if (s.r[0])
                             s.mutex.unlock();
                         },
                         [](room& s) {
                           s.r[1] = s.mutex.try_lock();
                           if (s.r[1])
                             s.mutex.unlock();
                         }}});
  }

  void mutex_is_neither_recursive_nor_free_for_all() {
    expect("locked twice", "mutex misuse", script<room>{{[](room& s) {
             s.mutex.lock();
             s.mutex.lock();
           }}});
    expect("unlocked by another thread", "mutex misuse",
           script<room>{{[](room& s) { s.mutex.lock(); }, [](room& s) { s.mutex.unlock(); }}});
  }

  // ---- condition variable

  static void make_ready(room& s) {
    sync::unique_lock guard{s.mutex};
    s.ready = 1;
    s.changed.notify_one();
  }

  void condition_is_not_missed_with_a_predicate() {
    for (unsigned budget : {0u, 1u})
      expect("wait for ready", "1",
             script<room>{{[](room& s) {
                             sync::unique_lock guard{s.mutex};
                             s.changed.wait(guard, [&s] { return s.ready == 1; });
                             s.r[0] = s.ready;
                           },
                           make_ready}},
             with_wakeups(budget));
  }

  void notification_before_the_wait_is_lost() {
    const script<room> s{{[](room& s) {
                            sync::unique_lock guard{s.mutex};
                            s.changed.wait(guard);
                          },
                          make_ready}};
    for (unsigned budget : {0u, 1u})
      expect("wait without a predicate", "deadlock", s, with_wakeups(budget));
  }

  // Whoever is woken first says so and wakes the other.
  template <int id>
  static void sleep_until_notified(room& s) {
    sync::unique_lock guard{s.mutex};
    ++s.asleep;
    s.all_asleep.notify_one();
    s.changed.wait(guard);
    if (s.r[0] < 0)
      s.r[0] = id;
    s.changed.notify_one();
  }

  void notify_one_wakes_any_one() {
    expect("the first of two", "1 2",
           script<room>{{sleep_until_notified<1>, sleep_until_notified<2>,
                         [](room& s) {
                           sync::unique_lock guard{s.mutex};
                           s.all_asleep.wait(guard, [&s] { return s.asleep == 2; });
                           s.changed.notify_one();
                         }}},
           with_wakeups(0));
  }

  void wakeups_are_spurious_within_their_budget() {
    const script<room> s{{[](room& s) {
                            sync::unique_lock guard{s.mutex};
                            for (s.r[0] = 0; s.ready == 0; ++s.r[0])
                              s.changed.wait(guard);
                          },
                          make_ready}};
    expect("no budget", "0 1", s, with_wakeups(0));
    expect("one", "0 1 2", s, with_wakeups(1));
    expect("two", "0 1 2 3", s, with_wakeups(2));
  }

  void timed_wait_may_time_out_at_any_point() {
    expect("in time or not", "0 1",
           script<room>{{[](room& s) {
                           sync::unique_lock guard{s.mutex};
                           s.r[0] = s.changed.wait_until(guard, 0);
                         },
                         make_ready}});
  }

  // ---- nobody can go on

  void waiting_for_each_other_is_a_deadlock() {
    struct two : registers {
      sync::mutex a, b;
    };
    const auto a_then_b = [](two& m) {
      sync::unique_lock first{m.a};
      sync::unique_lock second{m.b};
    };
    const auto b_then_a = [](two& m) {
      sync::unique_lock first{m.b};
      sync::unique_lock second{m.a};
    };
    expect("same order", "", script<two>{{a_then_b, a_then_b}});
    expect("opposite order", "deadlock", script<two>{{a_then_b, b_then_a}});
  }

  // A loop of loads is not an await: the explorer cannot tell that it waits, and takes a load that
  // never reads the newest store for possible. It runs into the limit of steps.
  void spinning_for_each_other_is_a_livelock() {
    const body spin_on_x = [](room& s) {
      while (s.x.load(relaxed) == 0)
        sync::pause();
      s.y.store(1, relaxed);
    };
    const body spin_on_y = [](room& s) {
      while (s.y.load(relaxed) == 0)
        sync::pause();
      s.x.store(1, relaxed);
    };
    options o;
    o.max_steps = 200;
    expect("each spins for the other", "livelock", script<room>{{spin_on_x, spin_on_y}}, o);
    expect("false alarm: the other will store", "livelock",
           script<room>{{spin_on_x, [](room& s) { s.x.store(1, relaxed); }}}, o);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(blocking_test);

} // namespace
} // namespace rwl::verify::test
