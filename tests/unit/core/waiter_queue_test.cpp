// The waiter queue against a plain model of it, under both rules of order.
#include <rwl/core/waiter_queue.hpp>
#include <rwl/sync/std_sync.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <vector>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using rwl::core::waiter_kind;
using node = rwl::core::waiter<rwl::std_sync>;
using line = std::vector<node*>;

// All waiters in the order in which they would be let in one after another.
template <bool OneQueue>
class model {
public:
  std::uint32_t count(bool readers) const {
    return static_cast<std::uint32_t>(std::ranges::count_if(line_, [=](const node* w) {
      return w->reads() == readers && w->kind != waiter_kind::upgrader;
    }));
  }
  bool empty() const { return line_.empty(); }
  std::size_t size() const { return line_.size(); }
  node* at(std::size_t i) const { return line_[i]; }
  bool upgrader_leads() const { return !empty() && at(0)->kind == waiter_kind::upgrader; }
  bool readers_lead() const { return !empty() && at(0)->reads(); }

  void push(node* w) {
    const bool before_readers = !OneQueue && !w->reads();
    line_.insert(before_readers ? std::ranges::find_if(line_, &node::reads) : line_.end(), w);
  }
  void push_upgrader(node* w) { line_.push_front(w); }

  line pop_front() { return take(line_.begin(), line_.begin() + 1); }
  line pop_readers() {
    const place first = std::ranges::find_if(line_, &node::reads);
    return take(first, std::find_if_not(first, line_.end(), [](node* w) { return w->reads(); }));
  }
  void remove(node* w) { line_.erase(std::ranges::find(line_, w)); }

private:
  using place = std::deque<node*>::iterator;
  line take(place from, place to) {
    const line taken(from, to);
    line_.erase(from, to);
    return taken;
  }

  std::deque<node*> line_;
};

