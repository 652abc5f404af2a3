// The table of the specification, guard by guard: each event where it may happen and where not.
#include "run.hpp"

#include <type_traits>

namespace rwl::verify {
namespace {

using enum event;
using enum strategy;

static_assert(std::is_trivially_copyable_v<specification>);
static_assert(std::is_trivially_copyable_v<bypass_monitor>);
static_assert(std::is_trivially_copyable_v<order_monitor>);
static_assert(std::is_trivially_copyable_v<overlap_witness>);

constexpr event requests[] = {read_request, write_request, upgradeable_request};

class spec_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(spec_test);
  CPPUNIT_TEST(only_an_idle_thread_requests);
  CPPUNIT_TEST(a_grant_needs_its_own_request);
  CPPUNIT_TEST(a_release_needs_its_own_hold);
  CPPUNIT_TEST(readers_share);
  CPPUNIT_TEST(a_writer_excludes_everybody);
  CPPUNIT_TEST(a_writer_reenters);
  CPPUNIT_TEST(read_grant_by_strategy);
  CPPUNIT_TEST(write_grant_by_strategy);
  CPPUNIT_TEST(upgradeable_shares_with_readers_only);
  CPPUNIT_TEST(upgrade_waits_for_the_readers);
  CPPUNIT_TEST(upgrade_cancel_keeps_the_mode);
  CPPUNIT_TEST(downgrades);
  CPPUNIT_TEST(only_the_only_reader_turns_into_the_writer);
  CPPUNIT_TEST(a_reader_that_turns_into_the_writer_passes_nobody_who_waits);
  CPPUNIT_TEST(cancel_needs_a_waiting_request);
  CPPUNIT_TEST(condition_wait_and_notify);
  CPPUNIT_TEST(end_of_phase_admits_one_batch);
  CPPUNIT_TEST(fifo_keeps_readers_in_the_queue);
  CPPUNIT_TEST(throughput_bounds_barging);
  CPPUNIT_TEST(throughput_owes_writer_preference);
  CPPUNIT_TEST(throughput_upgrade_overtakes_nobody);
  CPPUNIT_TEST(refusals);
  CPPUNIT_TEST(upgradeable_refusals);
  CPPUNIT_TEST(upgrade_refusals);
  CPPUNIT_TEST(a_refusal_is_no_step);
  CPPUNIT_TEST(values_compare_and_hash);
  CPPUNIT_TEST(shows_its_state);
  CPPUNIT_TEST_SUITE_END();

  static run reading(strategy s) { return run(s).then({{read_request, 0}, {read_grant, 0}}); }
  static run writing(strategy s) { return run(s).then({{write_request, 0}, {write_grant, 0}}); }
  static run upgradeable(strategy s) {
    return run(s).then({{upgradeable_request, 0}, {upgradeable_grant, 0}});
  }

  void only_an_idle_thread_requests() {
    for (strategy s : all_strategies)
      for (event again : requests) {
        for (event e : requests)
          run(s).then(e, 0).never(again, 0);
        reading(s).never(again, 0);
        writing(s).never(again, 0);
        upgradeable(s).never(again, 0);
        reading(s).then(condition_wait, 0).never(again, 0);
        writing(s).then(condition_wait, 0).never(again, 0);
      }
  }

  void a_grant_needs_its_own_request() {
    for (strategy s : all_strategies) {
      run(s).never(read_grant, 0).never(write_grant, 0).never(upgradeable_grant, 0);
      run(s).then(read_request, 0).never(write_grant, 0).never(upgradeable_grant, 0);
      run(s).then(write_request, 0).never(read_grant, 0).never(upgradeable_grant, 0);
      run(s).then(upgradeable_request, 0).never(read_grant, 0).never(write_grant, 0);
      run(s).then(write_request, 0).never(write_grant, 1);
    }
  }

