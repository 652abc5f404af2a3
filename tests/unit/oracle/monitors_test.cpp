// The monitors: each property kept and broken by a short run, then by everything the strategies can
// do: the table of what each strategy gives and gives up, found by enumeration.
#include "run.hpp"
#include "state_graph.hpp"

#include <algorithm>

namespace rwl::verify {
namespace {

using enum event;
using enum strategy;

class monitors_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(monitors_test);
  CPPUNIT_TEST(bypass_counts_later_arrivals_only);
  CPPUNIT_TEST(bypass_starts_afresh_with_each_request);
  CPPUNIT_TEST(bypass_counts_stop_at_the_cap);
  CPPUNIT_TEST(bypass_counts_writer_entries);
  CPPUNIT_TEST(bypass_sees_readers_pass_an_upgrade);
  CPPUNIT_TEST(a_change_of_mode_overtakes_nobody);
  CPPUNIT_TEST(writer_fcfs);
  CPPUNIT_TEST(fcfs_across_kinds);
  CPPUNIT_TEST(fcfs_forgets_who_gave_up);
  CPPUNIT_TEST(reader_fife);
  CPPUNIT_TEST(reader_priority);
  CPPUNIT_TEST(writer_priority);
  CPPUNIT_TEST(phase_fair_for_readers);
  CPPUNIT_TEST(phase_fair_for_writers);
  CPPUNIT_TEST(a_reader_ends_no_phase);
  CPPUNIT_TEST(a_reader_at_the_head_ends_no_phase);
  CPPUNIT_TEST(notified_requests_arrive_anew);
  CPPUNIT_TEST(overlap_needs_a_real_wait);
  CPPUNIT_TEST(every_refusal_is_a_witness);
  CPPUNIT_TEST(monitors_are_values);
  CPPUNIT_TEST(orders_of_each_strategy);
  CPPUNIT_TEST(bypass_of_each_strategy);
  CPPUNIT_TEST_SUITE_END();

  void bypass_counts_later_arrivals_only() {
    run r = run(reader_preferring).then({{read_request, 0}, {write_request, 1}, {read_grant, 0}});
    CPPUNIT_ASSERT_EQUAL(0, r.bypass.most(kind::writer, kind::reader)); // 0 came first
    r.then({{read_request, 2}, {read_grant, 2}, {read_request, 3}, {read_grant, 3}});
    CPPUNIT_ASSERT_EQUAL(2, r.bypass.most(kind::writer, kind::reader));
    CPPUNIT_ASSERT_EQUAL(0, r.bypass.most(kind::reader, kind::reader));

    run w = run(writer_preferring).then({{read_request, 0}, {write_request, 1}, {write_grant, 1}});
    CPPUNIT_ASSERT_EQUAL(1, w.bypass.most(kind::reader, kind::writer));
    CPPUNIT_ASSERT_EQUAL(0, w.bypass.most(kind::writer, kind::writer));
  }

  void bypass_starts_afresh_with_each_request() {
    run r = run(reader_preferring).then({{read_request, 0}, {read_grant, 0}});
    for (int lap = 0; lap < 3; ++lap)
      r.then(
          {{write_request, 1}, {read_request, 2}, {read_grant, 2}, {cancel, 1}, {read_release, 2}});
    CPPUNIT_ASSERT_EQUAL(1, r.bypass.most(kind::writer, kind::reader));
  }

  void bypass_counts_stop_at_the_cap() {
    run r(reader_preferring);
    r.bypass = bypass_monitor(2);
    r.then({{read_request, 0}, {read_grant, 0}, {write_request, 1}});
    const run::happenings lap = {{read_request, 2}, {read_grant, 2}, {read_release, 2}};
    r.then(lap).then(lap);
    const std::uint64_t capped = r.bypass.hash();
    r.then(lap);
    CPPUNIT_ASSERT_EQUAL(2, r.bypass.most(kind::writer, kind::reader));
    CPPUNIT_ASSERT_EQUAL(capped, r.bypass.hash());
  }

  void bypass_counts_writer_entries() {
    run r =
        run(writer_preferring).then({{write_request, 1}, {write_request, 2}, {read_request, 0}});
    r.then({{write_grant, 1}, {write_release, 1}, {write_grant, 2}});
    CPPUNIT_ASSERT_EQUAL(2, r.bypass.most_writer_entries()); // whoever came first
    CPPUNIT_ASSERT_EQUAL(0, r.bypass.most(kind::reader, kind::writer));

    run u = run(phase_fair).then({{upgradeable_request, 1}, {upgradeable_grant, 1}});
    u.then({{upgrade_request, 1}, {read_request, 0}, {upgrade_grant, 1}});
    CPPUNIT_ASSERT_EQUAL(1, u.bypass.most_writer_entries());
  }

