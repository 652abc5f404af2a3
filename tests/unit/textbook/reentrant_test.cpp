// The re-entrant textbook lock: what a thread may do to a lock that it holds.
#include "watched.hpp"

#include <rwl/textbook/reentrant.hpp>

#include <system_error>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::textbook::test {
namespace {

// The error that f throws, or none.
template <class F>
std::error_code error_of(F f) {
  try {
    f();
  } catch (const std::system_error& e) {
    return e.code();
  }
  return {};
}

class reentrant_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(reentrant_test);
  CPPUNIT_TEST(nested_reads_are_free_at_the_outermost);
  CPPUNIT_TEST(nested_read_succeeds_behind_a_waiting_writer);
  CPPUNIT_TEST(reader_does_not_overtake_a_waiting_writer);
  CPPUNIT_TEST(nested_writes_are_free_at_the_outermost);
  CPPUNIT_TEST(read_inside_a_write_stays_inside);
  CPPUNIT_TEST(write_that_ends_above_a_read_is_a_downgrade);
  CPPUNIT_TEST(downgrade_admits_waiting_readers);
  CPPUNIT_TEST(downgrade_keeps_readers_behind_a_waiting_writer);
  CPPUNIT_TEST(upgrade_is_an_error_and_changes_nothing);
  CPPUNIT_TEST(release_by_a_stranger_is_an_error_and_changes_nothing);
  CPPUNIT_TEST(full_table_is_an_error_and_changes_nothing);
  CPPUNIT_TEST_SUITE_END();

  using lock = reentrant<watched_sync, 2>;
  lock m;

  static void expect(event e, int n) {
    CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string{name(e)}, n, watched_sync::count(e));
  }

  void nested_reads_are_free_at_the_outermost() {
    m.lock_shared();
    m.lock_shared();
    CPPUNIT_ASSERT(m.try_lock_shared());
    for (int depth = 3; depth > 0; --depth) {
      CPPUNIT_ASSERT(!admits_writer(m));
      m.unlock_shared();
    }
    expect(event::read_request, 1);
    expect(event::read_grant, 1);
    expect(event::read_release, 1);
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void nested_read_succeeds_behind_a_waiting_writer() {
    m.lock_shared();
    std::jthread writer = waiting_writer(m, [] {});
    m.lock_shared();
    const bool tried = m.try_lock_shared();
    if (tried)
      m.unlock_shared();
    m.unlock_shared();
    const bool overlapped = watched_sync::count(event::write_grant) > 0;
    m.unlock_shared();
    writer.join();
    CPPUNIT_ASSERT(tried);
    CPPUNIT_ASSERT(!overlapped);
    expect(event::write_grant, 1);
  }

  void reader_does_not_overtake_a_waiting_writer() {
    m.lock_shared();
    std::jthread writer = waiting_writer(m, [] {});
    const bool entered = admits_reader(m);
    m.unlock_shared();
    CPPUNIT_ASSERT(!entered);
  }

  void nested_writes_are_free_at_the_outermost() {
    m.lock();
    m.lock();
    CPPUNIT_ASSERT(m.try_lock());
    expect(event::write_reenter, 2);
    for (int depth = 3; depth > 0; --depth) {
      CPPUNIT_ASSERT(!admits_reader(m));
      CPPUNIT_ASSERT(!admits_writer(m));
      m.unlock();
    }
    expect(event::write_release, 3);
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void read_inside_a_write_stays_inside() {
    m.lock();
    m.lock_shared();
    CPPUNIT_ASSERT(m.try_lock_shared());
    CPPUNIT_ASSERT(!admits_reader(m));
    m.lock(); // still the writer, so no upgrade
    m.unlock();
    m.unlock_shared();
    m.unlock_shared();
    expect(event::read_request, 0);
    expect(event::read_release, 0);
    CPPUNIT_ASSERT(!admits_reader(m));
    m.unlock();
    expect(event::write_to_read, 0);
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void write_that_ends_above_a_read_is_a_downgrade() {
    m.lock();
    m.lock_shared();
    m.lock_shared();
    m.unlock_shared();
    m.unlock();
    expect(event::write_to_read, 1);
    expect(event::write_release, 0);
    CPPUNIT_ASSERT(admits_reader(m));
    CPPUNIT_ASSERT(!admits_writer(m));
    CPPUNIT_ASSERT(error_of([this] { m.lock(); }) == std::errc::resource_deadlock_would_occur);
    m.unlock_shared();
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void downgrade_admits_waiting_readers() {
    m.lock();
    m.lock_shared();
    std::jthread reader = waiting_reader(m, [] {});
    m.unlock();
    reader.join();
    m.unlock_shared();
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void downgrade_keeps_readers_behind_a_waiting_writer() {
    m.lock();
    m.lock_shared();
    std::jthread writer = waiting_writer(m, [] {});
    m.unlock();
    const bool entered = admits_reader(m);
    m.unlock_shared();
    writer.join();
    CPPUNIT_ASSERT(!entered);
    expect(event::write_grant, 2);
  }

  void upgrade_is_an_error_and_changes_nothing() {
    m.lock_shared();
    CPPUNIT_ASSERT(error_of([this] { m.lock(); }) == std::errc::resource_deadlock_would_occur);
    CPPUNIT_ASSERT(!m.try_lock());
    CPPUNIT_ASSERT(admits_reader(m));
    CPPUNIT_ASSERT(!admits_writer(m));
    m.unlock_shared();
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void release_by_a_stranger_is_an_error_and_changes_nothing() {
    const auto unlock = [this] { return error_of([this] { m.unlock(); }); };
    const auto unlock_shared = [this] { return error_of([this] { m.unlock_shared(); }); };
    CPPUNIT_ASSERT(unlock() == std::errc::operation_not_permitted);
    CPPUNIT_ASSERT(unlock_shared() == std::errc::operation_not_permitted);
    m.lock();
    CPPUNIT_ASSERT(elsewhere(unlock) == std::errc::operation_not_permitted);
    CPPUNIT_ASSERT(unlock_shared() == std::errc::operation_not_permitted);
    CPPUNIT_ASSERT(!admits_reader(m));
    m.unlock();
    m.lock_shared();
    CPPUNIT_ASSERT(elsewhere(unlock_shared) == std::errc::operation_not_permitted);
    CPPUNIT_ASSERT(unlock() == std::errc::operation_not_permitted);
    CPPUNIT_ASSERT(!admits_writer(m));
    m.unlock_shared();
    CPPUNIT_ASSERT(admits_writer(m));
  }

  // The table has room for two.
  void full_table_is_an_error_and_changes_nothing() {
    m.lock();
    std::jthread first = waiting_reader(m, [] {});
    std::jthread second = waiting_reader(m, [] {});
    const auto read = [this] { return error_of([this] { m.lock_shared(); }); };
    const std::error_code error = elsewhere(read);
    const std::error_code own_error = read();
    m.unlock();
    first.join();
    second.join();
    CPPUNIT_ASSERT(error == std::errc::resource_unavailable_try_again);
    CPPUNIT_ASSERT(own_error == std::errc::resource_unavailable_try_again);
    expect(event::read_request, 2);
    expect(event::read_grant, 2);
    CPPUNIT_ASSERT(admits_writer(m));
  }

public:
  void setUp() override { watched_sync::reset(); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(reentrant_test);

} // namespace
} // namespace rwl::textbook::test
