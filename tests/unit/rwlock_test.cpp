// What every reader-writer lock of the library does, and what its strategy decides.
#include <rwl/rwlock.hpp>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>

#include <cppunit/extensions/HelperMacros.h>

namespace {

// What the strategy lets in after a writer, by the order in which a reader and a writer came to
// wait.
template <class Lock>
struct expected;
template <>
struct expected<rwl::reader_preferring_rwlock> {
  static constexpr bool reader_passes_waiting_writer = true;
  static constexpr auto reader_came_first = "RW";
  static constexpr auto writer_came_first = "RW";
};
template <>
struct expected<rwl::writer_preferring_rwlock> {
  static constexpr bool reader_passes_waiting_writer = false;
  static constexpr auto reader_came_first = "WR";
  static constexpr auto writer_came_first = "WR";
};
template <>
struct expected<rwl::phase_fair_rwlock> {
  static constexpr bool reader_passes_waiting_writer = false;
  static constexpr auto reader_came_first = "RW";
  static constexpr auto writer_came_first = "RW";
};
template <>
struct expected<rwl::fifo_rwlock> {
  static constexpr bool reader_passes_waiting_writer = false;
  static constexpr auto reader_came_first = "RW";
  static constexpr auto writer_came_first = "WR";
};

template <class F>
auto elsewhere(F f) {
  return std::async(std::launch::async, f).get();
}

template <class Condition>
void poll(Condition holds) {
  while (!holds())
    std::this_thread::yield();
}

// Runs each function in a thread of its own and waits for all.
template <class... F>
void together(F... f) {
  std::thread threads[] = {std::thread(f)...};
  for (std::thread& t : threads)
    t.join();
}

template <class Lock>
constinit Lock global;

template <class Lock>
class rwlock_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(rwlock_test);
  CPPUNIT_TEST(new_lock_is_free);
  CPPUNIT_TEST(is_constant_initialised);
  CPPUNIT_TEST(readers_share);
  CPPUNIT_TEST(writer_excludes_everybody);
  CPPUNIT_TEST(reader_excludes_writers);
  CPPUNIT_TEST(standard_guards);
  CPPUNIT_TEST(exception_releases);
  CPPUNIT_TEST(several_locks_without_deadlock);
  CPPUNIT_TEST(condition_variable_any);
  CPPUNIT_TEST(last_reader_hands_over_to_the_writer);
  CPPUNIT_TEST(late_reader_against_waiting_writer);
  CPPUNIT_TEST(hand_over_when_the_reader_came_first);
  CPPUNIT_TEST(hand_over_when_the_writer_came_first);
  CPPUNIT_TEST(counts_are_exact);
  CPPUNIT_TEST(last_owner_may_destroy);
  CPPUNIT_TEST_SUITE_END();

  static_assert(sizeof(Lock) <= 16);
  static_assert(!std::is_copy_constructible_v<Lock> && !std::is_copy_assignable_v<Lock>);
  static_assert(std::is_nothrow_default_constructible_v<Lock>);

  Lock m;

  bool others_may_write() {
    return elsewhere([this] { return m.try_lock() && (m.unlock(), true); });
  }
  bool others_may_read() {
    return elsewhere([this] { return m.try_lock_shared() && (m.unlock_shared(), true); });
  }
  void check_free() {
    CPPUNIT_ASSERT(m.snapshot() == rwl::word::fields{});
    CPPUNIT_ASSERT(others_may_write());
  }
  void await_waiting_writer() {
    poll([this] { return m.snapshot().writers_waiting; });
  }
  void await_waiting_reader() {
    poll([this] { return m.snapshot().readers_waiting; });
  }

  void new_lock_is_free() {
    CPPUNIT_ASSERT(!m.is_locked());
    CPPUNIT_ASSERT(!m.is_locked_shared());
    CPPUNIT_ASSERT_EQUAL(0u, m.reader_count());
    CPPUNIT_ASSERT(others_may_read());
    check_free();
  }

