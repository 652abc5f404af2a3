// Litmus tests: what the memory model of the explorer lets a few threads see. Each program has its
// exact set of outcomes, which is that of C++20 except where a test says "gap".
#include "script.hpp"

namespace rwl::verify::test {
namespace {

using order = std::memory_order;

struct memory : registers {
  sync::atomic<int> x{0}, y{0};
  sync::var<int> data{0};
};

// A program whose orders are open.
struct shaped : memory {
  static inline order stores, loads;
};
struct orders {
  order stores, loads;
  std::string outcomes;
};
template <class Table>
void expect_each(const std::string& name, const script<shaped>& s, const Table& table) {
  for (const orders& o : table) {
    shaped::stores = o.stores;
    shaped::loads = o.loads;
    expect(name + ", orders " + std::to_string(static_cast<int>(o.stores)) + " and " +
               std::to_string(static_cast<int>(o.loads)),
           o.outcomes, s);
  }
}

options with_fences() {
  options o;
  o.fences = true;
  return o;
}

class litmus_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(litmus_test);
  CPPUNIT_TEST(store_buffering);
  CPPUNIT_TEST(store_buffering_with_fences);
  CPPUNIT_TEST(message_passing);
  CPPUNIT_TEST(message_passing_of_plain_data);
  CPPUNIT_TEST(independent_reads_of_independent_writes);
  CPPUNIT_TEST(write_to_read_causality);
  CPPUNIT_TEST(coherence);
  CPPUNIT_TEST(all_older_stores_are_readable);
  CPPUNIT_TEST(sequential_consistency_reads_the_newest);
  CPPUNIT_TEST(release_sequences);
  CPPUNIT_TEST(weak_exchange_fails_within_its_budget);
  CPPUNIT_TEST(gap_load_buffering);
  CPPUNIT_TEST(gap_modification_order_is_execution_order);
  CPPUNIT_TEST(gap_failed_exchange_reads_the_newest);
  CPPUNIT_TEST(gap_sequentially_consistent_operations_bind_the_others);
  CPPUNIT_TEST(gap_sequentially_consistent_operation_against_a_fence);
  CPPUNIT_TEST_SUITE_END();

  // ---- SB: can both threads miss the other's store? (Dekker's question)

  void store_buffering() {
    const script<shaped> sb{{[](shaped& m) {
                               m.x.store(1, m.stores);
                               m.r[0] = m.y.load(m.loads);
                             },
                             [](shaped& m) {
                               m.y.store(1, m.stores);
                               m.r[1] = m.x.load(m.loads);
                             }}};
    const orders table[] = {{relaxed, relaxed, all(2)},
                            {release, acquire, all(2)},
                            {seq_cst, relaxed, all(2)},
                            {relaxed, seq_cst, all(2)},
                            {seq_cst, seq_cst, all_but("00", 2)}};
    expect_each("SB", sb, table);
    expect("SB, acq_rel exchanges", all(2),
           script<memory>{{[](memory& m) {
                             m.x.exchange(1, acq_rel);
                             m.r[0] = m.y.load(acquire);
                           },
                           [](memory& m) {
                             m.y.exchange(1, acq_rel);
                             m.r[1] = m.x.load(acquire);
                           }}});
  }

  // The asymmetric pair orders, and either of its halves alone does not.
  void store_buffering_with_fences() {
    const auto light = [](memory& m) {
      m.x.store(1, relaxed);
      sync::fence_light();
      m.r[0] = m.y.load(relaxed);
    };
    const auto own_fence = [](memory& m) {
      m.x.store(1, relaxed);
      machine::fence(sync::here());
      m.r[0] = m.y.load(relaxed);
    };
    const auto heavy = [](memory& m) {
      m.y.store(1, relaxed);
      sync::fence_heavy();
      m.r[1] = m.x.load(relaxed);
    };
    const auto light_too = [](memory& m) {
      m.y.store(1, relaxed);
      sync::fence_light();
      m.r[1] = m.x.load(relaxed);
    };
    const auto own_fence_too = [](memory& m) {
      m.y.store(1, relaxed);
      machine::fence(sync::here());
      m.r[1] = m.x.load(relaxed);
    };
    const options o = with_fences();
    expect("light, heavy", all_but("00", 2), script<memory>{{light, heavy}}, o);
    expect("own, own", all_but("00", 2), script<memory>{{own_fence, own_fence_too}}, o);
    expect("own, heavy", all_but("00", 2), script<memory>{{own_fence, heavy}}, o);
    expect("light, light", all(2), script<memory>{{light, light_too}}, o);
    expect("light, own", all(2), script<memory>{{light, own_fence_too}}, o);
  }

  // ---- MP: who sees the flag, does it see what was stored before?

