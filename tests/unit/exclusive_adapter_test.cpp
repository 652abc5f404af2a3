// Any mutex behind the interface of a reader-writer lock.
#include "tests/unit/threads.hpp"
#include "tests/unit/timed_mutex.hpp"

#include <rwl/exclusive_adapter.hpp>

#include <chrono>
#include <concepts>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <stop_token>
#include <string>
#include <thread>
#include <type_traits>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;
using rwl::test::admits_reader;
using rwl::test::crowd;
using rwl::test::elsewhere;
using rwl::test::poll;

// Only lock() and unlock().
class basic_mutex {
public:
  void lock() { inner_.lock(); }
  void unlock() { inner_.unlock(); }

private:
  std::mutex inner_;
};

template <class L>
concept offers_try = requires(L& l) {
  l.try_lock();
  l.try_lock_shared();
  l.try_lock_upgrade();
};
template <class L>
concept offers_timed = requires(L& l) {
  l.try_lock_for(1ms);
  l.try_lock_shared_for(1ms);
  l.try_lock_upgrade_for(1ms);
  l.try_unlock_upgrade_and_lock_for(1ms);
};
template <class L>
concept offers_stop = requires(L& l, std::stop_token stop) {
  { l.lock(stop) } -> std::same_as<bool>;
  { l.lock_shared(stop) } -> std::same_as<bool>;
  { l.lock_upgrade(stop) } -> std::same_as<bool>;
};

using basic = rwl::exclusive_adapter<basic_mutex>;
using lockable = rwl::exclusive_adapter<std::mutex>;
using timed = rwl::exclusive_adapter<rwl::test::timed_mutex>;
using recursive = rwl::exclusive_adapter<std::recursive_mutex>;

// What is offered is what the mutex can do.
static_assert(!offers_try<basic> && !offers_timed<basic> && !offers_stop<basic>);
static_assert(offers_try<lockable> && !offers_timed<lockable> && !offers_stop<lockable>);
static_assert(offers_try<timed> && offers_timed<timed> && offers_stop<timed>);
static_assert(offers_timed<rwl::exclusive_adapter<std::timed_mutex&>>);
static_assert(offers_stop<rwl::exclusive_adapter<std::recursive_timed_mutex>>);
static_assert(!std::is_copy_constructible_v<timed> && !std::is_move_constructible_v<timed>);

constinit lockable global;