  void a_release_needs_its_own_hold() {
    for (strategy s : all_strategies) {
      run(s).never(read_release, 0).never(write_release, 0).never(upgradeable_release, 0);
      reading(s).never(read_release, 1).never(write_release, 0).never(upgradeable_release, 0);
      writing(s).never(write_release, 1).never(read_release, 0).never(upgradeable_release, 0);
      upgradeable(s).never(upgradeable_release, 1).never(read_release, 0).never(write_release, 0);
      CPPUNIT_ASSERT(reading(s).then(read_release, 0).state() == specification{});
      CPPUNIT_ASSERT(writing(s).then(write_release, 0).state() == specification{});
      CPPUNIT_ASSERT(upgradeable(s).then(upgradeable_release, 0).state() == specification{});
    }
  }

  void readers_share() {
    for (strategy s : all_strategies) {
      const run r = reading(s).then({{read_request, 1}, {read_grant, 1}});
      CPPUNIT_ASSERT_EQUAL(2, r.state().readers().size());
      CPPUNIT_ASSERT_EQUAL(2, r.overlap.most_readers());
    }
  }

  void a_writer_excludes_everybody() {
    for (strategy s : all_strategies) {
      writing(s).then(read_request, 1).never(read_grant, 1);
      writing(s).then(write_request, 1).never(write_grant, 1);
      writing(s).then(upgradeable_request, 1).never(upgradeable_grant, 1);
      reading(s).then(write_request, 1).never(write_grant, 1);
      upgradeable(s).then(write_request, 1).never(write_grant, 1);
    }
  }

  void a_writer_reenters() {
    for (strategy s : all_strategies) {
      run(s).never(write_reenter, 0);
      reading(s).never(write_reenter, 0);
      writing(s).never(write_reenter, 1);
      run r = writing(s).then(write_reenter, 0);
      CPPUNIT_ASSERT_EQUAL(2, r.state().depth());
      r.never(write_to_read, 0).never(write_to_upgradeable, 0).never(condition_wait, 0);
      r.then(write_release, 0);
      CPPUNIT_ASSERT_EQUAL(0, r.state().writer());
      CPPUNIT_ASSERT(r.then(write_release, 0).state() == specification{});
    }
  }

  void read_grant_by_strategy() {
    for (strategy s : all_strategies) {
      const run behind_writer = reading(s).then({{write_request, 1}, {read_request, 2}});
      CPPUNIT_ASSERT_EQUAL(s == reader_preferring || s == throughput,
                           behind_writer.can(read_grant, 2));
      const run before_writer = reading(s).then({{read_request, 2}, {write_request, 1}});
      CPPUNIT_ASSERT_EQUAL(s != writer_preferring && s != phase_fair,
                           before_writer.can(read_grant, 2));
    }
  }

  void write_grant_by_strategy() {
    for (strategy s : all_strategies) {
      const run behind_reader = run(s).then({{read_request, 0}, {write_request, 1}});
      CPPUNIT_ASSERT_EQUAL(s != reader_preferring && s != fifo, behind_reader.can(write_grant, 1));
      const run before_reader = run(s).then({{write_request, 1}, {read_request, 0}});
      CPPUNIT_ASSERT_EQUAL(s != reader_preferring, before_reader.can(write_grant, 1));
      const run behind_writer = run(s).then({{write_request, 0}, {write_request, 1}});
      CPPUNIT_ASSERT_EQUAL(s == throughput, behind_writer.can(write_grant, 1));
    }
  }

  void upgradeable_shares_with_readers_only() {
    for (strategy s : all_strategies) {
      reading(s).then({{upgradeable_request, 1}, {upgradeable_grant, 1}});
      upgradeable(s).then({{read_request, 1}, {read_grant, 1}});
      upgradeable(s).then(upgradeable_request, 1).never(upgradeable_grant, 1);
      const run queued = run(s).then({{write_request, 0}, {upgradeable_request, 1}});
      CPPUNIT_ASSERT_EQUAL(s == throughput, queued.can(upgradeable_grant, 1));
    }
  }

