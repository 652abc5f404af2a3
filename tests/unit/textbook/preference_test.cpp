// In what the textbook locks differ: who goes first.
#include "watched.hpp"

#include <rwl/textbook/alternating.hpp>
#include <rwl/textbook/naive.hpp>
#include <rwl/textbook/reader_preferring.hpp>
#include <rwl/textbook/reentrant.hpp>
#include <rwl/textbook/writer_preferring.hpp>

#include <latch>
#include <system_error>
#include <vector>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::textbook::test {
namespace {

// A fixture that counts the events of its own test only.
class watched_test : public CppUnit::TestFixture {
public:
  void setUp() override { watched_sync::reset(); }
};

// Whether a reader gets in while a reader is inside and a writer waits.
template <class Lock>
bool reader_overtakes_waiting_writer() {
  Lock m;
  m.lock_shared();
  std::jthread writer = waiting_writer(m, [] {});
  const bool entered = admits_reader(m);
  m.unlock_shared();
  return entered;
}

template <class Lock>
class writer_order_test : public watched_test {
  CPPUNIT_TEST_SUITE(writer_order_test);
  CPPUNIT_TEST(writers_enter_in_the_order_of_arrival);
  CPPUNIT_TEST(try_lock_does_not_overtake_a_waiting_writer);
  CPPUNIT_TEST(full_line_is_an_error_and_changes_nothing);
  CPPUNIT_TEST_SUITE_END();

  Lock m; // two writers may wait

  void writers_enter_in_the_order_of_arrival() {
    for (int lap = 0; lap < 3; ++lap) { // the tickets run in a circle
      std::vector<int> order;
      m.lock();
      std::jthread first = waiting_writer(m, [&] { order.push_back(1); });
      std::jthread second = waiting_writer(m, [&] { order.push_back(2); });
      m.unlock();
      first.join();
      second.join();
      CPPUNIT_ASSERT((order == std::vector{1, 2}));
    }
  }

  void try_lock_does_not_overtake_a_waiting_writer() {
    m.lock_shared();
    std::jthread writer = waiting_writer(m, [] {});
    const bool entered = admits_writer(m);
    m.unlock_shared();
    CPPUNIT_ASSERT(!entered);
  }

  void full_line_is_an_error_and_changes_nothing() {
    std::error_code error;
    m.lock();
    std::jthread first = waiting_writer(m, [] {});
    std::jthread second = waiting_writer(m, [] {});
    elsewhere([&] {
      try {
        m.lock();
        m.unlock();
      } catch (const std::system_error& e) {
        error = e.code();
      }
    });
    m.unlock();
    first.join();
    second.join();
    CPPUNIT_ASSERT(error == std::errc::resource_unavailable_try_again);
    CPPUNIT_ASSERT_EQUAL(3, watched_sync::count(event::write_request));
    CPPUNIT_ASSERT(admits_writer(m));
  }
};

class naive_test : public watched_test {
  CPPUNIT_TEST_SUITE(naive_test);
  CPPUNIT_TEST(reader_overtakes_a_waiting_writer);
  CPPUNIT_TEST(sole_reader_upgrades);
  CPPUNIT_TEST(upgrade_waits_for_the_other_reader);
  CPPUNIT_TEST(upgrade_goes_before_a_waiting_writer);
  CPPUNIT_TEST_SUITE_END();

  naive<watched_sync> m;

  void reader_overtakes_a_waiting_writer() {
    CPPUNIT_ASSERT(reader_overtakes_waiting_writer<naive<watched_sync>>());
  }

  void sole_reader_upgrades() {
    m.lock_shared();
    m.upgrade();
    CPPUNIT_ASSERT(!admits_reader(m));
    CPPUNIT_ASSERT(!admits_writer(m));
    m.unlock();
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void upgrade_waits_for_the_other_reader() {
    m.lock_shared();
    std::jthread upgrader{[this] {
      m.lock_shared();
      m.upgrade();
      m.unlock();
    }};
    watched_sync::await_count(event::upgrade_request, 1);
    const bool overlapped = watched_sync::count(event::upgrade_grant) > 0;
    m.unlock_shared();
    upgrader.join();
    CPPUNIT_ASSERT(!overlapped);
    CPPUNIT_ASSERT_EQUAL(1, watched_sync::count(event::upgrade_grant));
    CPPUNIT_ASSERT(admits_writer(m));
  }

  void upgrade_goes_before_a_waiting_writer() {
    m.lock_shared();
    std::jthread writer = waiting_writer(m, [] {});
    m.upgrade();
    const bool overtaken = watched_sync::count(event::write_grant) > 0;
    m.unlock();
    writer.join();
    CPPUNIT_ASSERT(!overtaken);
  }
};

class reader_preferring_test : public watched_test {
  CPPUNIT_TEST_SUITE(reader_preferring_test);
  CPPUNIT_TEST(reader_overtakes_a_waiting_writer);
  CPPUNIT_TEST(readers_behind_a_writer_go_before_a_writer_that_came_first);
  CPPUNIT_TEST_SUITE_END();

