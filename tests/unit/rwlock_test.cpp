// The locks of the library beyond the behaviours that they share with all others (behaviours/).
#include "tests/unit/production_locks.hpp"
#include "tests/unit/threads.hpp"

#include <rwl/rwlock.hpp>

#include <mutex>
#include <shared_mutex>
#include <type_traits>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using rwl::test::crowd;
using rwl::test::poll;
using rwl::test::reader_elsewhere;

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
    crowd writer;
    std::shared_lock reading(m);
    reader_elsewhere other(m);
    writer.add([this] { const std::lock_guard writing(m); });
    poll([this] { return m.state().writers_waiting; });
    reading.unlock();
    CPPUNIT_ASSERT(m.state().writers_waiting);
    other.leave();
    writer.join();
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

const rwl::test::on_production_locks<rwlock_test> registered;

} // namespace
