// What the locks say of their locals (Sync::live) leaves out nothing that matters: from one state
// the same choice leads to the same state, whatever came before.
#include "script.hpp"

#include <verify/scenarios/forever.hpp>
#include <verify/scenarios/scripts.hpp>

#include <rwl/rwlock.hpp>

namespace rwl::verify::test {
namespace {

constexpr rules bounded_barging{
    .specified = true, .follows = strategy::throughput, .bypass_bound = 2};
using barging = basic_rwlock<rwl::strategy::throughput<2>, sync>;

script_set set_of(const std::vector<std::string>& scripts) {
  script_set set = script_set::of(scripts);
  set.held_to = bounded_barging;
  return set;
}

exploration explore_keys(search how, const recipe& program, options o = {}) {
  o.check_keys = true;
  return explore_by(how, program, o);
}

// Writers that wait are called and come in vain, give up, and are let in as they do.
class live_locals_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(live_locals_test);
  CPPUNIT_TEST(of_those_who_come_once);
  CPPUNIT_TEST(of_those_who_come_for_ever);
  CPPUNIT_TEST_SUITE_END();

  void of_those_who_come_once() {
    for (const std::vector<std::string>& scripts : {std::vector<std::string>{"W", "W", "W"},
                                                    {"R", "W", "W"},
                                                    {"R", "R", "W"},
                                                    {"WR", "WW"},
                                                    {"R", "W", "Wt"},
                                                    {"W", "Wt", "Wt"},
                                                    {"U", "W", "Wt"},
                                                    {"W", "Wc", "S"},
                                                    {"R", "Wtc", "S"}}) {
      const script_set set = set_of(scripts);
      const recipe program = recipe::of<scripted_program<barging>>(set.threads, set);
      const exploration all = explore_keys(search::sleep, program);
      const exploration cached = explore_keys(search::cached, program);
      for (const exploration* x : {&all, &cached}) {
        CPPUNIT_ASSERT_MESSAGE(set.name(), x->result == outcome::complete);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(set.name(), std::uint64_t{0}, x->stats.key_conflicts);
      }
      CPPUNIT_ASSERT_EQUAL_MESSAGE(set.name(), all.stats.states, cached.stats.states);
      CPPUNIT_ASSERT_MESSAGE(set.name(), all.final_states == cached.final_states);
    }
  }

  void of_those_who_come_for_ever() {
    options o;
    o.memory = memory_model::sequential;
    o.failing_weak_exchanges = o.spurious_wakeups = 0;
    for (const std::vector<std::string>& scripts :
         {std::vector<std::string>{"W", "W"}, {"R", "W"}, {"W", "W", "R"}, {"W", "Wt"}}) {
      const script_set set = set_of(scripts).unchecked();
      const exploration x =
          explore_keys(search::graph, recipe::of<forever_program<barging>>(set.threads, set), o);
      CPPUNIT_ASSERT_MESSAGE(set.name(), x.result == outcome::complete);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(set.name(), std::uint64_t{0}, x.stats.key_conflicts);
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(live_locals_test);

} // namespace
} // namespace rwl::verify::test