template <bool OneQueue>
class waiter_queue_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(waiter_queue_test);
  CPPUNIT_TEST(new_queue_is_empty);
  CPPUNIT_TEST(order_of_kinds);
  CPPUNIT_TEST(readers_that_stand_together_leave_together);
  CPPUNIT_TEST(head_leaves_alone);
  CPPUNIT_TEST(upgradeable_requests_queue_with_the_writers);
  CPPUNIT_TEST(removed_leader_is_succeeded_by_its_peer);
  CPPUNIT_TEST(runs_meet_when_what_parted_them_goes);
  CPPUNIT_TEST(removed_waiter_may_queue_again);
  CPPUNIT_TEST(upgrader_stands_before_all_and_joins_no_run);
  CPPUNIT_TEST(upgrader_is_not_counted);
  CPPUNIT_TEST(upgrader_does_not_merge_with_what_comes_next_to_it);
  CPPUNIT_TEST(random_steps_agree_with_the_model);
  CPPUNIT_TEST_SUITE_END();

  using queue = rwl::core::waiter_queue<rwl::std_sync, OneQueue>;

  static line members(typename queue::batch taken) {
    line all;
    node* w = taken.first;
    for (std::uint32_t i = 0; i < taken.size; ++i, w = w->peers.next)
      all.push_back(w);
    CPPUNIT_ASSERT_MESSAGE("the batch is a ring", w == taken.first);
    CPPUNIT_ASSERT(std::ranges::none_of(all, [](node* n) -> bool { return n->queued(); }));
    return all;
  }

  node r1{waiter_kind::reader}, r2{waiter_kind::reader}, r3{waiter_kind::reader};
  node w1{waiter_kind::writer}, w2{waiter_kind::writer}, w3{waiter_kind::writer};
  node u{waiter_kind::upgradeable}, upgrader{waiter_kind::upgrader};
  queue q;

  void push(std::initializer_list<node*> all) {
    for (node* w : all)
      q.push(*w);
  }
  // Whom a lock that has become free lets in: a run of readers, or one other.
  typename queue::batch next_in() { return q.readers_lead() ? q.pop_readers() : q.pop_front(); }
  void check_leaves_as(std::initializer_list<line> batches) {
    for (const line& expected : batches)
      CPPUNIT_ASSERT(members(next_in()) == expected);
    CPPUNIT_ASSERT(q.empty());
    check_waiting(0, 0);
  }
  void check_waiting(std::uint32_t readers, std::uint32_t writers) {
    CPPUNIT_ASSERT_EQUAL(readers, q.count(true));
    CPPUNIT_ASSERT_EQUAL(writers, q.count(false));
    CPPUNIT_ASSERT_EQUAL(readers > 0, q.readers_wait());
    CPPUNIT_ASSERT_EQUAL(writers > 0, q.writers_wait());
  }

  void new_queue_is_empty() { check_leaves_as({}); }

  void order_of_kinds() {
    push({&r1, &w1, &r2, &w2});
    check_waiting(2, 2);
    if (OneQueue)
      check_leaves_as({{&r1}, {&w1}, {&r2}, {&w2}});
    else
      check_leaves_as({{&w1}, {&w2}, {&r1, &r2}});
  }

  void readers_that_stand_together_leave_together() {
    push({&r1, &r2, &w1, &r3});
    check_waiting(3, 1);
    if (OneQueue)
      check_leaves_as({{&r1, &r2}, {&w1}, {&r3}});
    else
      check_leaves_as({{&w1}, {&r1, &r2, &r3}});
  }

  void head_leaves_alone() {
    push({&r1, &r2});
    CPPUNIT_ASSERT(&q.front() == &r1);
    CPPUNIT_ASSERT((members(q.pop_front()) == line{&r1}));
    check_waiting(1, 0);
    check_leaves_as({{&r2}});
    push({&w1, &w2, &w3});
    CPPUNIT_ASSERT(&q.front() == &w1);
    check_leaves_as({{&w1}, {&w2}, {&w3}});
  }

  void upgradeable_requests_queue_with_the_writers() {
    push({&w1, &u, &r1, &w2});
    check_waiting(1, 3);
    if (OneQueue)
      check_leaves_as({{&w1}, {&u}, {&r1}, {&w2}});
    else
      check_leaves_as({{&w1}, {&u}, {&w2}, {&r1}});
  }

  void removed_leader_is_succeeded_by_its_peer() {
    push({&w1, &w2, &r1, &r2, &r3});
    q.remove(w1);
    q.remove(r1);
    check_waiting(2, 1);
    check_leaves_as({{&w2}, {&r2, &r3}});
  }

  void runs_meet_when_what_parted_them_goes() {
    push({&r1, &w1, &r2, &w2, &r3});
    q.remove(w1);
    if (OneQueue)
      check_leaves_as({{&r1, &r2}, {&w2}, {&r3}});
    else
      check_leaves_as({{&w2}, {&r1, &r2, &r3}});
  }

  void removed_waiter_may_queue_again() {
    push({&w1, &r1, &r2});
    q.remove(r1);
    CPPUNIT_ASSERT(!r1.queued());
    q.push(r1);
    check_leaves_as({{&w1}, {&r2, &r1}});
  }

  void upgrader_stands_before_all_and_joins_no_run() {
    push({&w1});
    q.push_upgrader(upgrader);
    push({&w2});
    CPPUNIT_ASSERT(&q.front() == &upgrader);
    check_leaves_as({{&upgrader}, {&w1}, {&w2}});
    q.push_upgrader(upgrader);
    push({&w1, &r1, &r2});
    check_leaves_as({{&upgrader}, {&w1}, {&r1, &r2}});
  }

  void upgrader_is_not_counted() {
    q.push_upgrader(upgrader);
    CPPUNIT_ASSERT(!q.empty() && !q.readers_lead());
    check_waiting(0, 0);
    push({&r1});
    check_waiting(1, 0);
    push({&w1});
    check_waiting(1, 1);
    q.remove(r1);
    check_waiting(0, 1);
    q.remove(w1);
    check_waiting(0, 0);
    check_leaves_as({{&upgrader}});
  }

  // The upgrader writes, so writers could be taken for its peers.
  void upgrader_does_not_merge_with_what_comes_next_to_it() {
    push({&r1, &w1});
    q.push_upgrader(upgrader);
    q.remove(r1);
    check_waiting(0, 1);
    push({&w2});
    check_leaves_as({{&upgrader}, {&w1}, {&w2}});

    push({&w1, &r1});
    q.push_upgrader(upgrader);
    q.remove(r1);
    q.remove(upgrader);
    check_leaves_as({{&w1}});
  }

  void random_steps_agree_with_the_model() {
    for (unsigned seed = 1; seed <= 20; ++seed)
      random_walk(seed);
  }

  // Waiters that come, give up and are let in at random. A waiter let in is gone, as in a lock.
  static void random_walk(unsigned seed) {
    constexpr waiter_kind kinds[] = {waiter_kind::reader, waiter_kind::reader, waiter_kind::writer,
                                     waiter_kind::upgradeable};
    std::mt19937 random(seed);
    const auto below = [&random](std::size_t n) { return random() % n; };
    std::vector<std::unique_ptr<node>> alive;
    const auto create = [&alive](waiter_kind kind) -> node& {
      return *alive.emplace_back(std::make_unique<node>(kind));
    };
    const auto destroy = [&alive](node* w) {
      alive.erase(std::ranges::find(alive, w, &std::unique_ptr<node>::get));
    };

    queue real;
    model<OneQueue> plain;
    const auto let_in = [&](typename queue::batch taken, const line& expected) {
      CPPUNIT_ASSERT(members(taken) == expected);
      std::ranges::for_each(expected, destroy);
    };
    const auto pop_front = [&] {
      CPPUNIT_ASSERT(&real.front() == plain.at(0));
      let_in(real.pop_front(), plain.pop_front());
    };
    for (int step = 0; step < 2000; ++step) {
      const std::size_t choice = below(9);
      if (choice < 4 && plain.size() < 12) {
        node& w = create(kinds[below(4)]);
        real.push(w);
        plain.push(&w);
      } else if (choice == 4 && !plain.upgrader_leads()) {
        node& w = create(waiter_kind::upgrader);
        real.push_upgrader(w);
        plain.push_upgrader(&w);
      } else if (choice < 7 && !plain.empty()) {
        node* w = plain.at(below(plain.size()));
        real.remove(*w);
        plain.remove(w);
        CPPUNIT_ASSERT(!w->queued());
        destroy(w);
      } else if (choice == 7 && !plain.empty()) {
        pop_front();
      } else if (choice == 8 && (OneQueue ? plain.readers_lead() : plain.count(true) > 0)) {
        let_in(real.pop_readers(), plain.pop_readers());
      }
      CPPUNIT_ASSERT_EQUAL(plain.empty(), real.empty());
      CPPUNIT_ASSERT_EQUAL(plain.readers_lead(), real.readers_lead());
      CPPUNIT_ASSERT_EQUAL(plain.count(true), real.count(true));
      CPPUNIT_ASSERT_EQUAL(plain.count(false), real.count(false));
      CPPUNIT_ASSERT_EQUAL(plain.count(true) > 0, real.readers_wait());
      CPPUNIT_ASSERT_EQUAL(plain.count(false) > 0, real.writers_wait());
    }
    while (!plain.empty())
      pop_front();
    CPPUNIT_ASSERT(real.empty());
  }
};

using separate_kinds_queue_test = waiter_queue_test<false>;
using one_queue_test = waiter_queue_test<true>;
CPPUNIT_TEST_SUITE_REGISTRATION(separate_kinds_queue_test);
CPPUNIT_TEST_SUITE_REGISTRATION(one_queue_test);

} // namespace