  void message_passing() {
    const script<shaped> mp{{[](shaped& m) {
                               m.x.store(1, relaxed);
                               m.y.store(1, m.stores);
                             },
                             [](shaped& m) {
                               m.r[0] = m.y.load(m.loads);
                               m.r[1] = m.x.load(relaxed);
                             }}};
    const orders table[] = {{relaxed, relaxed, all(2)},
                            {release, relaxed, all(2)},
                            {relaxed, acquire, all(2)},
                            {release, acquire, all_but("10", 2)},
                            {seq_cst, seq_cst, all_but("10", 2)}};
    expect_each("MP", mp, table);
  }

  void message_passing_of_plain_data() {
    const script<shaped> mp{{[](shaped& m) {
                               m.data = 1;
                               m.x.store(1, m.stores);
                             },
                             [](shaped& m) {
                               if (m.x.load(m.loads) == 1)
                                 m.r[0] = m.data;
                               else
                                 m.r[0] = 0;
                             }}};
    const orders table[] = {{release, acquire, "0 1"},
                            {seq_cst, seq_cst, "0 1"},
                            {relaxed, acquire, "data race"},
                            {release, relaxed, "data race"}};
    expect_each("MP of plain data", mp, table);
  }

  // ---- IRIW: do two readers agree on the order of two writers?

  void independent_reads_of_independent_writes() {
    const script<shaped> iriw{{[](shaped& m) { m.x.store(1, m.stores); },
                               [](shaped& m) { m.y.store(1, m.stores); },
                               [](shaped& m) {
                                 m.r[0] = m.x.load(m.loads);
                                 m.r[1] = m.y.load(m.loads);
                               },
                               [](shaped& m) {
                                 m.r[2] = m.y.load(m.loads);
                                 m.r[3] = m.x.load(m.loads);
                               }}};
    const orders table[] = {{relaxed, relaxed, all(4)},
                            {release, acquire, all(4)},
                            {seq_cst, seq_cst, all_but("1010", 4)}};
    expect_each("IRIW", iriw, table);
  }

  // ---- WRC: is happens-before transitive?

  void write_to_read_causality() {
    const script<shaped> wrc{{[](shaped& m) { m.x.store(1, m.stores); },
                              [](shaped& m) {
                                m.r[0] = m.x.load(m.loads);
                                m.y.store(1, release);
                              },
                              [](shaped& m) {
                                m.r[1] = m.y.load(acquire);
                                m.r[2] = m.x.load(relaxed);
                              }}};
    // The relaxed pair is enough: what happens before a load bounds what it may read, and a read
    // that happens before it counts as well (coherence).
    const orders table[] = {{relaxed, relaxed, all_but("110", 3)},
                            {release, acquire, all_but("110", 3)}};
    expect_each("WRC", wrc, table);
  }

  void coherence() {
    expect("CoRR", "00 01 11",
           script<memory>{{[](memory& m) { m.x.store(1, relaxed); },
                           [](memory& m) {
                             m.r[0] = m.x.load(relaxed);
                             m.r[1] = m.x.load(relaxed);
                           }}});
    expect("CoWR", "1 2",
           script<memory>{{[](memory& m) { m.x.store(2, relaxed); },
                           [](memory& m) {
                             m.x.store(1, relaxed);
                             m.r[0] = m.x.load(relaxed);
                           }}});
    expect("CoRW", "01 02 21",
           script<memory>{{[](memory& m) { m.x.store(2, relaxed); },
                           [](memory& m) {
                             m.r[0] = m.x.load(relaxed);
                             m.x.store(1, relaxed);
                           }},
                          [](memory& m) { m.r[1] = m.x.peek(); }});
    expect("read-modify-writes are in a row", "01 10",
           script<memory>{{[](memory& m) { m.r[0] = m.x.fetch_add(1, relaxed); },
                           [](memory& m) { m.r[1] = m.x.fetch_add(1, relaxed); }}});
  }

  static void store_three(memory& m) {
    for (int value : {1, 2, 3})
      m.x.store(value, relaxed);
    m.y.store(1, relaxed);
  }
  static void read_after_flag(memory& m) {
    m.r[0] = m.y.load(relaxed);
    m.r[1] = m.x.load(relaxed);
  }

  void all_older_stores_are_readable() {
    expect("three stores back", "00 01 02 03 10 11 12 13",
           script<memory>{{store_three, read_after_flag}});
  }

  void sequential_consistency_reads_the_newest() {
    options o;
    o.memory = memory_model::sequential;
    expect("no store back", "00 01 02 03 13", script<memory>{{store_three, read_after_flag}}, o);
  }

  // ---- release sequences, as C++20 has them