class exclusive_adapter_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(exclusive_adapter_test);
  CPPUNIT_TEST(is_constant_initialised);
  CPPUNIT_TEST(new_lock_is_free);
  CPPUNIT_TEST(every_mode_is_exclusive);
  CPPUNIT_TEST(reports_its_mode);
  CPPUNIT_TEST(conversions_succeed_at_once);
  CPPUNIT_TEST(standard_guards);
  CPPUNIT_TEST(views);
  CPPUNIT_TEST(a_basic_mutex_will_do);
  CPPUNIT_TEST(constructor_keeps_the_injected_lock);
  CPPUNIT_TEST(recursive_inner_lock_reports_until_the_outermost_unlock);
  CPPUNIT_TEST(reports_a_lock_that_another_thread_owns);
  CPPUNIT_TEST(timed_requests_give_up_in_time);
  CPPUNIT_TEST(stopped_requests_give_up);
  CPPUNIT_TEST_SUITE_END();

  timed m;

  void check_free() {
    CPPUNIT_ASSERT(!m.is_locked() && !m.is_locked_shared() && !m.is_locked_upgrade());
    CPPUNIT_ASSERT(admits_reader(m));
  }

  void is_constant_initialised() {
    const std::lock_guard writing(global);
    CPPUNIT_ASSERT(global.is_locked());
  }

  void new_lock_is_free() { check_free(); }

  void every_mode_is_exclusive() {
    m.lock();
    CPPUNIT_ASSERT(!admits_reader(m));
    m.unlock();
    m.lock_shared();
    CPPUNIT_ASSERT(!admits_reader(m));
    m.unlock_shared();
    m.lock_upgrade();
    CPPUNIT_ASSERT(!admits_reader(m));
    m.unlock_upgrade();
    check_free();
  }

  void check_modes(bool writes, unsigned readers, bool upgradeable) {
    CPPUNIT_ASSERT_EQUAL(writes, m.is_locked());
    CPPUNIT_ASSERT_EQUAL(readers > 0, m.is_locked_shared());
    CPPUNIT_ASSERT_EQUAL(readers, m.reader_count());
    CPPUNIT_ASSERT_EQUAL(upgradeable, m.is_locked_upgrade());
    std::ostringstream shown;
    shown << m;
    CPPUNIT_ASSERT_EQUAL("W=" + std::to_string(writes) + " U=" + std::to_string(upgradeable) +
                             " R=" + std::to_string(readers),
                         shown.str());
  }

  void reports_its_mode() {
    check_modes(false, 0, false);
    m.lock();
    check_modes(true, 0, false);
    m.unlock();
    CPPUNIT_ASSERT(m.try_lock_shared());
    check_modes(false, 1, false);
    m.unlock_shared();
    CPPUNIT_ASSERT(m.try_lock_upgrade_for(0s));
    check_modes(false, 0, true);
    m.unlock_upgrade();
    check_modes(false, 0, false);
  }

  void conversions_succeed_at_once() {
    m.lock_upgrade();
    m.unlock_upgrade_and_lock();
    check_modes(true, 0, false);
    m.unlock_and_lock_upgrade();
    check_modes(false, 0, true);
    CPPUNIT_ASSERT(m.try_unlock_upgrade_and_lock());
    m.unlock_and_lock_shared();
    check_modes(false, 1, false);
    CPPUNIT_ASSERT(m.try_unlock_shared_and_lock());
    m.unlock_and_lock_upgrade();
    CPPUNIT_ASSERT(m.try_unlock_upgrade_and_lock_for(0s));
    check_modes(true, 0, false);
    m.unlock_and_lock_upgrade();
    m.unlock_upgrade_and_lock_shared();
    check_modes(false, 1, false);
    m.unlock_shared();
    check_free();
  }

  void standard_guards() {
    {
      const std::unique_lock writing(m, 1s);
      CPPUNIT_ASSERT(m.is_locked());
    }
    {
      const std::shared_lock reading(m, 1s);
      CPPUNIT_ASSERT(m.is_locked_shared());
    }
    check_free();
  }

  void views() {
    {
      lockable other;
      const std::scoped_lock both(m.reader(), other.writer());
      CPPUNIT_ASSERT(m.is_locked_shared() && other.is_locked());
    }
    check_free();
  }

  void a_basic_mutex_will_do() {
    basic l;
    const std::shared_lock reading(l);
    CPPUNIT_ASSERT(l.is_locked_shared());
  }

  void constructor_keeps_the_injected_lock() {
    std::mutex mutex;
    rwl::exclusive_adapter l(mutex);
    static_assert(std::is_same_v<decltype(l), rwl::exclusive_adapter<std::mutex&>>);
    CPPUNIT_ASSERT(&l.inner() == &mutex);
    l.lock_shared();
    CPPUNIT_ASSERT(!elsewhere([&] { return mutex.try_lock(); }));
    l.unlock_shared();
    mutex.lock();
    CPPUNIT_ASSERT(!admits_reader(l));
    mutex.unlock();
    CPPUNIT_ASSERT(admits_reader(l));
  }

  void recursive_inner_lock_reports_until_the_outermost_unlock() {
    recursive l;
    l.lock();
    l.lock();
    l.lock_shared();
    CPPUNIT_ASSERT(l.is_locked() && l.is_locked_shared());
    l.unlock();
    CPPUNIT_ASSERT(l.is_locked() && l.is_locked_shared());
    l.unlock();
    CPPUNIT_ASSERT(!l.is_locked() && l.is_locked_shared());
    CPPUNIT_ASSERT(!admits_reader(l));
    l.unlock_shared();
    CPPUNIT_ASSERT(!l.is_locked() && !l.is_locked_shared());
    CPPUNIT_ASSERT(admits_reader(l));
  }

  // A recursive mutex would let this thread in again, so to ask it by a try would be to lie.
  void reports_a_lock_that_another_thread_owns() {
    recursive l;
    std::promise<void> locked, looked;
    std::thread owner([&] {
      const std::lock_guard writing(l);
      locked.set_value();
      looked.get_future().wait();
    });
    locked.get_future().wait();
    CPPUNIT_ASSERT(l.is_locked());
    looked.set_value();
    owner.join();
    CPPUNIT_ASSERT(!l.is_locked());
  }

  // Calls it in another thread; true if it gave up, and not before the time.
  template <class F>
  static bool gives_up_after(std::chrono::milliseconds time, F request) {
    return elsewhere([=] {
      const auto start = std::chrono::steady_clock::now();
      return !request() && std::chrono::steady_clock::now() - start >= time;
    });
  }

  void timed_requests_give_up_in_time() {
    m.lock();
    const std::stop_token never;
    CPPUNIT_ASSERT(gives_up_after(0ms, [this] { return m.try_lock_for(0ms); }));
    CPPUNIT_ASSERT(gives_up_after(3ms, [this] { return m.try_lock_for(3ms); }));
    CPPUNIT_ASSERT(gives_up_after(3ms, [this] { return m.try_lock_shared_for(3ms); }));
    CPPUNIT_ASSERT(gives_up_after(3ms, [this] { return m.try_lock_upgrade_for(3ms); }));
    CPPUNIT_ASSERT(gives_up_after(3ms, [=, this] { return m.try_lock_shared_for(3ms, never); }));
    CPPUNIT_ASSERT(gives_up_after(
        3ms, [this] { return m.try_lock_shared_until(std::chrono::system_clock::now() + 3ms); }));
    m.unlock();
    check_free();
    CPPUNIT_ASSERT(m.try_lock_for(1s, never));
    m.unlock();
    check_free();
  }

  void stopped_requests_give_up() {
    std::stop_source source;
    m.lock();
    {
      bool granted = true;
      crowd reader;
      reader.add([&] { granted = m.lock_shared(source.get_token()); });
      poll([this] { return m.inner().waiting() == 1; });
      source.request_stop();
      reader.join();
      CPPUNIT_ASSERT(!granted);
    }
    m.unlock();
    CPPUNIT_ASSERT(!m.lock(source.get_token())); // even though it is free
    check_free();
    CPPUNIT_ASSERT(m.lock_upgrade(std::stop_token()));
    CPPUNIT_ASSERT(!m.unlock_upgrade_and_lock(source.get_token()));
    CPPUNIT_ASSERT(m.is_locked_upgrade());
    CPPUNIT_ASSERT(m.unlock_upgrade_and_lock(std::stop_token()));
    m.unlock();
    check_free();
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(exclusive_adapter_test);

} // namespace
