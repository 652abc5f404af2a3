// What judges the mutants: the record of who is killed by what, and the comments on orders.
#include <verify/mutate/comments.hpp>
#include <verify/mutate/record.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace rwl::verify::mutate {
namespace {

namespace fs = std::filesystem;

class mutant_record_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(mutant_record_test);
  CPPUNIT_TEST(what_is_as_recorded_is_fine);
  CPPUNIT_TEST(a_survivor_needs_a_reason);
  CPPUNIT_TEST(a_change_of_fate_is_noticed);
  CPPUNIT_TEST(a_mutant_that_vanished_is_noticed_if_all_were_tried);
  CPPUNIT_TEST(reasons_outlive_an_update);
  CPPUNIT_TEST(a_comment_names_the_killer_of_its_own_order);
  CPPUNIT_TEST(an_order_that_was_never_met_is_noticed);
  CPPUNIT_TEST_SUITE_END();

public:
  void setUp() override {
    root_ = fs::temp_directory_path() / ("rwl_mutants_" + std::to_string(getpid()));
    fs::create_directories(root_ / "lib/rwl");
    killer_.lock = "fifo";
    killer_.scenario = "mix R+W";
  }
  void tearDown() override { fs::remove_all(root_); }

private:
  mutant weaker(std::uint32_t line = 1) {
    mutant m{"lock.hpp enter load", "acquire -> relaxed", {}, {}};
    m.what.what = defect::weaker_order;
    m.what.at.file = (root_ / "lib/rwl/lock.hpp").string();
    m.what.at.line = line;
    return m;
  }
  verdict_on_mutant killed() const {
    verdict_on_mutant v;
    v.killed = kill{&killer_, "data-race-freedom", 25, 0};
    return v;
  }
  void write_source(const char* text) const { std::ofstream(root_ / "lib/rwl/lock.hpp") << text; }

  void what_is_as_recorded_is_fine() {
    const record r = updated({}, {weaker()}, {killed()});
    CPPUNIT_ASSERT(differences(r, {weaker()}, {killed()}, true).empty());
    CPPUNIT_ASSERT(differences(parse_record(record_text(r)), {weaker()}, {killed()}, true).empty());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, score_of(r).orders_killed);
  }

  void a_survivor_needs_a_reason() {
    record r = updated({}, {weaker()}, {{}});
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, differences(r, {weaker()}, {{}}, true).size());
    r[weaker().site][weaker().mutation].reason = "nobody reads it";
    CPPUNIT_ASSERT(differences(r, {weaker()}, {{}}, true).empty());
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, score_of(r).orders_killed);
  }

  void a_change_of_fate_is_noticed() {
    const record known = updated({}, {weaker()}, {killed()});
    record survived = updated({}, {weaker()}, {{}});
    survived[weaker().site][weaker().mutation].reason = "nobody reads it";
    verdict_on_mutant later = killed();
    later.killed->executions = 26;
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, differences(known, {weaker()}, {{}}, true).size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, differences(known, {weaker()}, {later}, true).size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                         differences(survived, {weaker()}, {killed()}, true).size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, differences({}, {weaker()}, {killed()}, true).size());
  }

  void a_mutant_that_vanished_is_noticed_if_all_were_tried() {
    const record r = updated({}, {weaker()}, {killed()});
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, differences(r, {}, {}, true).size());
    CPPUNIT_ASSERT(differences(r, {}, {}, false).empty());
  }

  void reasons_outlive_an_update() {
    record r = updated({}, {weaker()}, {{}});
    r[weaker().site][weaker().mutation].reason = "nobody reads it";
    const record again = updated(r, {weaker()}, {{}});
    CPPUNIT_ASSERT_EQUAL(std::string("nobody reads it"), find(again, weaker())->reason);
    CPPUNIT_ASSERT_EQUAL(std::string(), find(updated(r, {weaker()}, {killed()}), weaker())->reason);
  }

  void a_comment_names_the_killer_of_its_own_order() {
    write_source("// Acquire [mix R+W]: pairs with\n"
                 "// the release.\n"
                 "word_.load(std::memory_order_acquire);\n"
                 "// Acquire: pairs with the release.\n"
                 "word_.load(std::memory_order_acquire);\n");
    source_tree sources(root_);
    CPPUNIT_ASSERT(unnamed_killers({weaker(3)}, {killed()}, sources).empty());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, unnamed_killers({weaker(5)}, {killed()}, sources).size());
  }

  void an_order_that_was_never_met_is_noticed() {
    write_source("word_.load(std::memory_order_relaxed);\n"
                 "word_.load(\n"
                 "  std::memory_order_acquire);\n"
                 "\n"
                 "\n"
                 "word_.store(1, std::memory_order_release);\n");
    source_tree sources(root_);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, orders_not_met({}, sources).size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, orders_not_met({weaker(2)}, sources).size());
    CPPUNIT_ASSERT(orders_not_met({weaker(2), weaker(6)}, sources).empty());
  }

  fs::path root_;
  check killer_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(mutant_record_test);

} // namespace
} // namespace rwl::verify::mutate
