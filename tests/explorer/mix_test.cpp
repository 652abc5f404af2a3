// Programs in letters that are given on the command line.
#include "verdicts.hpp"

#include <rwl/rwlock.hpp>
#include <rwl/textbook/naive.hpp>
#include <verify/report/selection.hpp>
#include <verify/scenarios/mixes.hpp>

namespace rwl::verify::test {
namespace {

using first_come = basic_rwlock<rwl::strategy::fifo, explorer_sync>;

class mix_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(mix_test);
  CPPUNIT_TEST(scripts_are_told_from_other_words);
  CPPUNIT_TEST(a_mix_is_explored);
  CPPUNIT_TEST(a_lock_without_the_letters_has_no_check);
  CPPUNIT_TEST_SUITE_END();

  void scripts_are_told_from_other_words() {
    for (const char* scripts : {"R", "RW+U>W+Wt", "Rtc+S", "SRc", "W>U>W>R+r", "R>w+u>w", "WR+WR"})
      CPPUNIT_ASSERT_EQUAL(std::string(scripts), parse_scripts(scripts).name());
    for (const char* scripts : {"", "+", "R+", "X", "Rx", "rt", "Rct", "R>W", "W>W", "W>w", "U>Rt",
                                ">W", "R>", "St", "R+R+R+R+R+R+R"})
      CPPUNIT_ASSERT_THROW_MESSAGE(scripts, parse_scripts(scripts), std::invalid_argument);
  }

  void a_mix_is_explored() {
    const registry locks =
        with_mixes({plan_for<first_come>(follows(strategy::fifo))}, {"RU>W+Rt", "W>R+S"});
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, locks[0].checks.size());
    for (property p : {property::upgrade, property::timeout, property::refinement})
      assert_holds(locks[0], "mix RU>W+Rt", p);
    assert_holds(locks[0], "mix W>R+S", property::downgrade);
  }

  void a_lock_without_the_letters_has_no_check() {
    const lock_info plain = plan_for<textbook::naive<explorer_sync>>();
    CPPUNIT_ASSERT(!plain.mix("R+Wt"));
    CPPUNIT_ASSERT(plain.mix("R+W"));
    CPPUNIT_ASSERT_THROW(with_mixes({plain}, {"R+Wt"}), usage_error);
    CPPUNIT_ASSERT_THROW(with_mixes({plain}, {"R+what"}), usage_error);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(mix_test);

} // namespace
} // namespace rwl::verify::test
