// Requests that are given up because a stop is requested.
#include "modes.hpp"
#include "table.hpp"

#include <rwl/upgrade.hpp>

#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <stop_token>

#include <cppunit/TestAssert.h>

namespace rwl::test {
namespace {

// Requests once, and tells whether it was let in.
template <class Mode, class Lock>
auto request(Lock& m, std::stop_token token, bool& granted) {
  return [&m, &granted, token] {
    granted = Mode::lock(m, token);
    if (granted)
      Mode::unlock(m);
  };
}

template <class Mode, class Lock>
void await_waiting(const Lock& m, unsigned n) {
  if constexpr (tells_who_waits<Lock>)
    poll([&] { return waiting(m, Mode::reads) == n; });
}

template <cancellable Lock>
void C1_cancelled_request_leaves_no_trace(Lock& m) {
  for_each_mode<Lock>([&m]<class Mode>(Mode) {
    std::stop_source stop = new_stop_source();
    bool granted = true;
    {
      crowd other;
      const std::lock_guard inside(m);
      other.add(request<Mode>(m, stop.get_token(), granted));
      await_waiting<Mode>(m, 1);
      stop.request_stop();
      other.join();
      CPPUNIT_ASSERT(!granted);
      check_exclusive(m);
      await_waiting<Mode>(m, 0);
    }
    check_free(m);
  });
}

template <cancellable Lock>
void C1_request_that_was_cancelled_before_is_refused_a_free_lock(Lock& m) {
  std::stop_source stop = new_stop_source();
  stop.request_stop();
  for_each_mode<Lock>([&]<class Mode>(Mode) {
    CPPUNIT_ASSERT(!Mode::lock(m, stop.get_token()));
    CPPUNIT_ASSERT(!Mode::try_lock_for(m, std::chrono::hours(1), stop.get_token()));
    CPPUNIT_ASSERT(Mode::lock(m, std::stop_token()));
    Mode::unlock(m);
  });
}

template <cancellable Lock>
requires tells_who_waits<Lock>
void C3_cancelled_reader_leaves_the_other_readers_waiting(Lock& m) {
  std::stop_source stop = new_stop_source();
  bool granted = true;
  crowd stays, goes;
  std::unique_lock inside(m);
  for (int i = 0; i < 3; ++i)
    stays.add([&m] { const std::shared_lock later(m); });
  await_readers(m, 3);
  goes.add(request<reading>(m, stop.get_token(), granted));
  await_readers(m, 4);
  stop.request_stop();
  goes.join();
  CPPUNIT_ASSERT(!granted);
  CPPUNIT_ASSERT_EQUAL(3u, waiting(m, true));
  inside.unlock();
  stays.join();
}

// Whoever is let in at the moment in which it gives up, is in or out, and never half of it.
template <cancellable Lock>
void C4_stop_against_grant_leaves_the_lock_free(Lock& m) {
  for_each_mode<Lock>([&m]<class Mode>(Mode) {
    for (int round = 0; round < 20; ++round) {
      std::stop_source stop = new_stop_source();
      bool granted = false;
      crowd others;
      std::unique_lock inside(m);
      others.add(request<Mode>(m, stop.get_token(), granted));
      await_waiting<Mode>(m, 1);
      others.add([&stop] { stop.request_stop(); });
      inside.unlock();
      others.join();
      check_admits(m, true, true);
    }
  });
}

template <cancellable Lock>
requires tells_who_waits<Lock>
void C6_one_of_two_waiting_writers_is_cancelled_and_the_other_proceeds(Lock& m) {
  for (const int cancelled : {0, 1}) {
    std::stop_source stop[] = {new_stop_source(), new_stop_source()};
    bool granted[2] = {false, false};
    crowd writers[2];
    std::unique_lock inside(m);
    for (unsigned i : {0, 1}) {
      writers[i].add(request<writing>(m, stop[i].get_token(), granted[i]));
      await_writers(m, i + 1);
    }
    stop[cancelled].request_stop();
    writers[cancelled].join();
    CPPUNIT_ASSERT_EQUAL(1u, waiting(m, false));
    inside.unlock();
    writers[1 - cancelled].join();
    CPPUNIT_ASSERT(!granted[cancelled] && granted[1 - cancelled]);
  }
}

template <cancellable Lock>
requires tells_who_waits<Lock> && shares<Lock>
void C8_cancelled_writer_readmits_the_readers_behind_it_while_a_reader_holds(Lock& m) {
  constexpr unsigned barging = promised<Lock>.barging;
  std::stop_source stop = new_stop_source();
  bool granted = true;
  crowd writer, reader;
  const std::shared_lock inside(m);
  writer.add(request<writing>(m, stop.get_token(), granted));
  await_writers(m, 1);
  reader.add([&m] {
    if (barging != unbounded)
      for (unsigned i = 0; i < barging; ++i) {
        m.lock_shared();
        m.unlock_shared();
      }
    const std::shared_lock later(m);
  });
  if (barging != unbounded)
    await_readers(m, 1);
  stop.request_stop();
  reader.join(); // while the first reader holds
  writer.join();
  CPPUNIT_ASSERT(!granted);
}

template <class Lock>
concept lets_no_reader_pass = (writers_get_in<Lock> && promised<Lock>.barging == 0);

// Latecomers that give up must not let readers past the writers before them, and writers that give
// up in turn must not keep them out for ever.
template <cancellable Lock>
requires tells_who_waits<Lock> && readers_get_in<Lock> && lets_no_reader_pass<Lock>
void C8_cancelled_head_lets_the_next_readers_in_and_a_cancelled_latecomer_does_not(Lock& m) {
  std::stop_source stop[] = {new_stop_source(), new_stop_source()};
  bool granted[] = {true, true};
  crowd writers[2], reader, last;
  const std::shared_lock inside(m);
  writers[0].add(request<writing>(m, stop[0].get_token(), granted[0]));
  await_writers(m, 1);
  reader.add([&m] { const std::shared_lock later(m); });
  await_readers(m, 1);
  last.add([&m] { const std::lock_guard later(m); });
  await_writers(m, 2);
  writers[1].add(request<writing>(m, stop[1].get_token(), granted[1]));
  await_writers(m, 3);
  stop[1].request_stop();
  writers[1].join();
  CPPUNIT_ASSERT_EQUAL(1u, waiting(m, true));
  stop[0].request_stop();
  reader.join(); // while the first reader holds, and the last writer waits
  writers[0].join();
  CPPUNIT_ASSERT_EQUAL(1u, waiting(m, false));
  CPPUNIT_ASSERT(!granted[0] && !granted[1]);
}

template <cancellable Lock>
requires upgradeable<Lock> && tells_who_waits<Lock> && shares<Lock>
void C8_cancelled_upgrade_readmits_the_readers_behind_it_while_a_reader_holds(Lock& m) {
  std::stop_source stop = new_stop_source();
  bool granted = true;
  crowd upgrader, reader;
  const std::shared_lock inside(m);
  upgrader.add([&] {
    const rwl::upgrade_lock held(m);
    granted = m.unlock_upgrade_and_lock(stop.get_token());
  });
  poll([&m] { return !admits_reader(m); });
  reader.add([&m] { const std::shared_lock later(m); });
  await_readers(m, 1);
  stop.request_stop();
  reader.join(); // while the first reader holds
  upgrader.join();
  CPPUNIT_ASSERT(!granted);
}

const chapter cancellation{
    BEHAVIOUR(C1_cancelled_request_leaves_no_trace),
    BEHAVIOUR(C1_request_that_was_cancelled_before_is_refused_a_free_lock),
    BEHAVIOUR(C3_cancelled_reader_leaves_the_other_readers_waiting),
    BEHAVIOUR(C4_stop_against_grant_leaves_the_lock_free),
    BEHAVIOUR(C6_one_of_two_waiting_writers_is_cancelled_and_the_other_proceeds),
    BEHAVIOUR(C8_cancelled_writer_readmits_the_readers_behind_it_while_a_reader_holds),
    BEHAVIOUR(C8_cancelled_head_lets_the_next_readers_in_and_a_cancelled_latecomer_does_not),
    BEHAVIOUR(C8_cancelled_upgrade_readmits_the_readers_behind_it_while_a_reader_holds),
};

} // namespace
} // namespace rwl::test