  void upgrade_waits_for_the_readers() {
    for (strategy s : all_strategies) {
      run(s).never(upgrade_request, 0);
      reading(s).never(upgrade_request, 0);
      writing(s).never(upgrade_request, 0);
      upgradeable(s).never(upgrade_grant, 0).never(upgrade_request, 1);
      CPPUNIT_ASSERT_EQUAL(-1, upgradeable(s).grantable());
      run r = upgradeable(s).then({{read_request, 1}, {read_grant, 1}, {upgrade_request, 0}});
      r.never(upgrade_grant, 0).never(upgrade_request, 0);
      r.never(upgradeable_release, 0).never(upgradeable_to_read, 0);
      CPPUNIT_ASSERT_EQUAL(-1, r.grantable());
      CPPUNIT_ASSERT_EQUAL(0, run(r).then(read_release, 1).grantable());
      r.then(read_release, 1).never(upgrade_grant, 1).then(upgrade_grant, 0);
      CPPUNIT_ASSERT_EQUAL(0, r.state().writer());
      CPPUNIT_ASSERT_EQUAL(-1, r.state().upgradeable());
      CPPUNIT_ASSERT(!r.state().upgrade_pending());
    }
  }

  void upgrade_cancel_keeps_the_mode() {
    for (strategy s : all_strategies) {
      upgradeable(s).never(upgrade_cancel, 0);
      run r = upgradeable(s).then({{upgrade_request, 0}, {read_request, 1}});
      r.never(upgrade_cancel, 1).never(read_grant, 1).then(upgrade_cancel, 0);
      CPPUNIT_ASSERT_EQUAL(0, r.state().upgradeable());
      CPPUNIT_ASSERT_EQUAL(1, r.grantable()); // the reader held back
      r.then({{read_grant, 1}, {upgradeable_release, 0}});
    }
  }

  void downgrades() {
    for (strategy s : all_strategies) {
      reading(s).never(write_to_read, 0).never(write_to_upgradeable, 0);
      reading(s).never(upgradeable_to_read, 0);
      writing(s).never(write_to_read, 1).never(upgradeable_to_read, 0);
      upgradeable(s).never(upgradeable_to_read, 1).never(write_to_read, 0);

      const run to_read = writing(s).then({{write_request, 1}, {write_to_read, 0}});
      CPPUNIT_ASSERT(to_read.state().readers().contains(0) && to_read.state().writer() == -1);
      CPPUNIT_ASSERT(!to_read.can(write_grant, 1));
      const run to_upgradeable = writing(s).then({{write_request, 1}, {write_to_upgradeable, 0}});
      CPPUNIT_ASSERT_EQUAL(0, to_upgradeable.state().upgradeable());
      CPPUNIT_ASSERT(!to_upgradeable.can(write_grant, 1));
      const run shared = upgradeable(s).then({{write_request, 1}, {upgradeable_to_read, 0}});
      CPPUNIT_ASSERT(shared.state().readers().contains(0) && shared.state().upgradeable() == -1);
      CPPUNIT_ASSERT(!shared.can(write_grant, 1));
    }
  }

  void only_the_only_reader_turns_into_the_writer() {
    for (strategy s : all_strategies) {
      run(s).never(read_to_write, 0).then(read_request, 0).never(read_to_write, 0);
      writing(s).never(read_to_write, 0);
      upgradeable(s).never(read_to_write, 0);
      reading(s).then({{read_request, 1}, {read_grant, 1}}).never(read_to_write, 0);
      run beside = reading(s).then({{upgradeable_request, 1}, {upgradeable_grant, 1}});
      beside.never(read_to_write, 0).never(read_to_write, 1);
      beside.then(upgrade_request, 1).never(read_to_write, 0);

      run alone = reading(s).never(read_to_write, 1).then(read_to_write, 0);
      CPPUNIT_ASSERT(alone.state() == writing(s).state());
      CPPUNIT_ASSERT(alone.then(write_to_read, 0).state() == reading(s).state());
    }
  }