  void is_constant_initialised() {
    const std::lock_guard writing(global<Lock>);
    CPPUNIT_ASSERT(global<Lock>.is_locked());
  }

  void readers_share() {
    constexpr unsigned n = 4;
    std::atomic<unsigned> met = 0;
    const auto reader = [&] {
      const std::shared_lock reading(m);
      met.fetch_add(1);
      poll([&] { return met.load() == n; }); // all four inside, or for ever
    };
    together(reader, reader, reader, reader);
    check_free();
  }

  void writer_excludes_everybody() {
    m.lock();
    CPPUNIT_ASSERT(m.is_locked() && !m.is_locked_shared());
    CPPUNIT_ASSERT(!others_may_write());
    CPPUNIT_ASSERT(!others_may_read());
    m.unlock();
    check_free();
  }

  void reader_excludes_writers() {
    m.lock_shared();
    CPPUNIT_ASSERT(!m.is_locked() && m.is_locked_shared());
    CPPUNIT_ASSERT(!others_may_write());
    CPPUNIT_ASSERT(others_may_read());
    CPPUNIT_ASSERT_EQUAL(1u, m.reader_count());
    m.unlock_shared();
    check_free();
  }

  void standard_guards() {
    {
      std::unique_lock writing(m);
      CPPUNIT_ASSERT(m.is_locked());
      writing.unlock();
      CPPUNIT_ASSERT(writing.try_lock());
    }
    {
      std::shared_lock reading(m, std::try_to_lock);
      CPPUNIT_ASSERT(reading.owns_lock());
      CPPUNIT_ASSERT_EQUAL(1u, m.reader_count());
    }
    {
      const std::scoped_lock writing(m);
      CPPUNIT_ASSERT(m.is_locked());
    }
    check_free();
  }

  void exception_releases() {
    try {
      const std::scoped_lock writing(m);
      throw std::runtime_error("in the section");
    } catch (const std::runtime_error&) {
    }
    check_free();
    try {
      const std::shared_lock reading(m);
      throw std::runtime_error("in the section");
    } catch (const std::runtime_error&) {
    }
    check_free();
  }

  void several_locks_without_deadlock() {
    Lock a, b;
    int value = 0;
    const auto forth = [&] {
      for (int i = 0; i < 1000; ++i) {
        const std::scoped_lock all(a, b, m);
        ++value;
      }
    };
    const auto back = [&] {
      for (int i = 0; i < 1000; ++i) {
        std::unique_lock third(m, std::defer_lock);
        std::shared_lock second(b, std::defer_lock);
        std::unique_lock first(a, std::defer_lock);
        std::lock(third, second, first);
        ++value;
      }
    };
    together(forth, back);
    CPPUNIT_ASSERT_EQUAL(2000, value);
    check_free();
  }

  void condition_variable_any() {
    std::condition_variable_any changed;
    int stage = 0;
    const auto reader = [&] {
      std::shared_lock reading(m);
      changed.wait(reading, [&] { return stage > 0; });
    };
    const auto writer = [&] {
      std::unique_lock writing(m);
      changed.wait(writing, [&] { return stage > 0; });
      ++stage;
    };
    const auto notifier = [&] {
      {
        const std::lock_guard writing(m);
        stage = 1;
      }
      changed.notify_all();
    };
    together(reader, reader, writer, notifier);
    CPPUNIT_ASSERT_EQUAL(2, stage);
    check_free();
  }

  void last_reader_hands_over_to_the_writer() {
    std::atomic<bool> may_leave = false;
    m.lock_shared();
    std::jthread other([&] {
      const std::shared_lock reading(m);
      poll([&] { return may_leave.load(); });
    });
    poll([this] { return m.reader_count() == 2; });
    std::jthread writer([this] { const std::lock_guard writing(m); });
    await_waiting_writer();
    m.unlock_shared();
    CPPUNIT_ASSERT(m.snapshot().writers_waiting);
    may_leave = true;
    other.join();
    writer.join();
    check_free();
  }

