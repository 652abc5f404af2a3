// What every textbook lock promises: the contract of std::shared_mutex, and no lost wake-up.
#include "watched.hpp"

#include <rwl/textbook/alternating.hpp>
#include <rwl/textbook/naive.hpp>
#include <rwl/textbook/reader_preferring.hpp>
#include <rwl/textbook/reentrant.hpp>
#include <rwl/textbook/writer_preferring.hpp>

#include <latch>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::textbook::test {
namespace {

template <class Lock>
class contract_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(contract_test);
  CPPUNIT_TEST(is_free_at_first);
  CPPUNIT_TEST(many_readers_are_inside_together);
  CPPUNIT_TEST(writer_excludes_readers_and_writers);
  CPPUNIT_TEST(reader_excludes_writers_only);
  CPPUNIT_TEST(lock_stays_shared_until_the_last_reader_leaves);
  CPPUNIT_TEST(std_guards_work);
  CPPUNIT_TEST(exception_releases);
  CPPUNIT_TEST(counter_is_exact);
  CPPUNIT_TEST_SUITE_END();

  static_assert(!std::is_copy_constructible_v<Lock> && !std::is_copy_assignable_v<Lock>);

  Lock m;

  void is_free_at_first() {
    CPPUNIT_ASSERT(admits_writer(m));
    CPPUNIT_ASSERT(admits_reader(m));
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void many_readers_are_inside_together() {
    constexpr int readers = 8;
    std::latch all_inside{readers};
    std::vector<std::jthread> threads;
    for (int i = 0; i < readers; ++i)
      threads.emplace_back([&] {
        std::shared_lock guard{m};
        all_inside.arrive_and_wait();
      });
    threads.clear();
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void writer_excludes_readers_and_writers() {
    m.lock();
    CPPUNIT_ASSERT(!admits_writer(m));
    CPPUNIT_ASSERT(!admits_reader(m));
    m.unlock();
    CPPUNIT_ASSERT(admits_writer(m));
    CPPUNIT_ASSERT(admits_reader(m));
  }

  void reader_excludes_writers_only() {
    m.lock_shared();
    CPPUNIT_ASSERT(!admits_writer(m));
    CPPUNIT_ASSERT(admits_reader(m));
    m.unlock_shared();
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void lock_stays_shared_until_the_last_reader_leaves() {
    m.lock_shared();
    elsewhere([this] { m.lock_shared(), m.unlock_shared(); });
    CPPUNIT_ASSERT(!admits_writer(m));
    m.unlock_shared();
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void std_guards_work() {
    Lock other;
    {
      std::unique_lock guard{m, std::try_to_lock};
      CPPUNIT_ASSERT(guard.owns_lock());
      CPPUNIT_ASSERT(!admits_reader(m));
    }
    {
      std::shared_lock guard{m, std::try_to_lock};
      CPPUNIT_ASSERT(guard.owns_lock());
      CPPUNIT_ASSERT(!admits_writer(m));
    }
    {
      std::scoped_lock guard{m, other};
      CPPUNIT_ASSERT(!admits_reader(m));
      CPPUNIT_ASSERT(!admits_reader(other));
    }
    CPPUNIT_ASSERT(admits_writer(m));
    CPPUNIT_ASSERT(admits_writer(other));
  }

  void exception_releases() {
    const auto throws_holding = [](auto guard) {
      CPPUNIT_ASSERT(guard.owns_lock());
      throw std::runtime_error{"inside"};
    };
    CPPUNIT_ASSERT_THROW(throws_holding(std::unique_lock{m}), std::runtime_error);
    CPPUNIT_ASSERT(admits_writer(m));
    CPPUNIT_ASSERT_THROW(throws_holding(std::shared_lock{m}), std::runtime_error);
    CPPUNIT_ASSERT(admits_writer(m));
  }

  // Two plain integers that only writers change: equal whenever nobody writes.
  void counter_is_exact() {
    constexpr int pairs = 2;
    constexpr int rounds = 2000;
    int first = 0;
    int second = 0;
    std::atomic<bool> torn{false};
    std::vector<std::jthread> threads;
    for (int i = 0; i < pairs; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < rounds; ++round) {
          std::unique_lock guard{m};
          ++first;
          ++second;
        }
      });
      threads.emplace_back([&] {
        for (int round = 0; round < rounds; ++round) {
          std::shared_lock guard{m};
          if (first != second)
            torn.store(true, std::memory_order_relaxed); // relaxed: read after the join
        }
      });
    }
    threads.clear();
    CPPUNIT_ASSERT(!torn.load(std::memory_order_relaxed)); // relaxed: the threads are joined
    CPPUNIT_ASSERT_EQUAL(pairs * rounds, first);
    CPPUNIT_ASSERT_EQUAL(pairs * rounds, second);
  }
};

// Who waits is woken, and what happens is reported. Lock uses watched_sync.
template <class Lock>
class waiting_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(waiting_test);
  CPPUNIT_TEST(readers_behind_a_writer_enter_together);
  CPPUNIT_TEST(writers_behind_a_writer_all_enter);
  CPPUNIT_TEST(writer_enters_after_the_last_reader);
  CPPUNIT_TEST(readers_and_writers_behind_a_writer_all_enter);
  CPPUNIT_TEST(reports_each_step_of_a_lock);
  CPPUNIT_TEST(reports_each_step_of_a_try);
  CPPUNIT_TEST_SUITE_END();

