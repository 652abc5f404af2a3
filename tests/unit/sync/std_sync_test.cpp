// The production Sync policy.
#include <rwl/sync/std_sync.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <ratio>
#include <set>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <vector>

#include <cppunit/extensions/HelperMacros.h>

using namespace std::chrono_literals;

namespace {

using rwl::std_sync;

static_assert(rwl::sync_policy<std_sync>);

// A production lock is made of the types anybody would write by hand.
static_assert(std::is_same_v<std_sync::atomic<int>, std::atomic<int>>);
static_assert(std::is_same_v<std_sync::var<int>, int>);

static_assert(std::is_same_v<std_sync::stop_token, std::stop_token>);

// Ghosts leave nothing behind.
static_assert(std::is_empty_v<std_sync::token>);
static_assert(std::is_empty_v<decltype(std_sync::here())>);
static_assert((std_sync::observe(rwl::event::read_grant, nullptr, std_sync::owner()), true));
static_assert((std_sync::live(std_sync::here(), 1, 2L, nullptr), true));

using real_seconds = std::chrono::duration<double>;
using samples = std::chrono::duration<std::int64_t, std::ratio<1, 44100>>;

constexpr auto infinity = std::numeric_limits<float>::infinity();
constexpr auto not_a_number = std::numeric_limits<double>::quiet_NaN();

// Coarse, before its epoch, and it does not tick.
struct halted_clock {
  using duration = std::chrono::minutes;
  using time_point = std::chrono::time_point<halted_clock>;
  static time_point now() { return time_point{-7min}; }
};

class std_sync_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(std_sync_test);
  CPPUNIT_TEST(identity_is_per_thread);
  CPPUNIT_TEST(living_threads_differ);
  CPPUNIT_TEST(slot_is_per_thread);
  CPPUNIT_TEST(slot_is_per_type);
  CPPUNIT_TEST(clock_is_steady);
  CPPUNIT_TEST(no_time_or_less_ends_at_once);
  CPPUNIT_TEST(deadline_is_as_far_as_asked_for);
  CPPUNIT_TEST(part_of_a_tick_is_rounded_up);
  CPPUNIT_TEST(too_long_is_never);
  CPPUNIT_TEST(odd_units_have_room_for_years);
  CPPUNIT_TEST(deadline_on_any_clock);
  CPPUNIT_TEST(extreme_points_of_time);
  CPPUNIT_TEST(points_of_time_pass);
  CPPUNIT_TEST(await_returns_the_value_that_satisfied);
  CPPUNIT_TEST(await_outlasts_the_pauses);
  CPPUNIT_TEST(fences_forbid_store_buffering);
  CPPUNIT_TEST(monitor);
  CPPUNIT_TEST_SUITE_END();

  void identity_is_per_thread() {
    const std_sync::thread_id me = std_sync::self();
    CPPUNIT_ASSERT(me == std_sync::self());
    CPPUNIT_ASSERT(me != std_sync::thread_id{});
    std_sync::thread_id other{};
    std::thread{[&] { other = std_sync::self(); }}.join();
    CPPUNIT_ASSERT(other != std_sync::thread_id{});
  }

  void living_threads_differ() {
    constexpr int count = 8;
    std::array<std_sync::thread_id, count> ids{};
    std::array<std::thread, count> threads;
    std::atomic<int> alive{0};
    for (int i = 0; i < count; ++i)
      threads[i] = std::thread{[&, i] {
        ids[i] = std_sync::self();
        ++alive;
        std_sync::await(
            alive, [](int n) { return n == count; }, std::memory_order_acquire);
      }};
    for (std::thread& t : threads)
      t.join();
    std::set<std_sync::thread_id> distinct(ids.begin(), ids.end());
    distinct.insert(std_sync::self());
    CPPUNIT_ASSERT_EQUAL(count + 1, static_cast<int>(distinct.size()));
  }

  void slot_is_per_thread() {
    struct mine {
      int value = 7;
    };
    using slot = std_sync::tls<mine>;
    slot::get().value = 1;
    int fresh = 0;
    std::thread{[&] {
      fresh = slot::get().value;
      slot::get().value = 2;
    }}.join();
    CPPUNIT_ASSERT_EQUAL(7, fresh);
    CPPUNIT_ASSERT_EQUAL(1, slot::get().value);
  }

  void slot_is_per_type() {
    struct one {
      int value;
    };
    struct other {
      int value;
    };
    std_sync::tls<one>::get().value = 1;
    CPPUNIT_ASSERT_EQUAL(0, std_sync::tls<other>::get().value);
  }

  void clock_is_steady() {
    const std_sync::deadline before = std_sync::now();
    CPPUNIT_ASSERT(std_sync::now() >= before);
  }