  void bypass_sees_readers_pass_an_upgrade() {
    run r = run(reader_preferring, 1, rule::pending_upgrade_holds_readers);
    r.then({{upgradeable_request, 1}, {upgradeable_grant, 1}, {upgrade_request, 1}});
    r.then({{read_request, 0}, {read_grant, 0}});
    CPPUNIT_ASSERT_EQUAL(1, r.bypass.most(kind::writer, kind::reader));
  }

  // Reader 3 waits behind writer 1 while 0, inside all along, writes twice.
  void a_change_of_mode_overtakes_nobody() {
    for (strategy s : {writer_preferring, fifo}) {
      run holder = run(s).then({{upgradeable_request, 0}, {upgradeable_grant, 0}});
      holder.then({{write_request, 1}, {read_request, 3}, {upgrade_request, 0}});
      holder.then({{upgrade_cancel, 0}, {upgrade_request, 0}, {upgrade_grant, 0}});
      assert_nobody_overtaken(holder.then(write_to_upgradeable, 0));
      CPPUNIT_ASSERT_EQUAL(1, holder.bypass.most_writer_entries()); // an upgrade has been asked for
    }
  }

  static void assert_nobody_overtaken(const run& r) {
    for (kind waiting : {kind::reader, kind::writer})
      CPPUNIT_ASSERT_EQUAL(0, r.bypass.most(waiting, kind::writer));
    for (order o : {order::fcfs, order::writer_fcfs, order::pf_reader, order::pf_writer})
      CPPUNIT_ASSERT_MESSAGE(std::string(name(o)), !r.orders.violated(o));
  }

  void writer_fcfs() {
    for (event second : {write_request, upgradeable_request}) {
      const event grant = second == write_request ? write_grant : upgradeable_grant;
      run r = run(throughput).then({{write_request, 0}, {second, 1}, {grant, 1}});
      CPPUNIT_ASSERT(r.orders.violated(order::writer_fcfs) && r.orders.violated(order::fcfs));
    }
    run kept = run(throughput).then({{write_request, 0}, {write_request, 1}, {write_grant, 0}});
    CPPUNIT_ASSERT(!kept.orders.violated(order::writer_fcfs));
  }

  void fcfs_across_kinds() {
    const run writer_first =
        run(writer_preferring).then({{read_request, 0}, {write_request, 1}, {write_grant, 1}});
    CPPUNIT_ASSERT(writer_first.orders.violated(order::fcfs));
    CPPUNIT_ASSERT(!writer_first.orders.violated(order::writer_fcfs));
    const run readers = run(fifo).then({{read_request, 0}, {read_request, 1}, {read_grant, 1}});
    CPPUNIT_ASSERT(!readers.orders.violated(order::fcfs)); // two readers do not conflict
  }

  void fcfs_forgets_who_gave_up() {
    run r =
        run(fifo).then({{write_request, 0}, {write_request, 1}, {cancel, 0}, {write_request, 0}});
    r.then({{write_grant, 1}, {write_release, 1}, {write_grant, 0}});
    CPPUNIT_ASSERT(!r.orders.violated(order::fcfs));
  }

  // Reader 1 barges past the writer, which from then on bars reader 0, who came before reader 1.
  void reader_fife() {
    run r = run(throughput, 1).then({{write_request, 2}, {read_request, 0}, {read_request, 1}});
    CPPUNIT_ASSERT(r.then(read_grant, 1).orders.violated(order::reader_fife));
    run kept = run(phase_fair).then({{read_request, 0}, {read_request, 1}, {read_grant, 1}});
    CPPUNIT_ASSERT(!kept.orders.violated(order::reader_fife));
  }

  void reader_priority() {
    const run waits = run(phase_fair).then({{write_request, 0}, {read_request, 1}});
    CPPUNIT_ASSERT(waits.orders.violated(order::rp1));
    const run passed = run(throughput).then({{read_request, 1}, {write_request, 0}});
    CPPUNIT_ASSERT(!passed.orders.violated(order::rp1)); // so far both may enter
    CPPUNIT_ASSERT(run(passed).then(write_grant, 0).orders.violated(order::rp1));
    run kept =
        run(reader_preferring).then({{write_request, 0}, {write_grant, 0}, {read_request, 1}});
    kept.then({{write_request, 2}, {write_release, 0}, {read_grant, 1}});
    CPPUNIT_ASSERT(!kept.orders.violated(order::rp1));
  }

  void writer_priority() {
    run r = run(phase_fair).then({{write_request, 0}, {write_grant, 0}, {write_request, 1}});
    r.then({{read_request, 2}, {write_release, 0}});
    CPPUNIT_ASSERT(!r.orders.violated(order::wp1));
    CPPUNIT_ASSERT(r.then(read_grant, 2).orders.violated(order::wp1));
    run earlier = run(fifo).then({{read_request, 0}, {write_request, 1}, {read_grant, 0}});
    CPPUNIT_ASSERT(!earlier.orders.violated(order::wp1));
  }

