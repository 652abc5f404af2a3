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
template <ordered Lock>
requires tells_who_waits<Lock>
void F3_those_who_wait_enter_in_the_order_of_the_strategy(Lock& m) {
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
    CPPUNIT_ASSERT_EQUAL_MESSAGE("came as " + arrivals, order_of_entry<Lock>(arrivals), entered);
  }
}

void rest(bool a_while) {
  for (int i = 0; a_while && i < 4; ++i)
    std::this_thread::yield();
}

// Readers hold the lock for a while, or not at all; the former is too slow where many may pass.
template <writers_get_in Lock>
void F4_writer_gets_in_against_looping_readers(Lock& m) {
  for (const bool slow : {promised<Lock>.barging < 100, false}) {
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

template <readers_get_in Lock>
void F5_reader_gets_in_against_looping_writers(Lock& m) {
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

template <ordered Lock>
requires tells_who_waits<Lock> && timed<Lock>
void F5_so_many_later_readers_pass_a_waiting_writer(Lock& m) {
  constexpr unsigned barging = promised<Lock>.barging;
  constexpr unsigned tries = barging == unbounded ? 3000 : barging + 1;
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
template <ordered Lock>
requires tells_who_waits<Lock>
void F5_try_does_not_pass_a_waiting_writer(Lock& m) {
  crowd writer;
  const std::shared_lock inside(m);
  writer.add([&m] { const std::lock_guard later(m); });
  await_writers(m, 1);
  check_admits(m, promised<Lock>.next == order::readers, false);
}

const chapter fairness{
    BEHAVIOUR(F3_those_who_wait_enter_in_the_order_of_the_strategy),
    BEHAVIOUR(F4_writer_gets_in_against_looping_readers),
    BEHAVIOUR(F5_reader_gets_in_against_looping_writers),
    BEHAVIOUR(F5_so_many_later_readers_pass_a_waiting_writer),
    BEHAVIOUR(F5_try_does_not_pass_a_waiting_writer),
};

} // namespace
} // namespace rwl::test