  // From somewhere between before and after the call.
  template <class Duration>
  static bool is_ahead(const Duration& d, std::chrono::nanoseconds expected) {
    const std_sync::deadline before = std_sync::now();
    const std_sync::deadline deadline = std_sync::after(d);
    return deadline >= before + expected && deadline <= std_sync::now() + expected;
  }
  template <class Duration>
  static bool is_never(const Duration& d) {
    return std_sync::after(d) == std_sync::deadline::max();
  }
  template <class Point>
  static bool is_due(const Point& t) {
    const std_sync::deadline deadline = std_sync::until(t);
    return deadline <= std_sync::now();
  }

  void no_time_or_less_ends_at_once() {
    CPPUNIT_ASSERT(is_ahead(0s, 0s));
    CPPUNIT_ASSERT(is_ahead(-1ns, 0s));
    CPPUNIT_ASSERT(is_ahead(-1h, 0s));
    CPPUNIT_ASSERT(is_ahead(std::chrono::nanoseconds::min(), 0s));
    CPPUNIT_ASSERT(is_ahead(std::chrono::hours::min(), 0s));
    CPPUNIT_ASSERT(is_ahead(real_seconds(0), 0s));
    CPPUNIT_ASSERT(is_ahead(real_seconds(-0.5), 0s));
    CPPUNIT_ASSERT(is_ahead(real_seconds::min(), 0s));
    CPPUNIT_ASSERT(is_ahead(real_seconds(-infinity), 0s));
    CPPUNIT_ASSERT(is_ahead(real_seconds(not_a_number), 0s));
  }

  void deadline_is_as_far_as_asked_for() {
    CPPUNIT_ASSERT(is_ahead(1ns, 1ns));
    CPPUNIT_ASSERT(is_ahead(1s, 1s));
    CPPUNIT_ASSERT(is_ahead(1'999'999'999ns, 1'999'999'999ns));
    CPPUNIT_ASSERT(is_ahead(24h * 365 * 100, 24h * 365 * 100));
    CPPUNIT_ASSERT(is_ahead(real_seconds(1.5), 1500ms));
    CPPUNIT_ASSERT(is_ahead(std::chrono::duration<unsigned, std::milli>(7), 7ms));
    CPPUNIT_ASSERT(is_ahead(std::chrono::duration<signed char>(7), 7s));
  }

  void part_of_a_tick_is_rounded_up() {
    CPPUNIT_ASSERT(is_ahead(std::chrono::duration<int, std::pico>(1), 1ns));
    CPPUNIT_ASSERT(is_ahead(std::chrono::duration<int, std::pico>(1001), 2ns));
    CPPUNIT_ASSERT(is_ahead(real_seconds(1e-300), 1ns));
  }

  void too_long_is_never() {
    CPPUNIT_ASSERT(is_never(std::chrono::nanoseconds::max()));
    CPPUNIT_ASSERT(is_never(std::chrono::seconds::max()));
    CPPUNIT_ASSERT(is_never(std::chrono::hours::max()));
    CPPUNIT_ASSERT(is_never(std::chrono::duration<std::uint64_t>::max()));
    CPPUNIT_ASSERT(is_never(real_seconds::max()));
    CPPUNIT_ASSERT(is_never(real_seconds(infinity)));
    CPPUNIT_ASSERT(is_never(std::chrono::duration<float, std::ratio<3600>>(infinity)));
  }