  void phase_fair_for_readers() {
    run r = run(fifo).then({{write_request, 0}, {write_request, 1}, {read_request, 2}});
    r.then({{write_grant, 0}, {write_release, 0}});
    CPPUNIT_ASSERT(!r.orders.violated(order::pf_reader));
    CPPUNIT_ASSERT(r.then(write_grant, 1).orders.violated(order::pf_reader));

    run again = run(fifo).then({{write_request, 0}, {read_request, 2}, {write_grant, 0}});
    again.then({{write_release, 0}, {read_grant, 2}, {read_release, 2}, {write_request, 0}});
    again.then({{read_request, 2}, {write_grant, 0}});
    CPPUNIT_ASSERT(!again.orders.violated(order::pf_reader)); // one writer for each request
  }

  void phase_fair_for_writers() {
    run stream =
        run(reader_preferring).then({{read_request, 0}, {read_grant, 0}, {write_request, 1}});
    stream.then({{read_request, 2}, {read_grant, 2}});
    CPPUNIT_ASSERT(stream.orders.violated(order::pf_writer));
    run batch = run(reader_preferring).then({{write_request, 0}, {write_grant, 0}});
    batch.then({{write_request, 1}, {read_request, 2}, {write_release, 0}, {read_grant, 2}});
    CPPUNIT_ASSERT(!batch.orders.violated(order::pf_writer));
    batch.then({{read_release, 2}, {read_request, 2}, {read_grant, 2}});
    CPPUNIT_ASSERT(batch.orders.violated(order::pf_writer)); // a second entry, the same phase
  }

  void a_reader_ends_no_phase() {
    run r = run(reader_preferring).then({{read_request, 0}, {read_grant, 0}, {write_request, 1}});
    r.then({{read_request, 2}, {condition_wait, 0}, {read_grant, 2}});
    CPPUNIT_ASSERT(r.orders.violated(order::pf_writer));
  }

  // It held nobody back, so nobody behind it is released.
  void a_reader_at_the_head_ends_no_phase() {
    run r = run(throughput).then({{read_request, 0}, {write_request, 1}, {read_request, 2}});
    CPPUNIT_ASSERT(r.then({{cancel, 0}, {read_grant, 2}}).orders.violated(order::pf_writer));
  }

  void notified_requests_arrive_anew() {
    run r = run(fifo).then({{write_request, 0}, {write_grant, 0}, {condition_wait, 0}});
    r.then({{write_request, 1}, {notify, 0}, {write_grant, 1}, {write_release, 1}});
    CPPUNIT_ASSERT(!r.then(write_grant, 0).orders.violated(order::fcfs));
    run passed = run(throughput).then({{write_request, 0}, {write_grant, 0}, {condition_wait, 0}});
    passed.then({{notify, 0}, {write_request, 1}, {write_grant, 1}});
    CPPUNIT_ASSERT(passed.orders.violated(order::writer_fcfs));
    run passes = run(throughput).then({{write_request, 0}, {write_grant, 0}, {condition_wait, 0}});
    passes.then({{write_request, 1}, {notify, 0}, {write_grant, 0}});
    CPPUNIT_ASSERT(passes.orders.violated(order::writer_fcfs));
  }

  void overlap_needs_a_real_wait() {
    run r = run(phase_fair).then({{read_request, 0}, {read_grant, 0}, {read_release, 0}});
    r.then({{write_request, 0}, {write_grant, 0}});
    CPPUNIT_ASSERT_EQUAL(1, r.overlap.most_readers());
    CPPUNIT_ASSERT(!r.overlap.reader_waited() && !r.overlap.writer_waited());
    CPPUNIT_ASSERT(r.then(read_request, 1).overlap.reader_waited());
    CPPUNIT_ASSERT(!r.overlap.writer_waited());
    CPPUNIT_ASSERT(r.then(write_request, 2).overlap.writer_waited());

    run u = run(phase_fair).then({{upgradeable_request, 0}, {upgradeable_grant, 0}});
    u.then({{upgrade_request, 0}, {upgrade_cancel, 0}, {read_request, 1}, {read_grant, 1}});
    CPPUNIT_ASSERT(!u.overlap.writer_waited());
    CPPUNIT_ASSERT(u.then(upgrade_request, 0).overlap.writer_waited());
  }

  void every_refusal_is_a_witness() {
    run r = run(phase_fair).then({{read_request, 0}, {read_grant, 0}, {read_request, 1}});
    r.then({{read_grant, 1}, {write_request, 2}});
    for (const happening refusal : {happening{read_refused, 3},
                                    {write_refused, 3},
                                    {upgradeable_refused, 3},
                                    {upgrade_refused, 0}}) {
      CPPUNIT_ASSERT(!r.overlap.try_refused());
      CPPUNIT_ASSERT(run(r).then({refusal}).overlap.try_refused());
    }
  }

