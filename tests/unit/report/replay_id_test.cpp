#include "registry.hpp"

#include <verify/report/replay_id.hpp>

namespace rwl::verify {
namespace {

using namespace test;

class replay_id_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(replay_id_test);
  CPPUNIT_TEST(runs_are_shortened);
  CPPUNIT_TEST(runs_come_back);
  CPPUNIT_TEST(malformed_runs);
  CPPUNIT_TEST(slugs_need_no_quotes);
  CPPUNIT_TEST(ids_come_back);
  CPPUNIT_TEST(malformed_ids);
  CPPUNIT_TEST_SUITE_END();

  void runs_are_shortened() {
    CPPUNIT_ASSERT_EQUAL(std::string(""), compress_runs(""));
    CPPUNIT_ASSERT_EQUAL(std::string("01a"), compress_runs("01a"));
    CPPUNIT_ASSERT_EQUAL(std::string("0B1Aa"), compress_runs("00011a"));
    CPPUNIT_ASSERT_EQUAL(std::string("0Z"), compress_runs(std::string(27, '0')));
    CPPUNIT_ASSERT_EQUAL(std::string("0AA"), compress_runs(std::string(28, '0')));
  }

  void runs_come_back() {
    for (std::size_t length : {1u, 2u, 26u, 27u, 28u, 29u, 700u, 703u, 704u, 20'000u}) {
      const std::string path = "2" + std::string(length, '0') + "b";
      CPPUNIT_ASSERT_EQUAL(path, expand_runs(compress_runs(path)).value());
    }
  }

  void malformed_runs() {
    CPPUNIT_ASSERT(!expand_runs("A0"));
    CPPUNIT_ASSERT(!expand_runs("0ZZZZZZZZZZZZZZZZZZZZ"));
  }

  void slugs_need_no_quotes() {
    CPPUNIT_ASSERT_EQUAL(std::string("forever-1W+2R"), slug("forever 1W+2R"));
    CPPUNIT_ASSERT_EQUAL(std::string("a-b-c"), slug("a (b) $c;"));
  }

  void ids_come_back() {
    const check c = made_up_check("phase_fair", "forever 1W+2R", {});
    counterexample e = made_up_starvation();
    const std::string starvation = to_string(id_of(c, e));
    CPPUNIT_ASSERT_EQUAL(std::string("phase_fair:forever-1W+2R:1.0B"), starvation);
    const auto id = parse_replay_id(starvation);
    CPPUNIT_ASSERT(id);
    CPPUNIT_ASSERT_EQUAL(std::string("phase_fair"), id->lock);
    CPPUNIT_ASSERT_EQUAL(std::string("forever-1W+2R"), id->scenario);
    CPPUNIT_ASSERT_EQUAL(std::string("1000"), to_string(id->path));
    CPPUNIT_ASSERT_EQUAL(e.cycle_begin, first_step_from(e.steps, id->cycle_begin));

    e.cycle_begin = e.steps.steps.size();
    const std::string plain = to_string(id_of(c, e));
    CPPUNIT_ASSERT_EQUAL(std::string("phase_fair:forever-1W+2R:10B"), plain);
    CPPUNIT_ASSERT_EQUAL(e.cycle_begin,
                         first_step_from(e.steps, parse_replay_id(plain)->cycle_begin));

    e.variant = 0x20000000a;
    const std::string varied = to_string(id_of(c, e));
    CPPUNIT_ASSERT_EQUAL(plain + ":20000000a", varied);
    CPPUNIT_ASSERT_EQUAL(e.variant, parse_replay_id(varied)->variant);
  }

  void malformed_ids() {
    for (const char* text : {"", "x", "lock:0", "lock:scenario:0!", "lock:scenario:A", "a:b:0.1.0",
                             "a:b:0:x", "a:b:0:1:2"})
      CPPUNIT_ASSERT_MESSAGE(text, !parse_replay_id(text));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(replay_id_test);

} // namespace
} // namespace rwl::verify