  void a_reader_that_turns_into_the_writer_passes_nobody_who_waits() {
    for (strategy s : all_strategies) {
      reading(s).then(write_request, 1).never(read_to_write, 0);
      reading(s).then({{write_request, 1}, {cancel, 1}, {read_to_write, 0}});
    }
    run batched = writing(phase_fair).then({{read_request, 1}, {write_to_read, 0}});
    batched.never(read_to_write, 0).then({{read_grant, 1}, {read_release, 1}});
    batched.then(read_to_write, 0);
  }

  void cancel_needs_a_waiting_request() {
    for (strategy s : all_strategies) {
      run(s).never(cancel, 0);
      reading(s).never(cancel, 0).then(condition_wait, 0).never(cancel, 0);
      writing(s).never(cancel, 0);
      upgradeable(s).never(cancel, 0).then(upgrade_request, 0).never(cancel, 0);
      for (event e : requests)
        CPPUNIT_ASSERT(run(s).then({{e, 0}, {cancel, 0}}).state() == specification{});
      run batched = writing(s).then({{read_request, 1}, {write_release, 0}, {cancel, 1}});
      CPPUNIT_ASSERT(batched.state() == specification{});
    }
  }

  void condition_wait_and_notify() {
    for (strategy s : all_strategies) {
      run(s).never(condition_wait, 0).never(notify, 0);
      run(s).then(read_request, 0).never(condition_wait, 0).never(notify, 0);
      upgradeable(s).never(condition_wait, 0);
      run reader = reading(s).then(condition_wait, 0);
      CPPUNIT_ASSERT(reader.state().condition_readers().contains(0) && !reader.state().held());
      reader.never(read_grant, 0).then({{notify, 0}, {read_grant, 0}}).never(notify, 0);
      run writer = writing(s).then(condition_wait, 0);
      CPPUNIT_ASSERT(writer.state().condition_writers().contains(0) && !writer.state().held());
      writer.never(write_grant, 0).then(notify, 0).never(notify, 0).then(write_grant, 0);
      CPPUNIT_ASSERT_EQUAL(1, writer.state().depth());
    }
  }

  void end_of_phase_admits_one_batch() {
    const run::happenings crowd = {{read_request, 1}, {write_request, 2}, {read_request, 3}};
    const auto batch_of_two = [&](run r, run::happenings end) {
      r.then(crowd).then(end);
      CPPUNIT_ASSERT_EQUAL(2, r.state().batch().size());
      r.then({{read_request, 4}}).never(read_grant, 4).never(write_grant, 2);
      r.then({{read_grant, 1}, {read_grant, 3}}).never(read_grant, 4);
    };
    batch_of_two(writing(phase_fair), {{write_release, 0}});
    batch_of_two(writing(phase_fair), {{write_to_read, 0}});
    batch_of_two(writing(phase_fair), {{write_to_upgradeable, 0}});
    batch_of_two(writing(phase_fair), {{condition_wait, 0}});
    for (event end : {upgradeable_release, upgradeable_to_read}) {
      run r = upgradeable(phase_fair).then({{write_request, 2}, {read_request, 1}, {end, 0}});
      r.never(write_grant, 2).then(read_grant, 1);
    }
    for (strategy s : {reader_preferring, writer_preferring, fifo, throughput})
      CPPUNIT_ASSERT(writing(s).then(crowd).then(write_release, 0).state().batch().empty());
  }

  void fifo_keeps_readers_in_the_queue() {
    run r = writing(fifo).then({{read_request, 1},
                                {read_request, 2},
                                {upgradeable_request, 3},
                                {read_request, 4},
                                {write_release, 0}});
    r.never(upgradeable_grant, 3).never(read_grant, 4);
    r.then({{read_grant, 2}, {read_grant, 1}}).never(read_grant, 4);
    r.then({{upgradeable_grant, 3}, {read_grant, 4}});
    r.then({{read_request, 5}, {cancel, 5}, {upgrade_request, 3}, {read_request, 5}});
    r.never(read_grant, 5); // the pending upgrade holds it back
  }

