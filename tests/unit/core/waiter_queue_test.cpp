// The waiter queue against a plain model of it, under both rules of order.
#include <rwl/core/waiter_queue.hpp>
#include <rwl/sync/std_sync.hpp>

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <vector>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using rwl::core::waiter_kind;
using node = rwl::core::waiter<rwl::std_sync>;

// All waiters in the order in which they would be let in one after another.
template <bool OneQueue>
class model {
public:
  bool holds(bool readers) const {
    return std::ranges::any_of(line_, [=](node* w) { return w->reads() == readers; });
  }
  bool empty() const { return line_.empty(); }
  std::size_t size() const { return line_.size(); }
  node* at(std::size_t i) const { return line_[i]; }

  void push(node* w) {
    const bool before_readers = !OneQueue && !w->reads();
    line_.insert(before_readers ? std::ranges::find_if(line_, &node::reads) : line_.end(), w);
  }

  std::vector<node*> pop_front() {
    std::size_t n = 1;
    while (line_.front()->reads() && n < line_.size() && line_[n]->reads())
      ++n;
    return take(line_.begin(), line_.begin() + static_cast<std::ptrdiff_t>(n));
  }

  std::vector<node*> pop_readers() {
    return take(std::ranges::find_if(line_, &node::reads), line_.end());
  }

  void remove(node* w) { line_.erase(std::ranges::find(line_, w)); }

private:
  using place = std::deque<node*>::iterator;
  std::vector<node*> take(place from, place to) {
    std::vector<node*> taken(from, to);
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
  CPPUNIT_TEST(writers_leave_one_at_a_time);
  CPPUNIT_TEST(removed_leader_is_succeeded_by_its_peer);
  CPPUNIT_TEST(runs_meet_when_what_parted_them_goes);
  CPPUNIT_TEST(removed_waiter_may_queue_again);
  CPPUNIT_TEST(random_steps_agree_with_the_model);
  CPPUNIT_TEST_SUITE_END();

  using queue = rwl::core::waiter_queue<rwl::std_sync, OneQueue>;

  static std::vector<node*> members(typename queue::batch taken) {
    std::vector<node*> all;
    node* w = taken.first;
    for (std::uint32_t i = 0; i < taken.size; ++i, w = w->peers.next)
      all.push_back(w);
    CPPUNIT_ASSERT_MESSAGE("the batch is a ring", w == taken.first);
    CPPUNIT_ASSERT(std::ranges::none_of(all, [](node* n) -> bool { return n->queued(); }));
    return all;
  }

  node r1{waiter_kind::reader}, r2{waiter_kind::reader}, r3{waiter_kind::reader};
  node w1{waiter_kind::writer}, w2{waiter_kind::writer}, w3{waiter_kind::writer};
  queue q;
  using line = std::vector<node*>;

  void push(std::initializer_list<node*> all) {
    for (node* w : all)
      q.push(*w);
  }
  // Whom a lock that has become free lets in: a run of readers, or one other.
  typename queue::batch next_in() { return q.readers_lead() ? q.pop_readers() : q.pop_front(); }
  void check_leaves_as(std::initializer_list<line> batches) {
    for (const line& expected : batches)
      CPPUNIT_ASSERT(members(next_in()) == expected);
    check_empty();
  }
  void check_empty() { CPPUNIT_ASSERT(!q.writers_wait() && !q.readers_wait()); }

  void new_queue_is_empty() { check_empty(); }

  void order_of_kinds() {
    push({&r1, &w1, &r2, &w2});
    if (OneQueue)
      check_leaves_as({{&r1}, {&w1}, {&r2}, {&w2}});
    else
      check_leaves_as({{&w1}, {&w2}, {&r1, &r2}});
  }

  void readers_that_stand_together_leave_together() {
    push({&w1, &r1, &r2, &r3});
    CPPUNIT_ASSERT(q.writers_wait() && q.readers_wait());
    CPPUNIT_ASSERT((members(q.pop_readers()) == line{&r1, &r2, &r3}));
    CPPUNIT_ASSERT(q.writers_wait() && !q.readers_wait());
    check_leaves_as({{&w1}});
  }

  void writers_leave_one_at_a_time() {
    push({&w1, &w2, &w3});
    CPPUNIT_ASSERT(&q.front() == &w1);
    check_leaves_as({{&w1}, {&w2}, {&w3}});
  }

  void removed_leader_is_succeeded_by_its_peer() {
    push({&w1, &w2, &r1, &r2, &r3});
    q.remove(w1);
    q.remove(r1);
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

  void random_steps_agree_with_the_model() {
    for (unsigned seed = 1; seed <= 50; ++seed)
      random_walk(seed);
  }

  // Waiters that come, give up and are let in at random. A waiter let in is gone, as in a lock.
  static void random_walk(unsigned seed) {
    std::mt19937 random(seed);
    const auto below = [&random](std::size_t n) { return random() % n; };
    std::vector<std::unique_ptr<node>> alive;
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
      const std::size_t choice = below(8);
      if (choice < 4 && plain.size() < 12) {
        alive.push_back(
            std::make_unique<node>(below(2) ? waiter_kind::reader : waiter_kind::writer));
        real.push(*alive.back());
        plain.push(alive.back().get());
      } else if (choice < 6 && !plain.empty()) {
        node* w = plain.at(below(plain.size()));
        real.remove(*w);
        plain.remove(w);
        CPPUNIT_ASSERT(!w->queued());
        destroy(w);
      } else if (choice == 6 && !plain.empty()) {
        pop_front();
      } else if (choice == 7 && !OneQueue && plain.holds(true)) {
        let_in(real.pop_readers(), plain.pop_readers());
      }
      CPPUNIT_ASSERT_EQUAL(plain.holds(true), real.readers_wait());
      CPPUNIT_ASSERT_EQUAL(plain.holds(false), real.writers_wait());
    }
    while (!plain.empty())
      pop_front();
    CPPUNIT_ASSERT(!real.readers_wait() && !real.writers_wait());
  }
};

using separate_kinds_queue_test = waiter_queue_test<false>;
using one_queue_test = waiter_queue_test<true>;
CPPUNIT_TEST_SUITE_REGISTRATION(separate_kinds_queue_test);
CPPUNIT_TEST_SUITE_REGISTRATION(one_queue_test);

} // namespace
