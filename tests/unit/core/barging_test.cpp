// Generations of waiters: while the queue is open it may be overtaken, but nobody in it more than K
// times.
#include <rwl/core/waiter_queue.hpp>
#include <rwl/sync/std_sync.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <random>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using rwl::core::waiter_kind;
using node = rwl::core::waiter<rwl::std_sync>;

// One who waits, in plain numbers.
struct guest {
  explicit guest(waiter_kind kind, int g) : self(kind), generation(g) {}
  node self;
  int generation;
  unsigned overtaken = 0;
};

template <unsigned K>
class barging_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(barging_test);
  CPPUNIT_TEST(closes_with_the_last_overtaking);
  CPPUNIT_TEST(opens_for_the_next_generation);
  CPPUNIT_TEST(empty_queue_begins_anew);
  CPPUNIT_TEST(count_passes_from_head_to_head);
  CPPUNIT_TEST(upgrader_keeps_count_and_generation);
  CPPUNIT_TEST(calls_in_vain_close_the_queue_soon);
  CPPUNIT_TEST(random_steps_agree_with_the_model);
  CPPUNIT_TEST_SUITE_END();

  using queue = rwl::core::waiter_queue<rwl::std_sync, true, K>;

  node a{waiter_kind::writer}, b{waiter_kind::reader}, c{waiter_kind::writer};
  node upgrader{waiter_kind::upgrader};
  queue q;

  void overtake(unsigned times) {
    for (unsigned i = 0; i < times; ++i) {
      CPPUNIT_ASSERT(q.open());
      q.count_overtaking();
    }
  }

  void closes_with_the_last_overtaking() {
    q.push(a);
    overtake(K);
    CPPUNIT_ASSERT(!q.open());
  }

  void opens_for_the_next_generation() {
    q.push(a);
    q.push(b);
    overtake(K);
    q.push(c);
    q.pop_front();
    CPPUNIT_ASSERT(!q.open());
    q.pop_front();
    overtake(K); // for c is the head
    CPPUNIT_ASSERT(!q.open());
  }

  void empty_queue_begins_anew() {
    q.push(a);
    overtake(K);
    q.pop_front();
    q.push(a);
    overtake(K);
    CPPUNIT_ASSERT(!q.open());
  }

  // Two are overtaken; the count of the second is not forgotten with the first.
  void count_passes_from_head_to_head() {
    q.push(a);
    q.push(b);
    overtake(K - 1);
    q.remove(a); // gives up
    overtake(1);
    CPPUNIT_ASSERT(!q.open());
  }

  void upgrader_keeps_count_and_generation() {
    q.push(a);
    q.push(b);
    overtake(K - 1);
    q.push_upgrader(upgrader);
    q.pop_front();
    overtake(1);
    CPPUNIT_ASSERT(!q.open());
    q.push_upgrader(upgrader);
    q.push(c);
    q.pop_front();
    CPPUNIT_ASSERT(!q.open());
    q.pop_front();
    CPPUNIT_ASSERT(!q.open());
    q.pop_front();
    overtake(K);
    CPPUNIT_ASSERT(!q.open());
  }

  void calls_in_vain_close_the_queue_soon() {
    q.push(a);
    unsigned calls = 0;
    for (; q.open(); ++calls)
      q.count_call_in_vain();
    CPPUNIT_ASSERT(K < 8 ? calls == K : calls >= 8 && calls < 16);
    q.count_call_in_vain();
    CPPUNIT_ASSERT(!q.open());
  }

  void random_steps_agree_with_the_model() {
    for (unsigned seed = 1; seed <= 20; ++seed) {
      CPPUNIT_ASSERT_EQUAL(K, most_overtaken(seed, false)); // never more, and the bound is tight
      CPPUNIT_ASSERT(most_overtaken(seed, true) <= K);
    }
  }

  // The same with a number for each guest and for each generation.
  class model {
  public:
    bool empty() const { return line.empty(); }
    bool open() const { return line.front()->generation == joined_; }
    node& push(waiter_kind kind) {
      if (empty())
        count_ = 0;
      return line.emplace_back(std::make_unique<guest>(kind, joined_))->self;
    }
    void overtake() {
      for (const auto& g : line)
        ++g->overtaken;
      count(1);
    }
    void call_in_vain() {
      if (open())
        count(K < 8 ? 1 : K / 8);
    }
    std::deque<std::unique_ptr<guest>> line;

  private:
    void count(unsigned times) {
      count_ += times;
      if (count_ >= K) {
        count_ = 0;
        ++joined_;
      }
    }

    int joined_ = 0;
    unsigned count_ = 0;
  };

  static unsigned most_overtaken(unsigned seed, bool calls) {
    std::mt19937 random(seed);
    const auto below = [&random](std::size_t n) { return random() % n; };
    queue real;
    model plain;
    unsigned most = 0;
    for (int step = 0; step < 3000; ++step) {
      const std::size_t choice = below(calls ? 9 : 8);
      if (choice < 3 && plain.line.size() < 8) {
        real.push(plain.push(below(2) ? waiter_kind::reader : waiter_kind::writer));
      } else if (choice < 6 && !plain.empty() && real.open()) {
        plain.overtake();
        real.count_overtaking();
      } else if (choice == 6 && !plain.empty()) {
        const auto leaves = plain.line.begin() +
                            static_cast<std::ptrdiff_t>(below(2) ? 0 : below(plain.line.size()));
        real.remove((*leaves)->self);
        plain.line.erase(leaves);
      } else if (choice == 7 && real.readers_lead()) {
        for (auto left = real.pop_readers().size; left > 0; --left)
          plain.line.pop_front();
      } else if (choice == 8 && !plain.empty()) {
        plain.call_in_vain();
        real.count_call_in_vain();
      }
      CPPUNIT_ASSERT_EQUAL(plain.empty(), real.empty());
      if (plain.empty())
        continue;
      CPPUNIT_ASSERT_EQUAL(plain.open(), real.open());
      for (const auto& g : plain.line)
        most = std::max(most, g->overtaken);
    }
    return most;
  }
};

using barging_once_test = barging_test<1>;
using barging_twice_test = barging_test<2>;
using barging_5_test = barging_test<5>;
using barging_20_test = barging_test<20>;
CPPUNIT_TEST_SUITE_REGISTRATION(barging_once_test);
CPPUNIT_TEST_SUITE_REGISTRATION(barging_twice_test);
CPPUNIT_TEST_SUITE_REGISTRATION(barging_5_test);
CPPUNIT_TEST_SUITE_REGISTRATION(barging_20_test);

} // namespace