  void release_sequences() {
    const auto read_if_two = [](memory& m) {
      if (m.x.load(acquire) == 2)
        m.r[0] = m.data;
      else
        m.r[0] = 0;
    };
    expect("a store of the same thread ends it", "data race",
           script<memory>{{[](memory& m) {
                             m.data = 1;
                             m.x.store(1, release);
                             m.x.store(2, relaxed);
                           },
                           read_if_two}});
    expect("a read-modify-write continues it", "0 1",
           script<memory>{{[](memory& m) {
                             m.data = 1;
                             m.x.store(1, release);
                           },
                           [](memory& m) { m.x.fetch_add(1, relaxed); }, read_if_two}});
  }

  void weak_exchange_fails_within_its_budget() {
    const script<memory> s{{[](memory& m) {
      for (int failures = 0;; ++failures) {
        m.r[0] = failures;
        int expected = 0;
        if (m.x.compare_exchange_weak(expected, 1, relaxed, relaxed))
          return;
      }
    }}};
    for (unsigned budget : {0u, 1u, 2u}) {
      options o;
      o.failing_weak_exchanges = budget;
      expect("weak exchange", std::string("0 1 2").substr(0, 2 * budget + 1), s, o);
    }
  }

  // ---- gaps: outcomes that C++20 allows and the explorer never produces, and a false alarm

  // A load never reads a store that is executed later.
  void gap_load_buffering() {
    const script<memory> lb{{[](memory& m) {
                               m.r[0] = m.x.load(relaxed);
                               m.y.store(1, relaxed);
                             },
                             [](memory& m) {
                               m.r[1] = m.y.load(relaxed);
                               m.x.store(1, relaxed);
                             }}};
    expect("LB", all_but("11", 2), lb);
  }

  // Two stores of one atomic are never ordered against the order in which they are executed.
  void gap_modification_order_is_execution_order() {
    const auto newest = [](memory& m) {
      m.r[1] = m.x.peek();
      m.r[2] = m.y.peek();
    };
    expect("2+2W, without x = y = 1", "-12 -21 -22",
           script<memory>{{[](memory& m) {
                             m.x.store(1, relaxed);
                             m.y.store(2, relaxed);
                           },
                           [](memory& m) {
                             m.y.store(1, relaxed);
                             m.x.store(2, relaxed);
                           }},
                          newest});
    expect("S, without r0 = 1 and x = 2", "011 021 111",
           script<memory>{{[](memory& m) {
                             m.x.store(2, relaxed);
                             m.y.store(1, relaxed);
                           },
                           [](memory& m) {
                             m.r[0] = m.y.load(relaxed);
                             m.x.store(1, relaxed);
                           }},
                          newest});
  }

  // C++20: like a load, so an older store would do as well ("10").
  void gap_failed_exchange_reads_the_newest() {
    expect("failed exchange", "00 01 11",
           script<memory>{{[](memory& m) {
                             m.x.store(1, relaxed);
                             m.y.store(1, relaxed);
                           },
                           [](memory& m) {
                             m.r[0] = m.y.load(relaxed);
                             int found = 5;
                             m.x.compare_exchange_strong(found, 6, relaxed, relaxed);
                             m.r[1] = found;
                           }}});
  }

  // Z6.U (Lahav et al., PLDI 2017): C++20 allows r0 = 1, r1 = 3, r2 = 0.
  void gap_sequentially_consistent_operations_bind_the_others() {
    const script<memory> z6u{{[](memory& m) {
                                m.x.store(1, seq_cst);
                                m.y.store(1, release);
                              },
                              [](memory& m) {
                                m.r[0] = m.y.fetch_add(1, seq_cst);
                                m.r[1] = m.y.load(relaxed);
                              },
                              [](memory& m) {
                                m.y.store(3, seq_cst);
                                m.r[2] = m.x.load(seq_cst);
                              }}};
    const std::string outcomes = result_of(explore_by(search::full, recipe_of(z6u)));
    CPPUNIT_ASSERT(outcomes.find("130") == std::string::npos);
    expect("Z6.U", outcomes, z6u);
  }

  // C++20 forbids "00" here; the explorer takes a fence to order only against other fences. So a
  // lock must use operations on both sides, or fences on both.
  void gap_sequentially_consistent_operation_against_a_fence() {
    expect("SB, operations against a fence", all(2),
           script<memory>{{[](memory& m) {
                             m.x.store(1, seq_cst);
                             m.r[0] = m.y.load(seq_cst);
                           },
                           [](memory& m) {
                             m.y.store(1, relaxed);
                             machine::fence(sync::here());
                             m.r[1] = m.x.load(relaxed);
                           }}},
           with_fences());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(litmus_test);

} // namespace
} // namespace rwl::verify::test