  void monitors_are_values() {
    const run fresh(fifo);
    run r = run(fifo).then({{write_request, 0}, {read_request, 1}});
    CPPUNIT_ASSERT(r.bypass != fresh.bypass && r.bypass.hash() != fresh.bypass.hash());
    CPPUNIT_ASSERT(r.orders != fresh.orders && r.orders.hash() != fresh.orders.hash());
    CPPUNIT_ASSERT(r.overlap != fresh.overlap && r.overlap.hash() != fresh.overlap.hash());
    run done = run(fifo).then({{write_request, 0}, {cancel, 0}});
    CPPUNIT_ASSERT(done.bypass == fresh.bypass && done.orders == fresh.orders);

    const run alone = run(fifo).then({{write_request, 0}});
    const run followed_by_1 = run(alone).then({{read_request, 1}});
    const run followed_by_2 = run(alone).then({{read_request, 2}});
    CPPUNIT_ASSERT(followed_by_1.orders != followed_by_2.orders);
    CPPUNIT_ASSERT(followed_by_1.orders.hash() != followed_by_2.orders.hash());
    CPPUNIT_ASSERT(run(followed_by_1).then(cancel, 1).bypass == alone.bypass);
  }

  // Whatever three threads do, all events included: each row lists the orders that a strategy gives
  // up.
  void orders_of_each_strategy() {
    using enum order;
    using orders = std::vector<order>;
    const auto given_up = [](strategy s) {
      std::array<bool, std::size(all_orders)> found{};
      enumerate_watched(
          watched<order_monitor>{specification(2), {}}, s, 3, [](event) { return true; },
          [&](const order_monitor& m) {
            for (order o : all_orders)
              found[static_cast<std::size_t>(o)] |= m.violated(o);
          });
      orders result;
      std::copy_if(std::begin(all_orders), std::end(all_orders), std::back_inserter(result),
                   [&](order o) { return found[static_cast<std::size_t>(o)]; });
      return result;
    };
    // Upgrades may pass a waiting reader again and again under reader preference: it has no batch.
    CPPUNIT_ASSERT(given_up(reader_preferring) == (orders{fcfs, wp1, pf_reader, pf_writer}));
    CPPUNIT_ASSERT(given_up(writer_preferring) == (orders{fcfs, rp1, pf_reader}));
    CPPUNIT_ASSERT(given_up(phase_fair) == (orders{fcfs, rp1, wp1}));
    CPPUNIT_ASSERT(given_up(fifo) == (orders{rp1, pf_reader}));
    CPPUNIT_ASSERT(given_up(throughput) == orders(std::begin(all_orders), std::end(all_orders)));
  }

  struct bypass_bounds {
    int writer_by_readers = 0, writer_by_writers = 0, reader_by_writers = 0, writer_entries = 0;
    friend bool operator==(const bypass_bounds&, const bypass_bounds&) = default;
  };

  // Three threads that lock, unlock and give up; throughput with K = 2. The cap stands for "no
  // bound".
  void bypass_of_each_strategy() {
    constexpr int cap = 3;
    const auto permitted = [](event e) {
      return e == read_request || e == read_grant || e == read_release || e == write_request ||
             e == write_grant || e == write_release || e == cancel;
    };
    const auto bounds = [&](strategy s) {
      bypass_bounds most;
      enumerate_watched(watched<bypass_monitor>{specification(2), bypass_monitor(cap)}, s, 3,
                        permitted, [&](const bypass_monitor& m) {
                          const auto raise = [](int& a, int b) { a = std::max(a, b); };
                          raise(most.writer_by_readers, m.most(kind::writer, kind::reader));
                          raise(most.writer_by_writers, m.most(kind::writer, kind::writer));
                          raise(most.reader_by_writers, m.most(kind::reader, kind::writer));
                          raise(most.writer_entries, m.most_writer_entries());
                        });
      return most;
    };
    CPPUNIT_ASSERT(bounds(reader_preferring) == (bypass_bounds{cap, 0, 0, 0}));
    CPPUNIT_ASSERT(bounds(writer_preferring) == (bypass_bounds{0, 0, cap, cap}));
    CPPUNIT_ASSERT(bounds(phase_fair) == (bypass_bounds{1, 0, 1, 1}));
    CPPUNIT_ASSERT(bounds(fifo) == (bypass_bounds{0, 0, 0, 2}));
    CPPUNIT_ASSERT(bounds(throughput) == (bypass_bounds{2, 2, 2, cap}));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(monitors_test);

} // namespace
} // namespace rwl::verify
