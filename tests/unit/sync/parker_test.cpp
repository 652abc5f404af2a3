// The contract of the parker, on both implementations.
#include <rwl/sync/parker.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>
#include <thread>

#include <cppunit/extensions/HelperMacros.h>
#include <pthread.h>

using namespace std::chrono_literals;

namespace {

using clock = std::chrono::steady_clock;

constexpr clock::time_point past{};

template <class Parker>
class parker_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(parker_test);
  CPPUNIT_TEST(unpark_before_park_is_not_lost);
  CPPUNIT_TEST(second_unpark_adds_no_token);
  CPPUNIT_TEST(park_waits_and_sees_what_preceded_unpark);
  CPPUNIT_TEST(past_deadline_without_token_gives_up);
  CPPUNIT_TEST(past_deadline_with_token_takes_it);
  CPPUNIT_TEST(time_before_boot_is_past);
  CPPUNIT_TEST(deadline_is_waited_for);
  CPPUNIT_TEST(far_deadline_ends_with_unpark);
  CPPUNIT_TEST(parker_is_usable_after_timeout);
  CPPUNIT_TEST(ping_pong);
  CPPUNIT_TEST(timeout_against_unpark_loses_no_token);
  CPPUNIT_TEST(owner_may_destroy_after_park);
  CPPUNIT_TEST(signal_does_not_end_park);
  CPPUNIT_TEST_SUITE_END();

  static bool has_token(Parker& p) { return p.park_until(past); }

  void unpark_before_park_is_not_lost() {
    Parker p;
    p.unpark();
    p.park();
    CPPUNIT_ASSERT(!has_token(p));
  }

  void second_unpark_adds_no_token() {
    Parker p;
    p.unpark();
    p.unpark();
    p.park();
    CPPUNIT_ASSERT(!has_token(p));
  }

  void park_waits_and_sees_what_preceded_unpark() {
    Parker p;
    int message = 0;
    std::thread waker{[&] {
      message = 1;
      p.unpark();
    }};
    p.park();
    const int seen = message;
    waker.join();
    CPPUNIT_ASSERT_EQUAL(1, seen);
  }

  void past_deadline_without_token_gives_up() {
    Parker p;
    CPPUNIT_ASSERT(!p.park_until(clock::now()));
    CPPUNIT_ASSERT(!p.park_until(past));
  }

  void past_deadline_with_token_takes_it() {
    Parker p;
    p.unpark();
    CPPUNIT_ASSERT(p.park_until(past));
    CPPUNIT_ASSERT(!has_token(p));
  }

  void time_before_boot_is_past() {
    Parker p;
    CPPUNIT_ASSERT(!p.park_until(clock::time_point{-1h}));
  }

  void deadline_is_waited_for() {
    Parker p;
    const clock::time_point deadline = clock::now() + 2ms;
    CPPUNIT_ASSERT(!p.park_until(deadline));
    CPPUNIT_ASSERT(clock::now() >= deadline);
  }

  void far_deadline_ends_with_unpark() {
    Parker p;
    std::thread waker{[&] { p.unpark(); }};
    const bool taken = p.park_until(clock::now() + 24h);
    waker.join();
    CPPUNIT_ASSERT(taken);
  }

  void parker_is_usable_after_timeout() {
    Parker p;
    CPPUNIT_ASSERT(!p.park_until(clock::now() + 1ms));
    p.unpark();
    p.park();
    CPPUNIT_ASSERT(!has_token(p));
  }

  // Two threads in turn: neither ever runs ahead of the other.
  void ping_pong() {
    constexpr int rounds = 10'000;
    Parker ping;
    Parker pong;
    int turns = 0;
    std::thread partner{[&] {
      for (int i = 0; i < rounds; ++i) {
        ping.park();
        ++turns;
        pong.unpark();
      }
    }};
    int out_of_turn = 0;
    for (int i = 0; i < rounds; ++i) {
      ping.unpark();
      pong.park();
      out_of_turn += turns != i + 1;
    }
    partner.join();
    CPPUNIT_ASSERT_EQUAL(0, out_of_turn);
    CPPUNIT_ASSERT(!has_token(ping));
    CPPUNIT_ASSERT(!has_token(pong));
  }

  // A token that comes while the wait gives up is either taken by that wait or left for the next.
  void timeout_against_unpark_loses_no_token() {
    constexpr int rounds = 2'000;
    Parker request;
    Parker answer;
    std::thread partner{[&] {
      for (int i = 0; i < rounds; ++i) {
        request.park();
        answer.unpark();
      }
    }};
    int surplus = 0;
    for (int i = 0; i < rounds; ++i) {
      request.unpark();
      if (!answer.park_until(clock::now() + (i % 50) * 1us))
        answer.park();
      surplus += has_token(answer);
    }
    partner.join();
    CPPUNIT_ASSERT_EQUAL(0, surplus);
  }

  // The waker's unpark() may still be returning when the parker is gone: for the sanitizers to
  // judge.
  void owner_may_destroy_after_park() {
    constexpr int rounds = 5'000;
    std::atomic<Parker*> handed_over{nullptr};
    std::thread waker{[&] {
      for (int i = 0; i < rounds; ++i) {
        Parker* p = nullptr;
        while ((p = handed_over.exchange(nullptr, std::memory_order_acquire)) == nullptr)
          std::this_thread::yield();
        p->unpark();
      }
    }};
    for (int i = 0; i < rounds; ++i) {
      const auto p = std::make_unique<Parker>();
      handed_over.store(p.get(), std::memory_order_release);
      p->park();
    }
    waker.join();
  }

  // A handled signal interrupts the system call, but not the wait.
  void signal_does_not_end_park() {
    constexpr int signals = 200; // the first ones may come before it sleeps, hardly all of them
    struct sigaction handle {};
    struct sigaction before {};
    handle.sa_handler = [](int) {};
    sigaction(SIGUSR1, &handle, &before);

    Parker p;
    std::atomic<bool> unparked{false};
    bool early = false;
    std::thread sleeper{[&] {
      p.park();
      early = !unparked;
    }};
    for (int i = 0; i < signals; ++i) {
      pthread_kill(sleeper.native_handle(), SIGUSR1);
      std::this_thread::yield();
    }
    unparked = true;
    p.unpark();
    sleeper.join();
    sigaction(SIGUSR1, &before, nullptr);
    CPPUNIT_ASSERT(!early);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(parker_test<rwl::portable_parker>);
#if defined(__linux__)
CPPUNIT_TEST_SUITE_REGISTRATION(parker_test<rwl::futex_parker>);
static_assert((rwl::futex_parker{}, true), "needs no dynamic initialisation");
#endif

} // namespace
