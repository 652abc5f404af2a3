// The example of guarded: a cache of configuration.
#include "recording_lock.hpp"

#include "docs/examples/config_cache.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;
using std::string;

struct hand_clock {
  using duration = std::chrono::milliseconds;
  using time_point = std::chrono::time_point<hand_clock, duration>;
  static inline time_point hand;
  static time_point now() { return hand; }
};

class config_cache_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(config_cache_test);
  CPPUNIT_TEST(new_cache_is_empty);
  CPPUNIT_TEST(get_finds_what_was_loaded);
  CPPUNIT_TEST(get_many_reads_under_one_lock);
  CPPUNIT_TEST(reload_replaces_everything);
  CPPUNIT_TEST(load_runs_outside_the_lock);
  CPPUNIT_TEST(load_that_throws_changes_nothing);
  CPPUNIT_TEST(load_that_is_overtaken_changes_nothing);
  CPPUNIT_TEST(age_is_the_time_since_the_load);
  CPPUNIT_TEST_SUITE_END();

  // Tells where it is, since the cache hides its lock.
  class found_lock : public rwl::test::recording_lock {
  public:
    found_lock() { latest = this; }
    static inline recording_lock* latest = nullptr;
  };

  using tested = config_cache<found_lock, hand_clock>;
  using entries = tested::entries;
  using value = tested::value;

  tested cache;
  rwl::test::recording_lock& m = *found_lock::latest;

  void check_calls(const string& expected) { CPPUNIT_ASSERT_EQUAL(expected, m.calls()); }
  bool load(const entries& all) {
    return cache.reload([&] { return all; });
  }

  void new_cache_is_empty() {
    CPPUNIT_ASSERT(!cache.get("host"));
    CPPUNIT_ASSERT(!cache.age());
  }

  void get_finds_what_was_loaded() {
    CPPUNIT_ASSERT(load({{"host", "a"}, {"port", "1"}}));
    CPPUNIT_ASSERT(cache.get("host") == "a");
    CPPUNIT_ASSERT(cache.get("port") == "1");
    CPPUNIT_ASSERT(!cache.get("user"));
    check_calls("lock unlock lock_shared unlock_shared lock_shared unlock_shared "
                "lock_shared unlock_shared");
  }

  void get_many_reads_under_one_lock() {
    load({{"host", "a"}, {"port", "1"}});
    m.calls();
    constexpr std::array<std::string_view, 3> keys{"port", "user", "host"};
    CPPUNIT_ASSERT(cache.get_many(keys) == (std::vector<value>{"1", std::nullopt, "a"}));
    check_calls("lock_shared unlock_shared");
  }

  void reload_replaces_everything() {
    load({{"host", "a"}, {"port", "1"}});
    load({{"host", "b"}});
    CPPUNIT_ASSERT(cache.get("host") == "b");
    CPPUNIT_ASSERT(!cache.get("port"));
  }

  void load_runs_outside_the_lock() {
    cache.reload([&] {
      check_calls("");
      return entries();
    });
    check_calls("lock unlock");
  }

  void load_that_throws_changes_nothing() {
    load({{"host", "a"}});
    hand_clock::hand += 1ms;
    const auto fails = []() -> entries { throw std::runtime_error("no file"); };
    CPPUNIT_ASSERT_THROW(cache.reload(fails), std::runtime_error);
    CPPUNIT_ASSERT(cache.get("host") == "a");
    CPPUNIT_ASSERT(cache.age() == 1ms);
  }

  void load_that_is_overtaken_changes_nothing() {
    const bool older = cache.reload([&] {
      hand_clock::hand += 1ms;
      CPPUNIT_ASSERT(load({{"host", "newer"}}));
      return entries{{"host", "older"}};
    });
    CPPUNIT_ASSERT(!older);
    CPPUNIT_ASSERT(cache.get("host") == "newer");
  }

  void age_is_the_time_since_the_load() {
    cache.reload([] {
      hand_clock::hand += 2ms; // as old as what it read first
      return entries();
    });
    CPPUNIT_ASSERT(cache.age() == 2ms);
    hand_clock::hand += 3ms;
    CPPUNIT_ASSERT(cache.age() == 5ms);
    load({});
    CPPUNIT_ASSERT(cache.age() == 0ms);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(config_cache_test);

} // namespace
