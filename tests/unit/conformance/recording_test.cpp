// The recorder of production runs, and the checks on what it records: do they notice?
#include <models/conformance/production/guard_text.hpp>
#include <models/conformance/production/recording_sync.hpp>
#include <models/conformance/production/word_check.hpp>

#include <rwl/rwlock.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <functional>
#include <thread>

namespace rwl::conformance {
namespace {

using enum event;

constexpr auto acquire = std::memory_order_acquire;
constexpr auto relaxed = std::memory_order_relaxed;

class recording_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(recording_test);
  CPPUNIT_TEST(word_counts_its_changes);
  CPPUNIT_TEST(sum_that_overflows_leaves_the_count);
  CPPUNIT_TEST(failed_exchange_is_a_look);
  CPPUNIT_TEST(threads_write_one_log);
  CPPUNIT_TEST(looks_come_after_the_change_that_they_see);
  CPPUNIT_TEST(monitor_counts_its_sections);
  CPPUNIT_TEST(whole_log_is_accepted);
  CPPUNIT_TEST(no_event_may_be_missing);
  CPPUNIT_TEST(no_event_may_be_another);
  CPPUNIT_TEST(event_needs_a_change);
  CPPUNIT_TEST(end_must_be_at_rest);
  CPPUNIT_TEST(no_change_may_be_missing);
  CPPUNIT_TEST(word_must_agree_with_events);
  CPPUNIT_TEST(newcomer_in_the_queue_is_counted_by_its_next_change);
  CPPUNIT_TEST(rejection_names_event_and_guard);
  CPPUNIT_TEST_SUITE_END();

  static constexpr table phase_fair{verify::strategy::phase_fair};

  // Each in a thread of its own, one after the other.
  static log written_by(const std::vector<std::function<void()>>& bodies) {
    std::vector<recorder> recorders;
    for (std::size_t i = 0; i < bodies.size(); ++i)
      recorders.emplace_back(static_cast<int>(i));
    for (std::size_t i = 0; i < bodies.size(); ++i)
      std::jthread([&] {
        const recorder::scope here(recorders[i]);
        bodies[i]();
      });
    return merged(recorders);
  }

  // A bit of everything that nobody has to wait for.
  static log uses() {
    basic_rwlock<strategy::phase_fair, recording_sync> m;
    const auto use = [&m] {
      m.lock_shared();
      CPPUNIT_ASSERT(!m.try_lock());
      CPPUNIT_ASSERT(m.try_unlock_shared_and_lock());
      m.unlock_and_lock_upgrade();
      m.unlock_upgrade_and_lock();
      m.unlock_and_lock_shared();
      m.unlock_shared();
      m.lock_upgrade();
      m.unlock_upgrade_and_lock_shared();
      m.unlock_shared();
    };
    return written_by({use, use});
  }

  void word_counts_its_changes() {
    counted_word w(5);
    const log all = written_by({[&] {
      CPPUNIT_ASSERT_EQUAL(5u, w.fetch_add(2, relaxed));
      CPPUNIT_ASSERT_EQUAL(7u, w.fetch_sub(1, relaxed));
      CPPUNIT_ASSERT_EQUAL(6u, w.fetch_or(1, relaxed));
      CPPUNIT_ASSERT_EQUAL(7u, w.fetch_or(1, relaxed)); // a change, too
      CPPUNIT_ASSERT_EQUAL(7u, w.fetch_and(4, relaxed));
      CPPUNIT_ASSERT_EQUAL(4u, w.exchange(9, relaxed));
      w.store(3, relaxed);
      std::uint32_t expected = 3;
      CPPUNIT_ASSERT(w.compare_exchange_strong(expected, 8, acquire, relaxed));
    }});
    const std::vector<change> made = {{1, 7, 0}, {2, 6, 0}, {3, 7, 0}, {4, 7, 0},
                                      {5, 4, 0}, {6, 9, 0}, {7, 3, 0}, {8, 8, 0}};
    CPPUNIT_ASSERT(made == all.changes);
    CPPUNIT_ASSERT_EQUAL(8u, w.load(relaxed));
  }

