// Mutations at run time: each kind does what it says to a program that would notice, and the sites
// that are collected are those of the source.
#include "script.hpp"

#include <verify/scenarios/check.hpp>

namespace rwl::verify::test {
namespace {

// Hands a payload over by a flag, then back by an exchange that must succeed, and wakes who sleeps.
struct handing_over : registers {
  sync::var<int> payload{0};
  sync::atomic<int> flag{0};
  sync::parker sleeper;
  sync::parker done;

  void give() {
    payload = 1;
    flag.store(1, release);
    sleeper.unpark();
    done.park();
    r[0] = flag.load(relaxed);
  }
  void take() {
    sleeper.park();
    int expected = 1;
    if (flag.load(acquire) == 1)
      r[1] = payload;
    // A second attempt for an exchange that has failed, by what the first has found.
    if (!flag.compare_exchange_strong(expected, 2, acq_rel, relaxed))
      flag.compare_exchange_strong(expected, 3, acq_rel, relaxed);
    done.unpark();
  }
};

// Waits for the flag alone.
struct flagged : registers {
  sync::var<int> payload{0};
  sync::atomic<int> flag{0};

  void give() {
    payload = 1;
    flag.store(1, release);
  }
  void take() {
    sync::await(
        flag, [](int f) { return f == 1; }, acquire);
    r[0] = payload;
  }
};

// Two attempts by one exchange: the second goes by what the first has found.
struct counted : registers {
  sync::atomic<int> count{1};

  void add() {
    int seen = 0;
    for (int attempt = 0; attempt < 2; ++attempt)
      if (count.compare_exchange_strong(seen, seen + 1, acq_rel, relaxed)) {
        r[0] = seen;
        return;
      }
    r[0] = 9;
  }
};

template <class State>
recipe both() {
  static const script<State> s{{[](State& x) { x.give(); }, [](State& x) { x.take(); }}};
  return recipe_of(s);
}

recipe alone() {
  static const script<counted> s{{[](counted& x) { x.add(); }}};
  return recipe_of(s);
}

std::set<operation_site> sites_of(const recipe& program) {
  std::set<operation_site> sites;
  options o;
  o.sites = &sites;
  explore(program, o);
  return sites;
}

// The result when this is done wrong at the operation of that name and order.
std::string with(defect what, const recipe& program, const std::string& operation,
                 std::memory_order order, std::memory_order becomes = relaxed) {
  for (const operation_site& s : sites_of(program))
    if (s.operation == operation && s.order == order) {
      const mutation m{what, s, becomes};
      options o;
      o.mutant = &m;
      std::string result;
      for (search how : exhaustive) {
        const std::string found = result_of(explore_by(how, program, o));
        CPPUNIT_ASSERT(result.empty() || result == found);
        result = found;
      }
      return result;
    }
  CPPUNIT_FAIL("no such operation: " + operation);
  return {};
}

class mutation_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(mutation_test);
  CPPUNIT_TEST(sites_are_those_of_the_source);
  CPPUNIT_TEST(weaker_orders_are_noticed);
  CPPUNIT_TEST(an_order_that_is_not_needed_survives);
  CPPUNIT_TEST(dropped_operations_are_noticed);
  CPPUNIT_TEST(failing_exchanges_are_noticed);
  CPPUNIT_TEST(other_operations_stay_as_they_are);
  CPPUNIT_TEST_SUITE_END();

  void sites_are_those_of_the_source() {
    const std::set<operation_site> sites = sites_of(both<handing_over>());
    std::multiset<std::string> operations;
    for (const operation_site& s : sites) {
      operations.insert(s.operation);
      CPPUNIT_ASSERT(s.file.ends_with("mutation_test.cpp") && s.line > 0);
      CPPUNIT_ASSERT(s.function == "give" || s.function == "take");
    }
    const std::multiset<std::string> expected = {"compare_exchange", "load",  "load", "store",
                                                 "unpark",           "unpark"};
    CPPUNIT_ASSERT(expected == operations);
  }

  void weaker_orders_are_noticed() {
    CPPUNIT_ASSERT_EQUAL(std::string("1"), result_of(explore_by(search::dpor, both<flagged>())));
    CPPUNIT_ASSERT_EQUAL(std::string("data race"),
                         with(defect::weaker_order, both<flagged>(), "store", release));
    CPPUNIT_ASSERT_EQUAL(std::string("data race"),
                         with(defect::weaker_order, both<flagged>(), "await", acquire));
  }

  // The parker orders as well.
  void an_order_that_is_not_needed_survives() {
    CPPUNIT_ASSERT_EQUAL(std::string("21"),
                         with(defect::weaker_order, both<handing_over>(), "store", release));
    CPPUNIT_ASSERT_EQUAL(std::string("21"),
                         with(defect::weaker_order, both<handing_over>(), "load", acquire));
  }

  void dropped_operations_are_noticed() {
    CPPUNIT_ASSERT_EQUAL(std::string("deadlock"),
                         with(defect::dropped, both<handing_over>(), "unpark", relaxed));
    CPPUNIT_ASSERT_EQUAL(std::string("deadlock"),
                         with(defect::dropped, both<flagged>(), "store", release));
  }

  void failing_exchanges_are_noticed() {
    CPPUNIT_ASSERT_EQUAL(std::string("1"), result_of(explore_by(search::dpor, alone())));
    // Fails as it must, then once more.
    CPPUNIT_ASSERT_EQUAL(std::string("1 9"),
                         with(defect::fails_once_more, alone(), "compare_exchange", acq_rel));
    CPPUNIT_ASSERT_EQUAL(std::string("9"),
                         with(defect::keeps_expecting, alone(), "compare_exchange", acq_rel));
  }

  void other_operations_stay_as_they_are() {
    mutation m{defect::dropped, *sites_of(both<flagged>()).begin(), relaxed};
    m.at.line += 1000;
    options o;
    o.mutant = &m;
    CPPUNIT_ASSERT_EQUAL(std::string("1"), result_of(explore_by(search::dpor, both<flagged>(), o)));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(mutation_test);

} // namespace
} // namespace rwl::verify::test
