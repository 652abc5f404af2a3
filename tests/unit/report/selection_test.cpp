#include "registry.hpp"

namespace rwl::verify {
namespace {

using namespace test;

class selection_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(selection_test);
  CPPUNIT_TEST(everything_of_the_quick_tier);
  CPPUNIT_TEST(by_lock_property_scenario_threads);
  CPPUNIT_TEST(unknown_names_get_a_hint);
  CPPUNIT_TEST(nothing_selected_is_an_error);
  CPPUNIT_TEST_SUITE_END();

  const registry locks = two_locks();
  filter by;

  std::size_t jobs() const { return select(locks, by).jobs.size(); }
  std::string complaint() const {
    try {
      select(locks, by);
    } catch (const usage_error& e) {
      return e.what();
    }
    return "";
  }

  void everything_of_the_quick_tier() {
    CPPUNIT_ASSERT_EQUAL(std::size_t{6}, jobs());
    by.full = true;
    CPPUNIT_ASSERT_EQUAL(std::size_t{8}, jobs());
  }

  void by_lock_property_scenario_threads() {
    by.locks = {"naive"};
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, jobs());
    by.properties = {"MX", "writer-starvation-freedom"};
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, jobs());
    by.properties = {"MX"};
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, jobs());
    by.threads = 2;
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, jobs());
    by = {};
    by.scenarios = {"forever-1W", "W+W"};
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, jobs());
  }

  void unknown_names_get_a_hint() {
    by.locks = {"naive", "phase_fare"};
    CPPUNIT_ASSERT_EQUAL(std::string("no lock is called 'phase_fare'. Did you mean phase_fair? "
                                     "--list shows all."),
                         complaint());
    by = {};
    by.properties = {"mutual-exclusio"};
    CPPUNIT_ASSERT(complaint().find("mutual-exclusion?") != std::string::npos);
    by = {};
    by.scenarios = {"foreva"};
    CPPUNIT_ASSERT(complaint().find("forever 1W+2R?") != std::string::npos);
  }

  void nothing_selected_is_an_error() {
    by.threads = 6;
    CPPUNIT_ASSERT(complaint().find("no check matches") != std::string::npos);
    by = {};
    by.scenarios = {"large"};
    CPPUNIT_ASSERT(complaint().find("--full") != std::string::npos);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(selection_test);

} // namespace
} // namespace rwl::verify