  void sum_that_overflows_leaves_the_count() {
    counted_word w(1);
    const log all = written_by({[&] { w.fetch_add(0xffff'ffff, relaxed); }});
    CPPUNIT_ASSERT(std::vector<change>({{1, 0, 0}}) == all.changes);
  }

  void failed_exchange_is_a_look() {
    counted_word w(1);
    const log all = written_by({[&] {
      w.fetch_add(1, relaxed);
      std::uint32_t expected = 1;
      CPPUNIT_ASSERT(!w.compare_exchange_strong(expected, 5, acquire, relaxed));
      CPPUNIT_ASSERT_EQUAL(2u, expected);
      recording_sync::observe(write_refused, nullptr, recording_sync::owner());
    }});
    CPPUNIT_ASSERT(std::vector<change>({{1, 2, 0}}) == all.changes);
    CPPUNIT_ASSERT(std::vector<step>({{1, true, write_refused, 0, 0}}) == all.steps);
  }

  void threads_write_one_log() {
    counted_word w;
    const auto turn = [&](event e) {
      w.fetch_add(1, relaxed);
      recording_sync::observe(e, nullptr, recording_sync::owner());
    };
    std::vector<recorder> recorders = {recorder(0), recorder(1)};
    const event said[] = {read_request, write_request, read_grant, write_grant};
    for (std::size_t i = 0; i < std::size(said); ++i) {
      const recorder::scope here(recorders[i % 2]);
      turn(said[i]);
    }
    const std::vector<step> all = {{1, false, read_request, 0, 0},
                                   {2, false, write_request, 1, 1},
                                   {3, false, read_grant, 0, 0},
                                   {4, false, write_grant, 1, 1}};
    CPPUNIT_ASSERT(all == merged(recorders).steps);
  }

  void looks_come_after_the_change_that_they_see() {
    std::vector<recorder> recorders = {recorder(0), recorder(1)};
    recorders[0].looked(7);
    recorders[0].note(write_refused, 0);
    recorders[1].changed(7, 1);
    recorders[1].note(write_request, 1);
    recorders[1].note(write_grant, 1);
    const std::vector<step> all = {{7, false, write_request, 1, 1},
                                   {7, false, write_grant, 1, 1},
                                   {7, true, write_refused, 0, 0}};
    CPPUNIT_ASSERT(all == merged(recorders).steps);
  }

  void monitor_counts_its_sections() {
    counted_mutex m;
    const log all = written_by({[&] {
                                  m.lock();
                                  m.unlock();
                                },
                                [&] {
                                  CPPUNIT_ASSERT(m.try_lock());
                                  recording_sync::observe(write_request, nullptr, 1);
                                  m.unlock();
                                }});
    CPPUNIT_ASSERT(std::vector<step>({{2, false, write_request, 1, 1}}) == all.steps);
    CPPUNIT_ASSERT(all.changes.empty());
  }

  void whole_log_is_accepted() {
    const log all = uses();
    CPPUNIT_ASSERT(!first_forbidden(all.steps, phase_fair));
    CPPUNIT_ASSERT_EQUAL(std::string(), disagreement(all, phase_fair));
    CPPUNIT_ASSERT_EQUAL(std::size_t{26}, all.steps.size());
  }

  void no_event_may_be_missing() {
    const log all = uses();
    for (std::size_t i = 0; i < all.steps.size(); ++i) {
      if (is_refusal(all.steps[i].what))
        continue;
      std::vector<step> less = all.steps;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      CPPUNIT_ASSERT(first_forbidden(less, phase_fair));
    }
  }

  void no_event_may_be_another() {
    const log all = uses();
    for (std::size_t i = 0; i < all.steps.size(); ++i)
      for (int e = 0; e < event_count; ++e) {
        const event other = static_cast<event>(e);
        if (other == all.steps[i].what || is_refusal(all.steps[i].what))
          continue;
        std::vector<step> wrong = all.steps;
        wrong[i].what = other;
        // What is not allowed at once, the end of the chain shows.
        CPPUNIT_ASSERT(first_forbidden(wrong, phase_fair));
      }
  }

  void event_needs_a_change() {
    const std::vector<step> looked = {{1, true, read_request, 0, 0}};
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, *first_forbidden(looked, phase_fair));
    CPPUNIT_ASSERT(
        rejection_text(looked, phase_fair, 0)
            .ends_with("not allowed by phase_fair: no change of the lock belongs to it\n"));
  }

  void end_must_be_at_rest() {
    std::vector<step> steps = uses().steps;
    steps.pop_back();
    CPPUNIT_ASSERT_EQUAL(steps.size(), *first_forbidden(steps, phase_fair));
  }

  void no_change_may_be_missing() {
    log all = uses();
    all.changes.erase(all.changes.begin() + 2);
    CPPUNIT_ASSERT_EQUAL(std::string("the log lacks change 3 of the word"),
                         disagreement(all, phase_fair));
  }

  // One more or one less inside than there is, in any mode, at any moment.
  void word_must_agree_with_events() {
    const log all = uses();
    for (std::size_t i = 0; i < all.changes.size(); ++i)
      for (std::uint32_t bit : {word::writer, word::upgradeable, word::one_reader}) {
        log wrong = all;
        wrong.changes[i].word ^= bit;
        CPPUNIT_ASSERT(!disagreement(wrong, phase_fair).empty());
      }
  }

  void newcomer_in_the_queue_is_counted_by_its_next_change() {
    const std::vector<step> enters = {{1, false, read_request, 5, 5}, {1, false, read_grant, 5, 5}};
    const auto wrong = [&](std::vector<change> changes) {
      return disagreement({enters, changes}, phase_fair);
    };
    const change announced = {1, word::readers_waiting, 5};
    CPPUNIT_ASSERT_EQUAL(std::string(), wrong({announced, {2, word::one_reader, 5}}));
    CPPUNIT_ASSERT_EQUAL(
        std::string(), wrong({announced, {2, word::readers_waiting, 6}, {3, word::one_reader, 5}}));
    CPPUNIT_ASSERT_EQUAL(std::string("after change 2, by thread 5, the word says W=0 U=0 R=0, but "
                                     "by the events it is W=0 U=0 R=1"),
                         wrong({announced, {2, word::readers_waiting, 5}}));
    CPPUNIT_ASSERT(!wrong({{1, 0, 5}, {2, word::one_reader, 5}}).empty()); // not announced
  }

  void rejection_names_event_and_guard() {
    const std::vector<step> steps = {{1, false, write_request, 3, 3},
                                     {1, false, write_grant, 3, 3},
                                     {2, false, read_request, 5, 5},
                                     {3, false, read_grant, 5, 3}};
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, *first_forbidden(steps, phase_fair));
    CPPUNIT_ASSERT_EQUAL(
        std::string(
            "    change  thread   event                the lock before it\n"
            "         1  3        write_request        R{} W- U- waiting{} batch{} queue[] "
            "condition{}\n"
            "         1  3        write_grant          R{} W- U- waiting{} batch{} queue[3w] "
            "condition{}\n"
            "         2  5        read_request         R{} W3 U- waiting{} batch{} queue[] "
            "condition{}\n"
            "         3  5 by 3   read_grant           R{} W3 U- waiting{5} batch{} queue[] "
            "condition{}\n"
            "  not allowed by phase_fair: thread 3 is inside to write\n"),
        rejection_text(steps, phase_fair, 3));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(recording_test);

} // namespace
} // namespace rwl::conformance
