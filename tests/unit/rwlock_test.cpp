// The locks of the library beyond the behaviours that they share with all others (behaviours/).
#include "tests/unit/threads.hpp"

#include <rwl/rwlock.hpp>

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <type_traits>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using rwl::test::crowd;
using rwl::test::poll;

template <class Lock>
constinit Lock global;

template <class Lock>
class rwlock_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(rwlock_test);
  CPPUNIT_TEST(is_constant_initialised);
  CPPUNIT_TEST(last_reader_hands_over_to_the_writer);
  CPPUNIT_TEST(last_owner_may_destroy);
  CPPUNIT_TEST_SUITE_END();

  static_assert(sizeof(Lock) <= 16);
  static_assert(!std::is_copy_constructible_v<Lock> && !std::is_copy_assignable_v<Lock>);
  static_assert(std::is_nothrow_default_constructible_v<Lock>);

  Lock m;

  void is_constant_initialised() {
    const std::lock_guard writing(global<Lock>);
    CPPUNIT_ASSERT(global<Lock>.is_locked());
  }

  void last_reader_hands_over_to_the_writer() {
    std::atomic<bool> may_leave = false;
    crowd other, writer;
    std::shared_lock reading(m);
    other.add([&] {
      const std::shared_lock also_reading(m);
      poll([&] { return may_leave.load(); });
    });
    poll([this] { return m.reader_count() == 2; });
    writer.add([this] { const std::lock_guard writing(m); });
    poll([this] { return m.state().writers_waiting; });
    reading.unlock();
    const bool still_waits = m.state().writers_waiting;
    may_leave = true;
    other.join();
    writer.join();
    CPPUNIT_ASSERT(still_waits);
    CPPUNIT_ASSERT(m.state() == rwl::word::fields{});
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
      rwl::test::together(use, use, use, use);
    }
  }
};

using reader_preferring_test = rwlock_test<rwl::reader_preferring_rwlock>;
using writer_preferring_test = rwlock_test<rwl::writer_preferring_rwlock>;
using phase_fair_test = rwlock_test<rwl::phase_fair_rwlock>;
using fifo_test = rwlock_test<rwl::fifo_rwlock>;
using throughput_test = rwlock_test<rwl::rwlock>;
CPPUNIT_TEST_SUITE_REGISTRATION(reader_preferring_test);
CPPUNIT_TEST_SUITE_REGISTRATION(writer_preferring_test);
CPPUNIT_TEST_SUITE_REGISTRATION(phase_fair_test);
CPPUNIT_TEST_SUITE_REGISTRATION(fifo_test);
CPPUNIT_TEST_SUITE_REGISTRATION(throughput_test);

} // namespace
