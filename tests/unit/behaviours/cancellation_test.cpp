// Requests that are given up because a stop is requested.
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
auto request(any_lock& m, mode k, std::stop_token token, bool& granted) {
  return [&m, &granted, k, token] {
    granted = m.lock(k, token);
    if (granted)
      m.unlock(k);
  };
}

void C1_cancelled_request_leaves_no_trace(any_lock& m) {
  for (const mode k : m.modes()) {
    std::stop_source stop = new_stop_source();
    bool granted = true;
    {
      crowd other;
      const std::lock_guard inside(m);
      other.add(request(m, k, stop.get_token(), granted));
      await_waiting(m, 1);
      stop.request_stop();
      other.join();
      CPPUNIT_ASSERT(!granted);
      CPPUNIT_ASSERT_EQUAL(0u, m.waiting());
      check_exclusive(m);
    }
    check_free(m);
  }
}

void C1_request_that_was_cancelled_before_is_refused_a_free_lock(any_lock& m) {
  std::stop_source stop = new_stop_source();
  stop.request_stop();
  for (const mode k : m.modes()) {
    CPPUNIT_ASSERT(!m.lock(k, stop.get_token()));
    CPPUNIT_ASSERT(!m.try_lock_for(k, std::chrono::hours(1), stop.get_token()));
    CPPUNIT_ASSERT(m.lock(k, std::stop_token()));
    m.unlock(k);
  }
}

void C3_cancelled_reader_leaves_the_other_readers_waiting(any_lock& m) {
  std::stop_source stop = new_stop_source();
  bool granted = true;
  crowd stays, goes;
  std::unique_lock inside(m);
  for (int i = 0; i < 3; ++i)
    stays.add([&m] { const std::shared_lock later(m); });
  await_readers(m, 3);
  goes.add(request(m, mode::reading, stop.get_token(), granted));
  await_readers(m, 4);
  stop.request_stop();
  goes.join();
  CPPUNIT_ASSERT(!granted);
  CPPUNIT_ASSERT_EQUAL(3u, m.waiting_readers());
  inside.unlock();
  stays.join();
}

// Whoever is let in at the moment in which it gives up, is in or out, and never half of it.
void C4_stop_against_grant_leaves_the_lock_free(any_lock& m) {
  for (const mode k : m.modes())
    for (int round = 0; round < 20; ++round) {
      std::stop_source stop = new_stop_source();
      bool granted = false;
      crowd others;
      std::unique_lock inside(m);
      others.add(request(m, k, stop.get_token(), granted));
      await_waiting(m, 1);
      others.add([&stop] { stop.request_stop(); });
      inside.unlock();
      others.join();
      check_admits(m, true, true);
    }
}

void C6_one_of_two_waiting_writers_is_cancelled_and_the_other_proceeds(any_lock& m) {
  for (const int cancelled : {0, 1}) {
    std::stop_source stop[] = {new_stop_source(), new_stop_source()};
    bool granted[2] = {false, false};
    crowd writers[2];
    std::unique_lock inside(m);
    for (unsigned i : {0, 1}) {
      writers[i].add(request(m, mode::writing, stop[i].get_token(), granted[i]));
      await_writers(m, i + 1);
    }
    stop[cancelled].request_stop();
    writers[cancelled].join();
    CPPUNIT_ASSERT_EQUAL(1u, m.waiting_writers());
    inside.unlock();
    writers[1 - cancelled].join();
    CPPUNIT_ASSERT(!granted[cancelled] && granted[1 - cancelled]);
  }
}

void C8_cancelled_writer_readmits_the_readers_behind_it_while_a_reader_holds(any_lock& m) {
  const unsigned barging = m.promised().barging;
  std::stop_source stop = new_stop_source();
  bool granted = true;
  crowd writer, reader;
  const std::shared_lock inside(m);
  writer.add(request(m, mode::writing, stop.get_token(), granted));
  await_writers(m, 1);
  reader.add([&m, barging] {
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

// Latecomers that give up must not let readers past the writers before them, and writers that give
// up in turn must not keep them out for ever.
void C8_cancelled_head_lets_the_next_readers_in_and_a_cancelled_latecomer_does_not(any_lock& m) {
  std::stop_source stop[] = {new_stop_source(), new_stop_source()};
  bool granted[] = {true, true};
  crowd writers[2], reader, last;
  const std::shared_lock inside(m);
  writers[0].add(request(m, mode::writing, stop[0].get_token(), granted[0]));
  await_writers(m, 1);
  reader.add([&m] { const std::shared_lock later(m); });
  await_readers(m, 1);
  last.add([&m] { const std::lock_guard later(m); });
  await_writers(m, 2);
  writers[1].add(request(m, mode::writing, stop[1].get_token(), granted[1]));
  await_writers(m, 3);
  stop[1].request_stop();
  writers[1].join();
  CPPUNIT_ASSERT_EQUAL(1u, m.waiting_readers());
  stop[0].request_stop();
  reader.join(); // while the first reader holds, and the last writer waits
  writers[0].join();
  CPPUNIT_ASSERT_EQUAL(1u, m.waiting_writers());
  CPPUNIT_ASSERT(!granted[0] && !granted[1]);
}

void C8_cancelled_upgrade_readmits_the_readers_behind_it_while_a_reader_holds(any_lock& m) {
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
    BEHAVIOUR(C1_cancelled_request_leaves_no_trace, cancellable | tells_waiting),
    BEHAVIOUR(C1_request_that_was_cancelled_before_is_refused_a_free_lock, cancellable | timed),
    BEHAVIOUR(C3_cancelled_reader_leaves_the_other_readers_waiting, cancellable | tells_who_waits),
    BEHAVIOUR(C4_stop_against_grant_leaves_the_lock_free, cancellable | tells_waiting),
    BEHAVIOUR(C6_one_of_two_waiting_writers_is_cancelled_and_the_other_proceeds,
              cancellable | tells_who_waits),
    BEHAVIOUR(C8_cancelled_writer_readmits_the_readers_behind_it_while_a_reader_holds,
              cancellable | tells_who_waits | shares),
    BEHAVIOUR(C8_cancelled_head_lets_the_next_readers_in_and_a_cancelled_latecomer_does_not,
              cancellable | tells_who_waits | readers_get_in | lets_no_reader_pass),
    BEHAVIOUR(C8_cancelled_upgrade_readmits_the_readers_behind_it_while_a_reader_holds,
              cancellable | upgradeable | tells_who_waits | shares),
};

} // namespace
} // namespace rwl::test
