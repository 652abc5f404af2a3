// Requests that wait only so long.
#include "modes.hpp"
#include "table.hpp"

#include <rwl/upgrade.hpp>

#include <chrono>
#include <mutex>
#include <shared_mutex>

#include <cppunit/TestAssert.h>

namespace rwl::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

// In another thread; not before the time.
template <class Request>
void check_gives_up(std::chrono::microseconds time, Request request) {
  const bool in_time = elsewhere([&] {
    const auto start = steady_clock::now();
    return !request() && steady_clock::now() - start >= time;
  });
  CPPUNIT_ASSERT(in_time);
}

template <timed Lock>
void T1_request_gives_up_in_time_while_another_writes(Lock& m) {
  const std::lock_guard inside(m);
  for_each_mode<Lock>([&m]<class Mode>(Mode) {
    for (const auto time : {0us, 1us, 2000us}) {
      check_gives_up(time, [&] { return Mode::try_lock_for(m, time); });
      check_gives_up(time, [&] { return Mode::try_lock_until(m, steady_clock::now() + time); });
    }
    check_gives_up(0us,
                   [&] { return Mode::try_lock_until(m, std::chrono::system_clock::now() + 2ms); });
    check_gives_up(0us, [&] { return Mode::try_lock_for(m, -1h); });
  });
  check_exclusive(m);
}

template <timed Lock>
void T1_write_gives_up_in_time_while_another_reads(Lock& m) {
  const std::shared_lock inside(m);
  check_gives_up(2ms, [&m] { return m.try_lock_for(2ms); });
  check_shared(m);
}

template <timed Lock>
void T1_request_for_a_free_lock_succeeds_even_with_no_time(Lock& m) {
  for_each_mode<Lock>([&m]<class Mode>(Mode) {
    CPPUNIT_ASSERT(Mode::try_lock_for(m, 0s));
    Mode::unlock(m);
    CPPUNIT_ASSERT(Mode::try_lock_until(m, steady_clock::time_point()));
    Mode::unlock(m);
    CPPUNIT_ASSERT(Mode::try_lock_for(m, 1h));
    Mode::unlock(m);
  });
}

template <timed Lock>
requires upgradeable<Lock> && shares<Lock>
void T1_upgrade_gives_up_in_time_and_keeps_the_upgradeable_mode(Lock& m) {
  const std::shared_lock inside(m);
  check_gives_up(2ms, [&m] {
    const rwl::upgrade_lock held(m);
    const bool upgraded = m.try_unlock_upgrade_and_lock_for(2ms);
    check_upgradeable(m);
    return upgraded;
  });
}

const chapter timeouts{
    BEHAVIOUR(T1_request_gives_up_in_time_while_another_writes),
    BEHAVIOUR(T1_write_gives_up_in_time_while_another_reads),
    BEHAVIOUR(T1_request_for_a_free_lock_succeeds_even_with_no_time),
    BEHAVIOUR(T1_upgrade_gives_up_in_time_and_keeps_the_upgradeable_mode),
};

} // namespace
} // namespace rwl::test