  // What nanoseconds and these have in common overflows within the year.
  void odd_units_have_room_for_years() {
    CPPUNIT_ASSERT(is_ahead(samples(44100LL * 60 * 60 * 24 * 1000), 24h * 1000));
    CPPUNIT_ASSERT(is_ahead(samples(1), 22'676ns));
    const std::chrono::time_point<std::chrono::system_clock, samples> past{samples(44100)};
    CPPUNIT_ASSERT(is_due(past));
    CPPUNIT_ASSERT(std_sync::passed(past));
  }

  void deadline_on_any_clock() {
    CPPUNIT_ASSERT(is_due(std::chrono::system_clock::now()));
    CPPUNIT_ASSERT(is_due(std::chrono::steady_clock::now() - 1s));
    const std_sync::deadline before = std_sync::now();
    const std_sync::deadline deadline = std_sync::until(halted_clock::now() + 90min);
    CPPUNIT_ASSERT(deadline >= before + 90min);
    CPPUNIT_ASSERT(deadline <= std_sync::now() + 90min);
    CPPUNIT_ASSERT(is_due(halted_clock::now()));
    CPPUNIT_ASSERT(is_due(halted_clock::now() - 1min));
  }

  template <class Clock, class Duration = typename Clock::duration>
  static void expect_extremes() {
    using point = std::chrono::time_point<Clock, Duration>;
    CPPUNIT_ASSERT(is_due(point::min()));
    CPPUNIT_ASSERT(std_sync::passed(point::min()));
    CPPUNIT_ASSERT(std_sync::until(point::max()) == std_sync::deadline::max());
    CPPUNIT_ASSERT(!std_sync::passed(point::max()));
  }

  void extreme_points_of_time() {
    expect_extremes<std::chrono::system_clock>();
    expect_extremes<std::chrono::system_clock, std::chrono::hours>();
    expect_extremes<std::chrono::system_clock, real_seconds>();
    expect_extremes<std::chrono::steady_clock>();
    expect_extremes<std::chrono::steady_clock, std::chrono::seconds>();
    expect_extremes<std::chrono::file_clock>(); // its epoch lies in the far future
    expect_extremes<halted_clock>();
  }

  void points_of_time_pass() {
    using namespace std::chrono;
    CPPUNIT_ASSERT(std_sync::passed(halted_clock::now()));
    CPPUNIT_ASSERT(std_sync::passed(halted_clock::now() - 1ns));
    CPPUNIT_ASSERT(!std_sync::passed(halted_clock::now() + 1ns));
    CPPUNIT_ASSERT(std_sync::passed(system_clock::now()));
    CPPUNIT_ASSERT(!std_sync::passed(system_clock::now() + 1h));
    CPPUNIT_ASSERT(std_sync::passed(time_point<system_clock, seconds>{}));
  }

  void await_returns_the_value_that_satisfied() {
    std::atomic<std::uint32_t> a{3};
    const auto odd = [](std::uint32_t v) { return v % 2 == 1; };
    CPPUNIT_ASSERT_EQUAL(3U, std_sync::await(a, odd, std::memory_order_relaxed));

    a = 0;
    int message = 0;
    std::thread sender{[&] {
      message = 1;
      a.store(5, std::memory_order_release); // pairs with the acquire of await
    }};
    const std::uint32_t value = std_sync::await(a, odd, std::memory_order_acquire);
    const int seen = message;
    sender.join();
    CPPUNIT_ASSERT_EQUAL(5U, value);
    CPPUNIT_ASSERT_EQUAL(1, seen);
  }

  // Long enough for the back-off to yield, and with one thread per step: it must not need the
  // processor to itself.
  void await_outlasts_the_pauses() {
    constexpr int steps = 200;
    std::atomic<int> turn{0};
    const auto play = [&turn](int parity) {
      for (int i = parity; i < steps; i += 2) {
        std_sync::await(
            turn, [i](int t) { return t == i; }, std::memory_order_acquire);
        for (int spin = 0; spin < 500; ++spin)
          std_sync::pause();
        turn.store(i + 1, std::memory_order_release);
      }
    };
    std::thread odd{play, 1};
    play(0);
    odd.join();
    CPPUNIT_ASSERT_EQUAL(steps, turn.load());
  }

  // Store buffering, light against heavy, both threads running free: the i-th light store and the
  // j-th heavy store must not miss each other. A sample: it passes by luck if the threads hardly
  // overlap.
  void fences_forbid_store_buffering() {
    constexpr int rounds = 20'000;
    std::atomic<int> x{0};
    std::atomic<int> y{0};
    std::vector<int> first_to_see(rounds + 1); // the first light store whose read of y saw round j
    std::vector<int> seen(rounds + 1);         // the light store that round j saw
    // Relaxed throughout: the fences are all the order there is.
    std::thread light{[&] {
      int known = 0;
      for (int i = 1; known < rounds; ++i) {
        x.store(i, std::memory_order_relaxed);
        std_sync::fence_light();
        const int read = y.load(std::memory_order_relaxed);
        while (known < read)
          first_to_see[++known] = i;
      }
    }};
    std_sync::await(
        x, [](int i) { return i > 0; }, std::memory_order_relaxed);
    for (int j = 1; j <= rounds; ++j) {
      y.store(j, std::memory_order_relaxed);
      std_sync::fence_heavy();
      seen[j] = x.load(std::memory_order_relaxed);
    }
    light.join();
    int missed = 0;
    for (int j = 1; j <= rounds; ++j)
      missed += first_to_see[j] > seen[j] + 1; // store seen[j] + 1 missed round j, and was missed
    CPPUNIT_ASSERT_EQUAL(0, missed);
  }

  void monitor() {
    std_sync::mutex mutex;
    std_sync::condition_variable changed;
    std_sync::var<int> state = 0;
    std::thread partner{[&] {
      std_sync::unique_lock lock{mutex};
      changed.wait(lock, [&] { return state == 1; });
      state = 2;
      changed.notify_all();
    }};
    std_sync::unique_lock lock{mutex};
    state = 1;
    changed.notify_all();
    changed.wait(lock, [&] { return state == 2; });
    lock.unlock();
    partner.join();
    CPPUNIT_ASSERT_EQUAL(2, static_cast<int>(state));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(std_sync_test);

} // namespace
