// What the registry says of a lock is what its checks hold it to.
#include <verify/report/models.hpp>
#include <verify/report/report_files.hpp>
#include <verify/scenarios/check.hpp>

#include <algorithm>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::verify {
namespace {

class registry_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(registry_test);
  CPPUNIT_TEST(who_follows_a_strategy_is_held_to_it);
  CPPUNIT_TEST(models_know_every_strategy_that_is_followed);
  CPPUNIT_TEST_SUITE_END();

  void who_follows_a_strategy_is_held_to_it() {
    for (const lock_info& l : registered_locks()) {
      const bool held = std::ranges::any_of(l.checks, [](const check& c) {
        return std::ranges::count(c.decides, property::refinement) > 0;
      });
      CPPUNIT_ASSERT_EQUAL_MESSAGE(l.name, held, !l.follows.empty());
    }
  }

  void models_know_every_strategy_that_is_followed() {
    const model_verdicts models = parse_model_verdicts(
        read_file(source_tree::of_this_program().root() / "models/matrix/verdicts.tsv"));
    for (const lock_info& l : registered_locks())
      CPPUNIT_ASSERT_MESSAGE(l.name, l.follows.empty() ||
                                         std::ranges::any_of(models, [&](const model_verdict& v) {
                                           return v.strategy == l.follows;
                                         }));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(registry_test);

} // namespace
} // namespace rwl::verify
