// The rules that each cost a counterexample: the sequence that needs the rule, and what becomes of
// it once the rule is broken. A starvation is a lasso: a lap that comes back to its own state while
// the victim's grant was not enabled once, so even a strongly fair scheduler may repeat it for
// ever.
#include "run.hpp"

namespace rwl::verify {
namespace {

using enum event;
using enum strategy;
using sequence = run::happenings;

class rules_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(rules_test);
  CPPUNIT_TEST(cancelled_head_ends_phase);
  CPPUNIT_TEST(cancelled_follower_ends_none);
  CPPUNIT_TEST(pending_upgrade_keeps_phase);
  CPPUNIT_TEST(upgrade_waits_for_batch);
  CPPUNIT_TEST(upgradeable_queues_with_writers);
  CPPUNIT_TEST(pending_upgrade_holds_readers);
  CPPUNIT_TEST(lone_reader_yields_to_queue);
  CPPUNIT_TEST_SUITE_END();

  // The whole lap is possible, ends where it began, and never enables the victim's grant.
  static void assert_starves(run r, sequence lap, event grant, int victim) {
    const specification start = r.state();
    r.never(grant, victim);
    for (const happening& h : lap)
      r.then({h}).never(grant, victim);
    CPPUNIT_ASSERT_EQUAL(start.show(), r.state().show());
    CPPUNIT_ASSERT(start == r.state());
  }

  // Two timed writers give up in turn; reader 1 waits behind them.
  void cancelled_head_ends_phase() {
    const sequence stem = {
        {read_request, 0}, {read_grant, 0}, {write_request, 2}, {read_request, 1}};
    const sequence lap = {{write_request, 3}, {cancel, 2}, {write_request, 2}, {cancel, 3}};
    assert_starves(run(phase_fair, 1, rule::cancelled_head_ends_phase).then(stem), lap, read_grant,
                   1);
    run(phase_fair).then(stem).then({{write_request, 3}, {cancel, 2}, {read_grant, 1}});
  }

  // Latecomer 3 gives up again and again behind writer 2, while readers 0 and 1 take turns.
  void cancelled_follower_ends_none() {
    const sequence stem = {
        {read_request, 0}, {read_grant, 0}, {write_request, 2}, {read_request, 1}};
    const sequence lap = {
        {write_request, 3}, {cancel, 3}, {read_grant, 1}, {read_release, 0}, {read_request, 0},
        {write_request, 3}, {cancel, 3}, {read_grant, 0}, {read_release, 1}, {read_request, 1}};
    const run broken = run(phase_fair, 1, rule::cancelled_follower_ends_none).then(stem);
    assert_starves(broken, lap, write_grant, 2);
    run fed = broken;
    fed.then({{read_release, 0}, {read_request, 0}, {write_request, 3}, {cancel, 3}});
    CPPUNIT_ASSERT(fed.then(read_grant, 0).orders.violated(order::pf_writer));
    run(phase_fair).then(stem).then({{write_request, 3}, {cancel, 3}}).never(read_grant, 1);
  }

  // Writer 2 gives up again and again while 3 waits for its upgrade; readers 0 and 1 take turns.
  void pending_upgrade_keeps_phase() {
    const sequence stem = {{upgradeable_request, 3}, {upgradeable_grant, 3}, {read_request, 0},
                           {read_grant, 0},          {upgrade_request, 3},   {read_request, 1},
                           {write_request, 2}};
    const sequence lap = {
        {cancel, 2}, {read_grant, 1}, {read_release, 0}, {read_request, 0}, {write_request, 2},
        {cancel, 2}, {read_grant, 0}, {read_release, 1}, {read_request, 1}, {write_request, 2}};
    assert_starves(run(phase_fair, 1, rule::pending_upgrade_keeps_phase).then(stem), lap,
                   upgrade_grant, 3);
    run(phase_fair).then(stem).then(cancel, 2).never(read_grant, 1);
  }

  // One thread goes write -> upgradeable -> write; reader 1, admitted, sees writer after writer.
  void upgrade_waits_for_batch() {
    const sequence stem = {{write_request, 0}, {write_grant, 0}, {read_request, 1}};
    const sequence cycle = {{write_to_upgradeable, 0}, {upgrade_request, 0}, {upgrade_grant, 0}};
    run broken = run(phase_fair, 1, rule::upgrade_waits_for_batch).then(stem).then(cycle);
    CPPUNIT_ASSERT(!broken.orders.violated(order::pf_reader));
    const specification start = broken.state();
    CPPUNIT_ASSERT(broken.then(cycle).orders.violated(order::pf_reader));
    CPPUNIT_ASSERT(start == broken.state());
    CPPUNIT_ASSERT_EQUAL(2, broken.bypass.most_writer_entries());

    run kept = run(phase_fair).then(stem).then({{write_to_upgradeable, 0}, {upgrade_request, 0}});
    kept.never(upgrade_grant, 0).then({{read_grant, 1}, {read_release, 1}, {upgrade_grant, 0}});
  }

  void upgradeable_queues_with_writers() {
    run r = run(phase_fair).then({{write_request, 0}, {write_grant, 0}, {read_request, 1}});
    r.then({{write_request, 2}, {upgradeable_request, 3}, {write_release, 0}});
    r.never(upgradeable_grant, 3).then({{read_grant, 1}, {read_release, 1}});
    r.never(upgradeable_grant, 3).then({{write_grant, 2}, {read_request, 1}, {write_release, 2}});
    r.never(upgradeable_grant, 3).then({{read_grant, 1}, {upgradeable_grant, 3}});
  }

  // Readers 0 and 1 take turns, so that one of them is always inside while 2 waits to upgrade.
  void pending_upgrade_holds_readers() {
    const sequence stem = {{read_request, 0},      {read_grant, 0},      {upgradeable_request, 2},
                           {upgradeable_grant, 2}, {upgrade_request, 2}, {read_request, 1}};
    const sequence lap = {{read_grant, 1}, {read_release, 0}, {read_request, 0},
                          {read_grant, 0}, {read_release, 1}, {read_request, 1}};
    assert_starves(run(reader_preferring, 1, rule::pending_upgrade_holds_readers).then(stem), lap,
                   upgrade_grant, 2);
    for (strategy s : all_strategies)
      run(s).then(stem).never(read_grant, 1).then({{read_release, 0}, {upgrade_grant, 2}});
  }

  // Readers 0 and 1 take turns: each becomes the writer while the other waits, and lets it in.
  void lone_reader_yields_to_queue() {
    const sequence stem = {{read_request, 0}, {read_grant, 0}, {write_request, 2}};
    const sequence lap = {{read_request, 1},  {read_to_write, 0}, {write_release, 0},
                          {read_grant, 1},    {read_request, 0},  {read_to_write, 1},
                          {write_release, 1}, {read_grant, 0}};
    assert_starves(run(phase_fair, 1, rule::lone_reader_yields_to_queue).then(stem), lap,
                   write_grant, 2);
    for (strategy s : all_strategies)
      run(s).then(stem).never(read_to_write, 0).then({{read_release, 0}, {write_grant, 2}});
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(rules_test);

} // namespace
} // namespace rwl::verify