  void late_reader_against_waiting_writer() {
    m.lock_shared();
    std::jthread writer([this] { const std::lock_guard writing(m); });
    await_waiting_writer();
    CPPUNIT_ASSERT_EQUAL(expected<Lock>::reader_passes_waiting_writer, others_may_read());
    m.unlock_shared();
    writer.join();
    check_free();
  }

  // A reader and a writer wait for a writer; the order in which they get in.
  std::string order_of_entry(bool reader_first) {
    std::mutex log;
    std::string order;
    const auto enter = [&](char kind) {
      const std::lock_guard guard(log);
      order += kind;
    };
    m.lock();
    std::thread waiters[2];
    const auto start_reader = [&] {
      waiters[0] = std::thread([&] {
        const std::shared_lock reading(m);
        enter('R');
      });
      await_waiting_reader();
    };
    const auto start_writer = [&] {
      waiters[1] = std::thread([&] {
        const std::unique_lock writing(m);
        enter('W');
      });
      await_waiting_writer();
    };
    if (reader_first)
      start_reader();
    start_writer();
    if (!reader_first)
      start_reader();
    m.unlock();
    for (std::thread& w : waiters)
      w.join();
    return order;
  }

  void hand_over_when_the_reader_came_first() {
    CPPUNIT_ASSERT_EQUAL(std::string(expected<Lock>::reader_came_first), order_of_entry(true));
    check_free();
  }

  void hand_over_when_the_writer_came_first() {
    CPPUNIT_ASSERT_EQUAL(std::string(expected<Lock>::writer_came_first), order_of_entry(false));
    check_free();
  }

  void counts_are_exact() {
    constexpr int rounds = 2000;
    long first = 0, second = 0;
    std::atomic<int> torn = 0;
    const auto writer = [&] {
      for (int i = 0; i < rounds; ++i) {
        const std::lock_guard writing(m);
        ++first;
        ++second;
      }
    };
    const auto reader = [&] {
      for (int i = 0; i < rounds; ++i) {
        const std::shared_lock reading(m);
        if (first != second)
          torn.fetch_add(1);
      }
    };
    together(writer, writer, writer, writer, reader, reader, reader, reader);
    CPPUNIT_ASSERT_EQUAL(4L * rounds, first);
    CPPUNIT_ASSERT_EQUAL(first, second);
    CPPUNIT_ASSERT_EQUAL(0, torn.load());
    check_free();
  }

  // Whoever finds itself the last owner destroys the lock, while the unlock of another may not have
  // returned yet. The sanitizers would see that one touch the freed memory.
  void last_owner_may_destroy() {
    struct shared_object {
      Lock m;
      int users = 4;
    };
    for (int i = 0; i < 300; ++i) {
      auto* const object = new shared_object;
      const auto use = [object] {
        for (int j = 0; j < 3; ++j) {
          object->m.lock_shared();
          object->m.unlock_shared();
        }
        object->m.lock();
        const bool last = --object->users == 0;
        object->m.unlock();
        if (last)
          delete object;
      };
      together(use, use, use, use);
    }
  }
};

using reader_preferring_test = rwlock_test<rwl::reader_preferring_rwlock>;
using writer_preferring_test = rwlock_test<rwl::writer_preferring_rwlock>;
using phase_fair_test = rwlock_test<rwl::phase_fair_rwlock>;
using fifo_test = rwlock_test<rwl::fifo_rwlock>;
CPPUNIT_TEST_SUITE_REGISTRATION(reader_preferring_test);
CPPUNIT_TEST_SUITE_REGISTRATION(writer_preferring_test);
CPPUNIT_TEST_SUITE_REGISTRATION(phase_fair_test);
CPPUNIT_TEST_SUITE_REGISTRATION(fifo_test);

} // namespace
