// Timeouts and cancellations gone wrong, each refuted by its column.
#include "verdicts.hpp"

#include <rwl/rwlock.hpp>

#include <array>
#include <chrono>

namespace rwl::verify {

namespace {

using namespace test;

template <class Sync = explorer_sync>
using phase_fair = basic_rwlock<rwl::strategy::phase_fair, Sync>;
using stop_token = explorer_sync::stop_token;

// A machine on which a lock can tell whose time has run out.
struct late_sync : explorer_sync {
  static inline std::array<bool, thread_limit> late{};

  struct parker : explorer_sync::parker {
    bool park_until(deadline until, location at = location::current()) {
      const bool woken = explorer_sync::parker::park_until(until, at);
      late[static_cast<std::size_t>(self())] = !woken;
      return woken;
    }
  };
};

// Whose time has run out goes, though it may have been let in meanwhile.
struct takes_a_grant_along : phase_fair<late_sync> {
  bool try_lock_for(std::chrono::seconds d) {
    bool& late = late_sync::late[static_cast<std::size_t>(late_sync::self())];
    late = false;
    const bool let_in = phase_fair<late_sync>::try_lock_for(d);
    return let_in && !late;
  }
  using phase_fair<late_sync>::try_lock_for;
};

// A stop is noticed when it is too late.
struct stops_inside : phase_fair<> {
  using phase_fair<>::lock;
  bool lock(const stop_token& stop) {
    lock();
    return !stop.stop_requested();
  }
};

// Does not look at the token before it waits.
struct enters_when_stopped : phase_fair<> {
  using phase_fair<>::lock;
  bool lock(const stop_token&) {
    lock();
    return true;
  }
};

// Gives up, but takes its time.
class slow_to_give_up : public phase_fair<> {
public:
  using phase_fair<>::lock;
  using phase_fair<>::try_lock_for;
  bool try_lock_for(std::chrono::seconds d) { return phase_fair<>::try_lock_for(d) || dawdle(); }
  bool lock(const stop_token& stop) { return phase_fair<>::lock(stop) || dawdle(); }

private:
  bool dawdle() {
    for (std::uint32_t i = 0; i <= exit_step_bound; ++i)
      idle_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  explorer_sync::atomic<int> idle_{0};
};

enum class farewell {
  proper,
  silent,   // those whom the request alone was blocking sleep on
  forgotten // the request blocks others when it is gone
};

// Writer preference as a monitor, with timed writers.
template <farewell way>
class monitor {
public:
  void lock() {
    enter([this](auto& guard) { changed_.wait(guard, [this] { return free(); }); });
  }
  bool try_lock() { return false; }
  void unlock() {
    explorer_sync::unique_lock guard{mutex_};
    writing_ = false;
    tell(event::write_release);
    changed_.notify_all();
  }
  template <class Duration>
  bool try_lock_for(Duration d) {
    const auto until = explorer_sync::after(d);
    return enter([&](auto& guard) {
      while (!free() && changed_.wait_until(guard, until)) {
      }
    });
  }

  void lock_shared() {
    explorer_sync::unique_lock guard{mutex_};
    tell(event::read_request);
    changed_.wait(guard, [this] { return may_read(); });
    ++readers_;
    tell(event::read_grant);
  }
  bool try_lock_shared() { return false; }
  template <class Duration>
  bool try_lock_shared_for(Duration) {
    lock_shared();
    return true;
  }
  void unlock_shared() {
    explorer_sync::unique_lock guard{mutex_};
    --readers_;
    tell(event::read_release);
    changed_.notify_all();
  }

private:
  bool free() const { return !writing_ && readers_ == 0; }
  bool may_read() const { return !writing_ && waiting_writers_ == 0; }
  void tell(event e) { explorer_sync::observe(e, this, explorer_sync::owner()); }

  template <class Wait>
  bool enter(Wait wait) {
    explorer_sync::unique_lock guard{mutex_};
    tell(event::write_request);
    ++waiting_writers_;
    wait(guard);
    const bool enters = free();
    if (enters || way != farewell::forgotten)
      --waiting_writers_;
    writing_ = writing_ || enters;
    tell(enters ? event::write_grant : event::cancel);
    if (!enters && way == farewell::proper)
      changed_.notify_all();
    return enters;
  }

  explorer_sync::mutex mutex_;
  explorer_sync::condition_variable changed_;
  explorer_sync::var<int> readers_{0}, waiting_writers_{0};
  explorer_sync::var<bool> writing_{false};
};

class giving_up_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(giving_up_test);
  CPPUNIT_TEST(to_give_up_properly_holds);
  CPPUNIT_TEST(a_grant_that_is_taken_along_blocks_the_others);
  CPPUNIT_TEST(whoever_was_blocked_must_be_let_in);
  CPPUNIT_TEST(a_forgotten_request_blocks_for_ever);
  CPPUNIT_TEST(a_stop_inside_leaves_the_lock_held);
  CPPUNIT_TEST(a_stopped_token_lets_nobody_in);
  CPPUNIT_TEST(steps_of_giving_up_are_counted);
  CPPUNIT_TEST_SUITE_END();

  void to_give_up_properly_holds() {
    const auto lock = plan_for<phase_fair<>>(follows(strategy::phase_fair));
    assert_holds(lock, "mix W+Wt", property::timeout);
    assert_holds(lock, "conserving R+R+Wt", property::timeout);
    assert_holds(lock, "mix W+Wc+S", property::cancellation);
    assert_holds(lock, "mix R+SWc", property::cancellation);
    const auto textbook = plan_for<monitor<farewell::proper>>(follows(strategy::writer_preferring));
    assert_holds(textbook, "mix W+Wt", property::timeout);
    assert_holds(textbook, "conserving R+R+Wt", property::timeout);
  }
  void a_grant_that_is_taken_along_blocks_the_others() {
    const auto lock = plan_for<takes_a_grant_along>();
    assert_refuted(lock, "mix W+Wt", property::timeout);
  }
  void whoever_was_blocked_must_be_let_in() {
    const auto lock = plan_for<monitor<farewell::silent>>(follows(strategy::writer_preferring));
    assert_refuted(lock, "conserving R+R+Wt", property::timeout);
    assert_refuted(lock, "conserving R+R+Wt", property::deadlock_freedom);
  }
  void a_forgotten_request_blocks_for_ever() {
    const auto lock = plan_for<monitor<farewell::forgotten>>(follows(strategy::writer_preferring));
    assert_refuted(lock, "mix R+W+Wt", property::timeout);
  }
  void a_stop_inside_leaves_the_lock_held() {
    assert_refuted(plan_for<stops_inside>(), "mix W+Wc+S", property::cancellation);
  }
  void a_stopped_token_lets_nobody_in() {
    assert_refuted(plan_for<enters_when_stopped>(), "mix R+SWc", property::cancellation);
  }
  void steps_of_giving_up_are_counted() {
    const auto lock = plan_for<slow_to_give_up>();
    assert_refuted(lock, "mix W+Wt", property::timeout);
    assert_refuted(lock, "mix W+Wc+S", property::cancellation);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(giving_up_test);

} // namespace

} // namespace rwl::verify
