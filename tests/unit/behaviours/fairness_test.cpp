// Who goes first, and who gets in at all.
#include "table.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>

#include <cppunit/TestAssert.h>

namespace rwl::test {
namespace {

// Phase-fair locks let all waiting readers in together, strict ones only those that stand together.
void F3_those_who_wait_enter_in_the_order_of_the_strategy(any_lock& m) {
  for (const std::string arrivals : {"RW", "WR", "RWR", "WRW", "WWR", "RRWR"}) {
    std::mutex log;
    std::string entered;
    const auto enter = [&](char kind) {
      const std::lock_guard guard(log);
      entered += kind;
    };
    crowd others;
    std::unique_lock inside(m);
    unsigned readers = 0, writers = 0;
    for (const char kind : arrivals)
      if (kind == 'R') {
        others.add([&] {
          const std::shared_lock later(m);
          enter('R');
        });
        await_readers(m, ++readers);
      } else {
        others.add([&] {
          const std::lock_guard later(m);
          enter('W');
        });
        await_writers(m, ++writers);
      }
    inside.unlock();
    others.join();
    CPPUNIT_ASSERT_EQUAL_MESSAGE("came as " + arrivals, order_of_entry(m.promised().next, arrivals),
                                 entered);
  }
}

void rest(bool a_while) {
  for (int i = 0; a_while && i < 4; ++i)
    std::this_thread::yield();
}

// Readers hold the lock for a while, or not at all; the former is too slow where many may pass.
void F4_writer_gets_in_against_looping_readers(any_lock& m) {
  for (const bool slow : {m.promised().barging < 100, false}) {
    std::atomic<bool> done = false;
    const auto read = [&] {
      while (!done) {
        const std::shared_lock inside(m);
        rest(slow);
      }
    };
    const auto write = [&] {
      for (int i = 0; i < 3; ++i)
        const std::lock_guard inside(m);
      done = true;
    };
    together(read, read, read, read, read, write);
  }
}

void F5_reader_gets_in_against_looping_writers(any_lock& m) {
  for (const bool slow : {true, false}) {
    std::atomic<bool> done = false;
    const auto write = [&] {
      while (!done) {
        const std::lock_guard inside(m);
        rest(slow);
      }
    };
    const auto read = [&] {
      for (int i = 0; i < 3; ++i)
        const std::shared_lock inside(m);
      done = true;
    };
    together(write, write, write, read);
  }
}

void F5_so_many_later_readers_pass_a_waiting_writer(any_lock& m) {
  const unsigned barging = m.promised().barging;
  const unsigned tries = barging == unbounded ? 3000 : barging + 1;
  unsigned passed = 0;
  crowd writer;
  const std::shared_lock inside(m);
  writer.add([&m] { const std::lock_guard later(m); });
  await_writers(m, 1);
  elsewhere([&] {
    while (passed < tries && m.try_lock_shared_for(std::chrono::seconds(0))) {
      m.unlock_shared();
      ++passed;
    }
  });
  CPPUNIT_ASSERT_EQUAL(std::min(barging, tries), passed);
}

// A reader that comes later tries in vain, unless readers are preferred.
void F5_try_does_not_pass_a_waiting_writer(any_lock& m) {
  crowd writer;
  const std::shared_lock inside(m);
  writer.add([&m] { const std::lock_guard later(m); });
  await_writers(m, 1);
  check_admits(m, m.promised().next == order::readers, false);
}

const chapter fairness{
    BEHAVIOUR(F3_those_who_wait_enter_in_the_order_of_the_strategy, ordered | tells_who_waits),
    BEHAVIOUR(F4_writer_gets_in_against_looping_readers, writers_get_in),
    BEHAVIOUR(F5_reader_gets_in_against_looping_writers, readers_get_in),
    BEHAVIOUR(F5_so_many_later_readers_pass_a_waiting_writer, ordered | tells_who_waits | timed),
    BEHAVIOUR(F5_try_does_not_pass_a_waiting_writer, ordered | tells_who_waits),
};

} // namespace
} // namespace rwl::test
