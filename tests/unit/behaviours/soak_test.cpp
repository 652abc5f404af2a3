// Everything at once, and what is left afterwards.
#include "table.hpp"
#include "tests/unit/ownership/records.hpp"

#include <rwl/checked.hpp>
#include <rwl/guards.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include <cppunit/TestAssert.h>

namespace rwl::test {
namespace {

using namespace std::chrono_literals;

// A value under the lock, how often it was changed, and what each kind of user does with it.
struct subject {
  any_lock& m;
  long value = 0;
  std::atomic<long> changes = 0;
  std::atomic<bool> stable = true;
  std::stop_source stop{};

  // Each change is by exactly one.
  void change() {
    const long before = value;
    std::this_thread::yield();
    if (value != before)
      stable = false;
    value = before + 1;
    ++changes;
  }
  void look() {
    const long before = value;
    std::this_thread::yield();
    if (value != before)
      stable = false;
  }

  void write() {
    const std::lock_guard inside(m);
    change();
  }
  void read() {
    const std::shared_lock inside(m);
    look();
  }
  void write_in_time() {
    if (const std::unique_lock inside(m, 1ms); inside)
      change();
  }
  void read_in_time() {
    if (const std::shared_lock inside(m, 1ms); inside)
      look();
  }
  void write_and_read() {
    std::unique_lock writing(m);
    change();
    const long written = value;
    const std::shared_lock inside = rwl::downgrade(std::move(writing));
    look();
    if (value != written)
      stable = false;
  }
  void look_and_write() {
    rwl::upgrade_lock held(m);
    const long seen = value;
    const std::unique_lock inside = rwl::upgrade(std::move(held));
    if (value != seen)
      stable = false;
    change();
  }
  void write_unless_stopped() {
    if (m.lock(mode::writing, stop.get_token())) {
      change();
      m.unlock();
    }
  }
  void read_unless_stopped() {
    if (m.lock(mode::reading, stop.get_token())) {
      look();
      m.unlock_shared();
    }
  }

  void use(int who) {
    switch (who % 8) {
    case 1:
      if (m.offers(timed))
        return write_in_time();
      break;
    case 2:
      if (m.offers(timed))
        return read_in_time();
      break;
    case 3:
      if (m.offers(downgradable))
        return write_and_read();
      break;
    case 4:
      if (m.offers(upgradeable))
        return look_and_write();
      break;
    case 5:
      if (m.offers(cancellable))
        return write_unless_stopped();
      break;
    case 6:
      if (m.offers(cancellable))
        return read_unless_stopped();
      break;
    case 7:
      return write();
    }
    read();
  }
};

void M10_soak_of_all_operations_keeps_the_value_exact(any_lock& m) {
  constexpr int threads = 250;
  subject all{m};
  crowd users;
  for (int who = 0; who < threads; ++who)
    users.add([&all, who] {
      for (int i = 0; i < 4; ++i)
        all.use(who + i);
      if (who == threads / 2)
        all.stop.request_stop();
    });
  users.join();
  CPPUNIT_ASSERT(all.stable);
  CPPUNIT_ASSERT_EQUAL(all.changes.load(), all.value);
}

void T3_timed_and_untimed_requests_mix(any_lock& m) {
  subject all{m};
  const auto use = [&all] {
    for (int i = 0; i < 100; ++i) {
      all.write();
      all.read_in_time();
      all.read();
      all.write_in_time();
    }
  };
  together(use, use, use, use);
  CPPUNIT_ASSERT(all.stable);
  CPPUNIT_ASSERT_EQUAL(all.changes.load(), all.value);
  CPPUNIT_ASSERT(all.value >= 400); // the untimed ones wrote, each time
}

void L2_many_cycles_leave_nobody_waiting(any_lock& m) {
  constexpr int cycles = 5000;
  const auto use = [&m] {
    for (int i = 0; i < cycles; ++i) {
      { const std::shared_lock inside(m); }
      if (i % 8 == 0)
        const std::lock_guard inside(m);
    }
  };
  together(use, use, use);
  check_free(m);
}

// By the lock, whose record may have room for only so many threads; and by the owner itself, in
// whatever order it unlocks.
void L2_owners_are_forgotten(any_lock& m) {
  for (int i = 0; i < 300; ++i)
    elsewhere([&m] { const std::shared_lock inside(m); });
  std::vector<std::unique_ptr<any_lock>> locks;
  for (int i = 0; i < 20; ++i) {
    locks.push_back(m.another());
    locks.back()->lock();
    if (m.offers(nests))
      locks.back()->lock_shared();
  }
  for (const auto& lock : locks)
    lock->unlock();
  if (m.offers(nests))
    for (const auto& lock : locks)
      lock->unlock_shared();
  CPPUNIT_ASSERT_EQUAL(std::size_t{0}, held_by_this_thread<ownership::holding>());
  CPPUNIT_ASSERT_EQUAL(std::size_t{0}, held_by_this_thread<ownership::named_holding>());
}

const chapter soaks{
    BEHAVIOUR(M10_soak_of_all_operations_keeps_the_value_exact, every_lock),
    BEHAVIOUR(T3_timed_and_untimed_requests_mix, timed),
    BEHAVIOUR(L2_many_cycles_leave_nobody_waiting, every_lock),
    BEHAVIOUR(L2_owners_are_forgotten, checks_owner),
};

} // namespace
} // namespace rwl::test