  void throughput_bounds_barging() {
    run r = run(throughput, 2).then({{write_request, 0}, {read_request, 1}, {read_grant, 1}});
    r.then({{read_request, 2}, {read_grant, 2}}); // 0 has now been overtaken twice
    r.then(read_request, 3).never(read_grant, 3).then(read_refused, 4);
    r.then({{read_release, 1}, {read_release, 2}}).never(read_grant, 3);
    CPPUNIT_ASSERT_EQUAL(0, r.grantable());
    r.then({{write_grant, 0}, {write_release, 0}, {read_grant, 3}});
    CPPUNIT_ASSERT_EQUAL(2, r.bypass.most(kind::writer, kind::reader));

    run ahead = run(throughput, 1).then({{write_request, 0}, {read_request, 1}, {write_grant, 0}});
    CPPUNIT_ASSERT_EQUAL(0, int{ahead.state().queue().front().overtaken}); // 1 came later

    run everybody = run(throughput, 1).then({{read_request, 0}, {write_request, 1}});
    everybody.then({{write_request, 2}, {write_grant, 2}, {write_release, 2}});
    everybody.never(write_grant, 1); // 2 counted against both, and 0 came first
    CPPUNIT_ASSERT_EQUAL(0, everybody.grantable());
  }

  void throughput_owes_writer_preference() {
    const run waiting = reading(throughput).then({{write_request, 1}, {read_request, 2}});
    CPPUNIT_ASSERT(waiting.can(read_grant, 2)); // may barge
    CPPUNIT_ASSERT_EQUAL(-1, waiting.grantable());
    const run free = run(throughput).then({{read_request, 0}, {write_request, 1}});
    CPPUNIT_ASSERT(free.can(read_grant, 0) && free.can(write_grant, 1));
    CPPUNIT_ASSERT_EQUAL(1, free.grantable());
  }

  void throughput_upgrade_overtakes_nobody() {
    run r = run(throughput, 1).then({{write_request, 1}, {upgradeable_request, 0}});
    r.then({{upgradeable_grant, 0}, {upgrade_request, 0}, {upgrade_grant, 0}, {write_release, 0}});
    CPPUNIT_ASSERT_EQUAL(1, r.grantable());
  }

  void refusals() {
    for (strategy s : all_strategies) {
      run(s).never(read_refused, 0).never(write_refused, 0);
      reading(s).never(read_refused, 1).then(write_refused, 1);
      writing(s).then({{read_refused, 1}, {write_refused, 1}});
      upgradeable(s).never(read_refused, 1).then(write_refused, 1);
      upgradeable(s).then({{upgrade_request, 0}, {read_refused, 1}, {write_refused, 1}});
      reading(s).then({{read_refused, 0}, {write_refused, 0}}); // a second hold is no idle request
      run behind_writer = reading(s).then({{write_request, 1}, {write_refused, 2}});
      CPPUNIT_ASSERT_EQUAL(s != reader_preferring, behind_writer.can(read_refused, 2));
    }
    run batched = writing(phase_fair).then({{read_request, 1}, {write_release, 0}});
    batched.then(write_refused, 2).never(read_refused, 2);
  }

  void upgradeable_refusals() {
    for (strategy s : all_strategies) {
      run(s).never(upgradeable_refused, 0);
      reading(s).never(upgradeable_refused, 1).then(upgradeable_refused, 0); // no idle request
      writing(s).then(upgradeable_refused, 1);
      upgradeable(s).then(upgradeable_refused, 1);
      reading(s).then({{write_request, 1}, {upgradeable_refused, 2}});
    }
    run batched = writing(phase_fair).then({{read_request, 1}, {write_release, 0}});
    batched.then({{upgradeable_refused, 2}, {read_grant, 1}}).never(upgradeable_refused, 2);
  }

