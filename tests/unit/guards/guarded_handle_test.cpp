// Handles: they let go and wait by themselves, so that nobody else needs their guard.
#include "misuse_check.hpp"
#include "recording_lock.hpp"
#include "tests/unit/threads.hpp"

#include <rwl/condition.hpp>
#include <rwl/exclusive_adapter.hpp>
#include <rwl/guarded.hpp>

#include <chrono>
#include <mutex>
#include <stop_token>
#include <system_error>
#include <tuple>
#include <utility>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;
using rwl::test::check_misuse;
using rwl::test::crowd;
using rwl::test::recording_lock;

constexpr std::errc not_permitted = std::errc::operation_not_permitted;

template <class Handle>
concept gives_its_guard_away = requires(Handle h) {
  h.guard();
};
static_assert(!gives_its_guard_away<rwl::guarded<int>::write_handle>);

class guarded_handle_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(guarded_handle_test);
  CPPUNIT_TEST(lets_go_early);
  CPPUNIT_TEST(lets_go_of_nothing);
  CPPUNIT_TEST(swapped_handles_keep_their_locks);
  CPPUNIT_TEST(writer_waits_for_a_reader);
  CPPUNIT_TEST(reader_waits_for_a_writer);
  CPPUNIT_TEST(waits_that_give_up);
  CPPUNIT_TEST(waits_that_succeed);
  CPPUNIT_TEST(wait_without_the_lock_is_misuse);
  CPPUNIT_TEST(arguments_of_the_lock);
  CPPUNIT_TEST_SUITE_END();

  rwl::guarded<int> number;
  rwl::condition changed;

  void lets_go_early() {
    auto writing = number.write();
    *writing = 1;
    CPPUNIT_ASSERT(!number.try_read());
    writing.unlock();
    CPPUNIT_ASSERT(!writing && number.try_write());
    check_misuse(not_permitted, [&] { ++*writing; });
    auto looking = number.upgradeable();
    looking.unlock();
    CPPUNIT_ASSERT(!looking && number.try_write());
  }

  void lets_go_of_nothing() {
    rwl::guarded<int>::read_handle none;
    check_misuse(not_permitted, [&] { none.unlock(); });
    auto writing = number.write();
    writing.unlock();
    check_misuse(not_permitted, [&] { writing.unlock(); });
    CPPUNIT_ASSERT(number.try_write());
  }

  void swapped_handles_keep_their_locks() {
    rwl::guarded<int> other(2);
    auto a = number.write();
    auto b = other.write();
    std::swap(a, b);
    CPPUNIT_ASSERT_EQUAL(2, *a);
    a.unlock();
    CPPUNIT_ASSERT(other.try_write() && !number.try_write());
  }

  // The caller waits for an even number; another thread counts up once it may.
  template <class Handle>
  void check_wait(Handle handle) {
    crowd other;
    other.add([this] {
      ++*number.write();
      changed.notify_all();
    });
    handle.wait(changed, [&] { return *handle % 2 == 0; });
    CPPUNIT_ASSERT(handle);
    CPPUNIT_ASSERT_EQUAL(0, *handle % 2);
    handle.unlock();
    other.join();
  }

  void writer_waits_for_a_reader() {
    *number.write() = 1;
    check_wait(number.write());
  }
  void reader_waits_for_a_writer() {
    *number.write() = 1;
    check_wait(number.read());
  }

  void waits_that_give_up() {
    std::stop_source source;
    source.request_stop();
    const std::stop_token stopped = source.get_token();
    const auto never = [] { return false; };
    const auto soon = std::chrono::system_clock::now();
    auto reading = number.read();
    CPPUNIT_ASSERT(!reading.wait(changed, stopped));
    CPPUNIT_ASSERT(!reading.wait(changed, stopped, never));
    CPPUNIT_ASSERT(!reading.wait_for(changed, 1ms));
    CPPUNIT_ASSERT(!reading.wait_for(changed, 1h, stopped));
    CPPUNIT_ASSERT(!reading.wait_for(changed, 1ms, never));
    CPPUNIT_ASSERT(!reading.wait_for(changed, 1h, stopped, never));
    CPPUNIT_ASSERT(!reading.wait_until(changed, soon));
    CPPUNIT_ASSERT(!reading.wait_until(changed, soon + 1h, stopped));
    CPPUNIT_ASSERT(!reading.wait_until(changed, soon, never));
    CPPUNIT_ASSERT(!reading.wait_until(changed, soon + 1h, stopped, never));
    CPPUNIT_ASSERT(reading && !number.try_write());
  }

  void waits_that_succeed() {
    const std::stop_token stop;
    const auto always = [] { return true; };
    auto writing = number.write();
    writing.wait(changed, always);
    CPPUNIT_ASSERT(writing.wait(changed, stop, always));
    CPPUNIT_ASSERT(writing.wait_for(changed, 1h, always));
    CPPUNIT_ASSERT(writing.wait_until(changed, std::chrono::system_clock::now() + 1h, always));
    CPPUNIT_ASSERT(writing);
  }

  void wait_without_the_lock_is_misuse() {
    auto writing = number.write();
    writing.unlock();
    check_misuse(not_permitted, [&] { writing.wait(changed); });
    check_misuse(not_permitted, [&] { (void)writing.wait_for(changed, 1ms); });
    rwl::guarded<int>::read_handle none;
    check_misuse(not_permitted, [&] { none.wait(changed); });
  }

  void arguments_of_the_lock() {
    std::timed_mutex mutex;
    rwl::guarded<std::pair<int, int>, rwl::exclusive_adapter<std::timed_mutex&>> two(
        std::piecewise_construct, std::tie(mutex), std::tuple(1, 2));
    const auto reading = two.read();
    CPPUNIT_ASSERT_EQUAL(2, reading->second);
    CPPUNIT_ASSERT(rwl::test::elsewhere([&] { return !mutex.try_lock(); }));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(guarded_handle_test);

} // namespace