  void reader_overtakes_a_waiting_writer() {
    CPPUNIT_ASSERT(reader_overtakes_waiting_writer<reader_preferring<watched_sync>>());
  }

  void readers_behind_a_writer_go_before_a_writer_that_came_first() {
    reader_preferring<watched_sync> m;
    int reads_before_the_write = 0;
    m.lock();
    std::jthread writer = waiting_writer(
        m, [&] { reads_before_the_write = watched_sync::count(event::read_release); });
    std::jthread first = waiting_reader(m, [] {});
    std::jthread second = waiting_reader(m, [] {});
    m.unlock();
    writer.join();
    CPPUNIT_ASSERT_EQUAL(2, reads_before_the_write);
  }
};

class writer_preferring_test : public watched_test {
  CPPUNIT_TEST_SUITE(writer_preferring_test);
  CPPUNIT_TEST(reader_does_not_overtake_a_waiting_writer);
  CPPUNIT_TEST(writer_goes_before_a_reader_that_came_first);
  CPPUNIT_TEST_SUITE_END();

  void reader_does_not_overtake_a_waiting_writer() {
    CPPUNIT_ASSERT(!reader_overtakes_waiting_writer<writer_preferring<watched_sync>>());
  }

  void writer_goes_before_a_reader_that_came_first() {
    writer_preferring<watched_sync> m;
    int writes_before_the_read = 0;
    m.lock();
    std::jthread reader = waiting_reader(
        m, [&] { writes_before_the_read = watched_sync::count(event::write_release); });
    std::jthread first = waiting_writer(m, [] {});
    std::jthread second = waiting_writer(m, [] {});
    m.unlock();
    reader.join();
    CPPUNIT_ASSERT_EQUAL(3, writes_before_the_read);
  }
};

class alternating_test : public watched_test {
  CPPUNIT_TEST_SUITE(alternating_test);
  CPPUNIT_TEST(reader_outside_a_phase_does_not_overtake_a_waiting_writer);
  CPPUNIT_TEST(late_reader_joins_the_open_phase);
  CPPUNIT_TEST(phase_ends_with_its_last_reader);
  CPPUNIT_TEST_SUITE_END();

  using lock = alternating<watched_sync>;
  lock m;

  // Opens a reader phase while a writer waits, calls f inside it, and lets everybody finish.
  template <class F>
  void in_open_phase(F f) {
    std::latch phase_over{1};
    m.lock();
    std::jthread reader = waiting_reader(m, [&] { phase_over.wait(); });
    std::jthread writer = waiting_writer(m, [] {});
    m.unlock();
    watched_sync::await_count(event::read_grant, 1);
    f();
    phase_over.count_down();
  }

  void reader_outside_a_phase_does_not_overtake_a_waiting_writer() {
    CPPUNIT_ASSERT(!reader_overtakes_waiting_writer<lock>());
  }

  void late_reader_joins_the_open_phase() {
    int admitted = 0;
    in_open_phase([&] {
      for (int i = 0; i < 3; ++i)
        admitted += admits_reader(m);
    });
    CPPUNIT_ASSERT_EQUAL(3, admitted);
  }

  void phase_ends_with_its_last_reader() {
    int writes_in_phase = 0;
    in_open_phase([&] { writes_in_phase = watched_sync::count(event::write_grant); });
    CPPUNIT_ASSERT_EQUAL(1, writes_in_phase); // the one that the phase follows
    CPPUNIT_ASSERT_EQUAL(2, watched_sync::count(event::write_grant));
    m.lock_shared();
    std::jthread writer = waiting_writer(m, [] {});
    const bool entered = admits_reader(m);
    m.unlock_shared();
    CPPUNIT_ASSERT(!entered);
  }
};

using two_readers_first = reader_preferring<watched_sync, 2>;
using two_writers_first = writer_preferring<watched_sync, 2>;
using two_reentrant = reentrant<watched_sync, 2>;

CPPUNIT_TEST_SUITE_REGISTRATION(writer_order_test<two_readers_first>);
CPPUNIT_TEST_SUITE_REGISTRATION(writer_order_test<two_writers_first>);
CPPUNIT_TEST_SUITE_REGISTRATION(writer_order_test<two_reentrant>);
CPPUNIT_TEST_SUITE_REGISTRATION(naive_test);
CPPUNIT_TEST_SUITE_REGISTRATION(reader_preferring_test);
CPPUNIT_TEST_SUITE_REGISTRATION(writer_preferring_test);
CPPUNIT_TEST_SUITE_REGISTRATION(alternating_test);

} // namespace
} // namespace rwl::textbook::test