  Lock m;

  static void expect(event e, int n) {
    CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string{name(e)}, n, watched_sync::count(e));
  }

  void readers_behind_a_writer_enter_together() {
    constexpr int readers = 3;
    std::latch all_inside{readers};
    std::vector<std::jthread> threads;
    m.lock();
    for (int i = 0; i < readers; ++i)
      threads.push_back(waiting_reader(m, [&] { all_inside.arrive_and_wait(); }));
    m.unlock();
    threads.clear();
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void writers_behind_a_writer_all_enter() {
    int sections = 0;
    std::vector<std::jthread> threads;
    m.lock();
    for (int i = 0; i < 3; ++i)
      threads.push_back(waiting_writer(m, [&] { ++sections; }));
    m.unlock();
    threads.clear();
    CPPUNIT_ASSERT_EQUAL(3, sections);
  }

  void writer_enters_after_the_last_reader() {
    bool entered = false;
    m.lock_shared();
    std::jthread writer = waiting_writer(m, [&] { entered = true; });
    const bool overlapped = watched_sync::count(event::write_grant) > 0;
    m.unlock_shared();
    writer.join();
    CPPUNIT_ASSERT(!overlapped);
    CPPUNIT_ASSERT(entered);
  }

  void readers_and_writers_behind_a_writer_all_enter() {
    std::vector<std::jthread> threads;
    m.lock();
    for (int i = 0; i < 3; ++i) {
      threads.push_back(waiting_reader(m, [] {}));
      threads.push_back(waiting_writer(m, [] {}));
    }
    m.unlock();
    threads.clear();
    expect(event::read_grant, 3);
    expect(event::write_grant, 4);
  }

  void reports_each_step_of_a_lock() {
    m.lock();
    expect(event::write_request, 1);
    expect(event::write_grant, 1);
    m.unlock();
    expect(event::write_release, 1);
    m.lock_shared();
    expect(event::read_request, 1);
    expect(event::read_grant, 1);
    m.unlock_shared();
    expect(event::read_release, 1);
  }

  void reports_each_step_of_a_try() {
    CPPUNIT_ASSERT(m.try_lock());
    expect(event::write_request, 1);
    expect(event::write_grant, 1);
    CPPUNIT_ASSERT(!admits_reader(m));
    expect(event::read_refused, 1);
    expect(event::read_request, 0);
    m.unlock();
    CPPUNIT_ASSERT(m.try_lock_shared());
    expect(event::read_request, 1);
    expect(event::read_grant, 1);
    CPPUNIT_ASSERT(!admits_writer(m));
    expect(event::write_refused, 1);
    expect(event::write_request, 1);
    m.unlock_shared();
  }

public:
  void setUp() override { watched_sync::reset(); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(contract_test<naive<>>);
CPPUNIT_TEST_SUITE_REGISTRATION(contract_test<reader_preferring<>>);
CPPUNIT_TEST_SUITE_REGISTRATION(contract_test<writer_preferring<>>);
CPPUNIT_TEST_SUITE_REGISTRATION(contract_test<alternating<>>);
CPPUNIT_TEST_SUITE_REGISTRATION(contract_test<reentrant<>>);
CPPUNIT_TEST_SUITE_REGISTRATION(waiting_test<naive<watched_sync>>);
CPPUNIT_TEST_SUITE_REGISTRATION(waiting_test<reader_preferring<watched_sync>>);
CPPUNIT_TEST_SUITE_REGISTRATION(waiting_test<writer_preferring<watched_sync>>);
CPPUNIT_TEST_SUITE_REGISTRATION(waiting_test<alternating<watched_sync>>);
CPPUNIT_TEST_SUITE_REGISTRATION(waiting_test<reentrant<watched_sync>>);

} // namespace
} // namespace rwl::textbook::test
