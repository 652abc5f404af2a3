// The guards, algorithms and conditions of the standard library over the locks of this one.
#include "tests/unit/production_locks.hpp"
#include "tests/unit/sleepers.hpp"
#include "tests/unit/threads.hpp"
#include "tests/unit/twins.hpp"

#include <rwl/rwlock.hpp>
#include <rwl/upgrade.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <stop_token>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;
using rwl::test::admits_reader;
using rwl::test::admits_writer;
using rwl::test::elsewhere;
using rwl::test::new_stop_source;
using rwl::test::together;
using rwl::test::twins;

template <class Lock>
class std_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(std_test);
  CPPUNIT_TEST(condition_variable_any_with_unique_lock);
  CPPUNIT_TEST(condition_variable_any_with_shared_lock);
  CPPUNIT_TEST(condition_variable_any_gives_up_in_time);
  CPPUNIT_TEST(condition_variable_any_gives_up_when_stopped);
  CPPUNIT_TEST(timed_shared_lock);
  CPPUNIT_TEST(timed_unique_lock);
  CPPUNIT_TEST(lock_over_two_locks);
  CPPUNIT_TEST(lock_over_three_locks_in_all_modes);
  CPPUNIT_TEST(try_lock_names_the_one_that_refused);
  CPPUNIT_TEST(scoped_lock_over_mixed_views);
  CPPUNIT_TEST_SUITE_END();

  using condition = std::condition_variable_any;
  using sleepers = rwl::test::sleepers<Lock, condition>;

  Lock m;

  void check_free() { CPPUNIT_ASSERT(m.state() == rwl::word::fields{}); }

  template <class Guard>
  void condition_variable_any_with() {
    bool ready = false;
    sleepers all(m);
    all.template add<Guard>(
        3, [&](condition& changed, Guard& guard) { changed.wait(guard, [&] { return ready; }); });
    {
      const std::lock_guard writing(m);
      ready = true;
    }
    all.changed.notify_all();
    all.join();
    check_free();
  }
  void condition_variable_any_with_unique_lock() {
    condition_variable_any_with<std::unique_lock<Lock>>();
  }
  void condition_variable_any_with_shared_lock() {
    condition_variable_any_with<std::shared_lock<Lock>>();
  }

  void condition_variable_any_gives_up_in_time() {
    {
      condition changed;
      std::shared_lock reading(m);
      const auto start = std::chrono::steady_clock::now();
      CPPUNIT_ASSERT(!changed.wait_for(reading, 2ms, [] { return false; }));
      CPPUNIT_ASSERT(std::chrono::steady_clock::now() - start >= 2ms);
      CPPUNIT_ASSERT(reading.owns_lock());
      CPPUNIT_ASSERT_EQUAL(1u, m.reader_count());
    }
    check_free();
  }

  template <class Guard>
  void stopped_wait() {
    std::stop_source stop = new_stop_source();
    sleepers all(m);
    all.template add<Guard>(1, [&](condition& changed, Guard& guard) {
      CPPUNIT_ASSERT(!changed.wait(guard, stop.get_token(), [] { return false; }));
      CPPUNIT_ASSERT(guard.owns_lock());
      CPPUNIT_ASSERT(!admits_writer(m));
    });
    stop.request_stop();
    all.join();
    check_free();
  }
  void condition_variable_any_gives_up_when_stopped() {
    stopped_wait<std::unique_lock<Lock>>();
    stopped_wait<std::shared_lock<Lock>>();
  }

  void timed_shared_lock() {
    {
      const std::lock_guard writing(m);
      elsewhere([this] {
        const auto start = std::chrono::steady_clock::now();
        CPPUNIT_ASSERT(!std::shared_lock(m, 2ms));
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - start >= 2ms);
        std::shared_lock reading(m, std::defer_lock);
        CPPUNIT_ASSERT(!reading.try_lock());
        CPPUNIT_ASSERT(!reading.try_lock_for(1ms));
        CPPUNIT_ASSERT(!reading.try_lock_until(std::chrono::system_clock::now() + 1ms));
      });
    }
    std::shared_lock reading(m, 1h);
    CPPUNIT_ASSERT(reading && admits_reader(m) && !admits_writer(m));
    reading.unlock();
    CPPUNIT_ASSERT(reading.try_lock_until(std::chrono::steady_clock::now()));
    reading.unlock();
    check_free();
  }

  void timed_unique_lock() {
    {
      const std::shared_lock reading(m);
      elsewhere([this] { CPPUNIT_ASSERT(!std::unique_lock(m, 1ms)); });
    }
    std::unique_lock writing(m, std::chrono::system_clock::now() + 1h);
    CPPUNIT_ASSERT(writing && !admits_reader(m));
    writing.unlock();
    check_free();
  }

  void lock_over_two_locks() {
    constexpr int rounds = 300;
    Lock other;
    int value = 0;
    const auto forth = [&] {
      for (int i = 0; i < rounds; ++i) {
        std::unique_lock first(m, std::defer_lock), second(other, std::defer_lock);
        std::lock(first, second);
        ++value;
      }
    };
    const auto back = [&] {
      for (int i = 0; i < rounds; ++i) {
        std::shared_lock first(other, std::defer_lock);
        std::unique_lock second(m, std::defer_lock);
        std::lock(first, second);
        ++value;
      }
    };
    together(forth, back, forth, back);
    CPPUNIT_ASSERT_EQUAL(4 * rounds, value);
    check_free();
  }

  void lock_over_three_locks_in_all_modes() {
    constexpr int rounds = 300;
    Lock a, b;
    twins in_a, in_b, in_m;
    std::atomic<bool> stable = true;
    const auto forth = [&] {
      for (int i = 0; i < rounds; ++i) {
        const std::scoped_lock all(a, b.writer(), m);
        in_a.change(), in_b.change(), in_m.change();
      }
    };
    const auto back = [&] {
      for (int i = 0; i < rounds; ++i) {
        rwl::upgrade_lock third(m, std::defer_lock);
        std::unique_lock second(b, std::defer_lock);
        std::unique_lock first(a.reader(), std::defer_lock);
        std::lock(third, second, first);
        CPPUNIT_ASSERT(third && second && first);
        if (!in_a.agree() || !in_m.agree())
          stable = false;
        in_b.change();
      }
    };
    const auto around = [&] {
      for (int i = 0; i < rounds; ++i) {
        std::unique_lock first(b, std::defer_lock), second(m, std::defer_lock),
            third(a, std::defer_lock);
        std::lock(first, second, third);
        in_a.change(), in_b.change(), in_m.change();
      }
    };
    const auto one_by_one = [&] {
      for (int i = 0; i < rounds; ++i) {
        const std::lock_guard writing(a);
        in_a.change();
      }
      for (int i = 0; i < rounds; ++i) {
        const std::lock_guard writing(m);
        in_m.change();
      }
    };
    together(forth, back, around, one_by_one);
    CPPUNIT_ASSERT(stable);
    for (const twins& value : {in_a, in_b, in_m})
      CPPUNIT_ASSERT_EQUAL(3L * rounds, value.get());
    check_free();
  }

  void try_lock_names_the_one_that_refused() {
    Lock other;
    const std::shared_lock reading(other);
    elsewhere([&] {
      CPPUNIT_ASSERT_EQUAL(1, std::try_lock(m, other));
      CPPUNIT_ASSERT_EQUAL(-1, std::try_lock(m, other.reader()));
      m.unlock();
      other.unlock_shared();
    });
    check_free();
  }

  void scoped_lock_over_mixed_views() {
    Lock other;
    {
      const std::scoped_lock both(m.reader(), other.writer());
      CPPUNIT_ASSERT_EQUAL(1u, m.reader_count());
      CPPUNIT_ASSERT(other.is_locked());
    }
    CPPUNIT_ASSERT(!other.is_locked());
    constexpr int rounds = 300;
    twins in_m, in_other;
    std::atomic<bool> stable = true;
    const auto copy = [&](Lock& from, Lock& to, const twins& source, twins& target) {
      for (int i = 0; i < rounds; ++i) {
        const std::scoped_lock both(from.reader(), to.writer());
        target.change();
        if (!source.agree())
          stable = false;
      }
    };
    together([&] { copy(m, other, in_m, in_other); }, [&] { copy(other, m, in_other, in_m); });
    CPPUNIT_ASSERT(stable);
    CPPUNIT_ASSERT(in_m.get() == rounds && in_other.get() == rounds);
    check_free();
  }
};

const rwl::test::on_production_locks<std_test> registered;

} // namespace