  void upgrade_refusals() {
    for (strategy s : all_strategies) {
      run(s).never(upgrade_refused, 0).then(read_request, 0).never(upgrade_refused, 0);
      writing(s).never(upgrade_refused, 0).never(upgrade_refused, 1);

      // Who waits goes before a reader, but not before the holder of the upgradeable mode.
      reading(s).never(upgrade_refused, 0).then({{write_request, 1}, {upgrade_refused, 0}});
      run holder = upgradeable(s).then({{write_request, 1}, {upgradeable_request, 2}});
      holder.never(upgrade_refused, 0);

      run both = upgradeable(s).then({{read_request, 1}, {read_grant, 1}});
      both.then({{upgrade_refused, 0}, {upgrade_refused, 1}, {upgrade_request, 0}});
      both.never(upgrade_refused, 0).then(upgrade_refused, 1);
      run readers = reading(s).then({{read_request, 1}, {read_grant, 1}});
      readers.then({{upgrade_refused, 0}, {upgrade_refused, 1}});
    }
    run batched = writing(phase_fair).then({{read_request, 1}, {write_to_upgradeable, 0}});
    batched.then(upgrade_refused, 0).never(upgrade_refused, 1);
    batched.then({{read_grant, 1}, {read_release, 1}}).never(upgrade_refused, 0);
  }

  void a_refusal_is_no_step() {
    for (strategy s : all_strategies) {
      run r = writing(s);
      const specification before = r.state();
      r.then({{read_refused, 1}, {write_refused, 1}, {upgradeable_refused, 1}});
      CPPUNIT_ASSERT(r.state() == before);
      run two = reading(s).then({{read_request, 1}, {read_grant, 1}});
      const specification shared = two.state();
      CPPUNIT_ASSERT(two.then(upgrade_refused, 0).state() == shared);
    }
  }

  void values_compare_and_hash() {
    for (strategy s : all_strategies) {
      const specification fresh;
      const run there_and_back =
          run(s).then({{write_request, 3}, {read_request, 2}, {cancel, 3}, {cancel, 2}});
      CPPUNIT_ASSERT(there_and_back.state() == fresh);
      CPPUNIT_ASSERT_EQUAL(fresh.hash(), there_and_back.state().hash());
      CPPUNIT_ASSERT(writing(s).state().hash() != reading(s).state().hash());
    }
    const run a = run(fifo).then({{write_request, 0}, {write_request, 1}});
    const run b = run(fifo).then({{write_request, 1}, {write_request, 0}});
    CPPUNIT_ASSERT(a.state() != b.state() && a.state().hash() != b.state().hash());
  }

  void shows_its_state() {
    CPPUNIT_ASSERT_EQUAL(std::string("R{} W- U- waiting{} batch{} queue[] condition{}"),
                         specification{}.show());
    run r = run(throughput).then({{read_request, 0}, {read_grant, 0}, {condition_wait, 0}});
    r.then({{write_request, 1}, {write_grant, 1}, {condition_wait, 1}});
    r.then({{write_request, 2}, {read_request, 3}, {read_request, 4}, {upgradeable_request, 5}});
    r.then({{upgradeable_grant, 5}, {read_request, 10}, {read_grant, 10}, {upgrade_request, 5}});
    CPPUNIT_ASSERT_EQUAL(std::string("R{10} W- U5! waiting{3,4} batch{} queue[2w+2,3r+2,4r+2] "
                                     "condition{0r,1w}"),
                         r.state().show());
    CPPUNIT_ASSERT_EQUAL(
        std::string("R{} W0x2 U- waiting{1} batch{} queue[] condition{}"),
        writing(phase_fair).then({{write_reenter, 0}, {read_request, 1}}).state().show());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(spec_test);

} // namespace
} // namespace rwl::verify
