#include <verify/report/near_match.hpp>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::verify {
namespace {

class near_match_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(near_match_test);
  CPPUNIT_TEST(distances);
  CPPUNIT_TEST(finds_mistyped_names);
  CPPUNIT_TEST(finds_parts_of_names);
  CPPUNIT_TEST(keeps_quiet_about_strange_names);
  CPPUNIT_TEST_SUITE_END();

  const std::vector<std::string> names = {"phase_fair", "fifo", "writer_preferring",
                                          "reader_preferring", "forever 1W+2R"};
  using words = std::vector<std::string>;

  void distances() {
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, edit_distance("fifo", "fifo"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, edit_distance("", "fifo"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, edit_distance("fifo", ""));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, edit_distance("fifo", "fiffo"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, edit_distance("fifo", "fiof"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, edit_distance("kitten", "sitting"));
  }

  void finds_mistyped_names() {
    CPPUNIT_ASSERT(near_matches("phase_fare", names) == words{"phase_fair"});
    CPPUNIT_ASSERT(near_matches("fif", names) == words{"fifo"});
    CPPUNIT_ASSERT(near_matches("witer_preferring", names).front() == "writer_preferring");
  }

  void finds_parts_of_names() {
    CPPUNIT_ASSERT(near_matches("preferring", names) ==
                   (words{"writer_preferring", "reader_preferring"}));
    CPPUNIT_ASSERT(near_matches("foreva", names) == words{"forever 1W+2R"});
  }

  void keeps_quiet_about_strange_names() {
    CPPUNIT_ASSERT(near_matches("x", names).empty());
    CPPUNIT_ASSERT(near_matches("seqlock", names).empty());
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(near_match_test);

} // namespace
} // namespace rwl::verify
