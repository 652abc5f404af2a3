// Requests that wait only so long.
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

void T1_request_gives_up_in_time_while_another_writes(any_lock& m) {
  const std::lock_guard inside(m);
  for (const mode k : m.modes()) {
    for (const auto time : {0us, 1us, 2000us}) {
      check_gives_up(time, [&] { return m.try_lock_for(k, time); });
      check_gives_up(time, [&] { return m.try_lock_until(k, steady_clock::now() + time); });
    }
    check_gives_up(0us,
                   [&] { return m.try_lock_until(k, std::chrono::system_clock::now() + 2ms); });
    check_gives_up(0us, [&] { return m.try_lock_for(k, -1h); });
  }
  check_exclusive(m);
}

void T1_write_gives_up_in_time_while_another_reads(any_lock& m) {
  const std::shared_lock inside(m);
  check_gives_up(2ms, [&m] { return m.try_lock_for(2ms); });
  check_shared(m);
}

void T1_request_for_a_free_lock_succeeds_even_with_no_time(any_lock& m) {
  for (const mode k : m.modes()) {
    CPPUNIT_ASSERT(m.try_lock_for(k, 0s));
    m.unlock(k);
    CPPUNIT_ASSERT(m.try_lock_until(k, steady_clock::time_point()));
    m.unlock(k);
    CPPUNIT_ASSERT(m.try_lock_for(k, 1h));
    m.unlock(k);
  }
}

void T1_upgrade_gives_up_in_time_and_keeps_the_upgradeable_mode(any_lock& m) {
  const std::shared_lock inside(m);
  check_gives_up(2ms, [&m] {
    const rwl::upgrade_lock held(m);
    const bool upgraded = m.try_unlock_upgrade_and_lock_for(2ms);
    check_upgradeable(m);
    return upgraded;
  });
}

const chapter timeouts{
    BEHAVIOUR(T1_request_gives_up_in_time_while_another_writes, timed),
    BEHAVIOUR(T1_write_gives_up_in_time_while_another_reads, timed),
    BEHAVIOUR(T1_request_for_a_free_lock_succeeds_even_with_no_time, timed),
    BEHAVIOUR(T1_upgrade_gives_up_in_time_and_keeps_the_upgradeable_mode,
              timed | upgradeable | shares),
};

} // namespace
} // namespace rwl::test
