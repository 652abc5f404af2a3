// The list of behaviours that the tests of other lock libraries check: each is shown here by every
// lock that offers the features, or it is said why not.
#include "table.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::test {
namespace {

struct item {
  std::string_view id;
  std::string_view behaviour;
  std::string_view shown_by = {};      // a test elsewhere in this binary
  std::string_view not_shown_for = {}; // the reason
};

constexpr item list[] = {
    {"M1", "a new lock is free in either mode"},
    {"M2", "readers are inside together"},
    {"M3", "a writer excludes readers and writers"},
    {"M4", "a reader excludes writers and admits readers"},
    {"M5", "readers and writers never overlap, and readers do"},
    {"M6", "the lock tells the mode in which it is held"},
    {"M7", "guards hold the lock inside and release it outside"},
    {"M8", "an exception inside a guard releases either mode"},
    {"M10", "a soak of all operations keeps the value exact"},
    {"M12", "printing shows the state"},
    {"E1", "a nested write is free at the outermost unlock"},
    {"E2", "nested reads, of several threads at once"},
    {"E3", "a read inside a write; others are excluded"},
    {"E5", "a write, then a read: both are told, and the read outlives the write"},
    {.id = "E6",
     .behaviour = "an uncontended read looks up no owner",
     .shown_by = "holdings_test::E6_plain_lock_asks_nobody_who_he_is"},
    {"U1", "read to write fails at once and changes nothing"},
    {"U2", "a downgrade admits readers, refuses an upgrade, and its release frees"},
    {"U3", "a downgrade by another than the owner is refused"},
    {"U4", "a downgrade wakes a queued reader"},
    {"U5", "a downgrade of a nested write is refused"},
    {"U6", "downgrade and release by hand leave the lock as new"},
    {"U8", "readers preferred: a downgrade admits readers though a writer waits"},
    {"U10", "scope exit after a downgrade releases the read side"},
    {"U11", "downgrades against concurrent readers"},
    {"U12", "a downgrade moves ownership from guard to guard, and needs it"},
    {"U13", "write and reads: the reads outlive the write, and cannot be upgraded"},
    {"T1", "a timed request gives up in time"},
    {"T3", "timed and untimed requests mix"},
    {"T4", "a timed wait gives up in time; with a predicate it tells its value"},
    {"C1", "a cancelled request leaves no trace"},
    {"C3", "a cancelled reader leaves the other readers waiting"},
    {"C4", "cancelled at the moment of entry: in or out"},
    {"C6", "one of two waiting writers is cancelled, the other proceeds"},
    {"C7", "a cancelled wait holds the lock again before it returns"},
    {"C8", "a cancelled writer readmits readers; a notification is passed on"},
    {"V1", "waiting without the lock is an error"},
    {"V2", "a notification wakes one"},
    {"V3", "notify_all wakes five, and a hundred"},
    {"V4", "notify(2) of four wakes exactly two"},
    {.id = "V7",
     .behaviour = "conditions with every strategy",
     .not_shown_for = "V1 to V4 run over every lock that conditions can wait with"},
    {"F3", "who is let in after a writer"},
    {"F4", "a writer gets in against looping readers"},
    {"F5", "a reader gets in against looping writers; how many pass is bounded"},
    {"D1", "the lock object is a mutex"},
    {.id = "D2",
     .behaviour = "an adapter of a recursive mutex tells the truth",
     .shown_by = "exclusive_adapter_test::recursive_inner_lock_reports_until_the_outermost_unlock"},
    {.id = "D3",
     .behaviour = "the constructor keeps the lock that it is given",
     .shown_by = "exclusive_adapter_test::constructor_keeps_the_injected_lock"},
    {.id = "D4",
     .behaviour = "threads load no coroutines, and conversely",
     .not_shown_for = "what a header includes is checked without a run: make check"},
    {.id = "D5",
     .behaviour = "a plain guard over an asynchronous lock is an error",
     .not_shown_for = "of Python; here it does not compile, or threads and coroutines share it"},
    {.id = "D6",
     .behaviour = "binding to an event loop",
     .not_shown_for = "of Python; a lock here is bound to no loop"},
    {"X1", "release of what is not held is an error"},
    {"X2", "release by another thread is refused"},
    {"L2", "nothing is left behind: no waiter, no owner"},
};

std::string_view id_of(std::string_view behaviour) {
  return behaviour.substr(0, behaviour.find('_'));
}

void collect_names(CppUnit::Test& test, std::set<std::string>& names) {
  names.insert(test.getName());
  for (int i = 0; i < test.getChildTestCount(); ++i)
    collect_names(*test.getChildTestAt(i), names);
}

std::set<std::string> all_tests() {
  std::set<std::string> names;
  const std::unique_ptr<CppUnit::Test> all(CppUnit::TestFactoryRegistry::getRegistry().makeTest());
  collect_names(*all, names);
  return names;
}

class behaviours_list_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(behaviours_list_test);
  CPPUNIT_TEST(every_behaviour_is_shown_or_says_why_not);
  CPPUNIT_TEST(every_test_shows_a_behaviour_of_the_list);
  CPPUNIT_TEST(every_test_runs_over_some_lock);
  CPPUNIT_TEST(every_lock_shows_what_all_locks_do);
  CPPUNIT_TEST_SUITE_END();

  static bool runs_over_some_lock(const behaviour& b) {
    return std::ranges::any_of(all_locks(), [&b](const entry& e) { return b.applies_to(e); });
  }
  static bool runs(std::string_view id) {
    return std::ranges::any_of(all_behaviours(), [id](const behaviour& b) {
      return id_of(b.name) == id && runs_over_some_lock(b);
    });
  }

  void every_behaviour_is_shown_or_says_why_not() {
    const std::set<std::string> tests = all_tests();
    const auto is_test = [&tests](std::string_view name) {
      return std::ranges::any_of(tests, [name](const std::string& t) { return t.ends_with(name); });
    };
    for (const item& b : list) {
      const bool elsewhere = !b.shown_by.empty() && is_test(b.shown_by);
      CPPUNIT_ASSERT_MESSAGE("nothing shows " + std::string(b.id),
                             runs(b.id) || elsewhere || !b.not_shown_for.empty());
    }
  }

  void every_test_shows_a_behaviour_of_the_list() {
    for (const behaviour& b : all_behaviours())
      CPPUNIT_ASSERT_MESSAGE(b.name, std::ranges::count(list, id_of(b.name), &item::id) == 1);
  }

  void every_test_runs_over_some_lock() {
    for (const behaviour& b : all_behaviours())
      CPPUNIT_ASSERT_MESSAGE(b.name, runs_over_some_lock(b));
  }

  void every_lock_shows_what_all_locks_do() {
    for (const entry& lock : all_locks())
      for (const std::string_view id : {"M1", "M3", "M4", "M5", "M7", "M8", "M10", "D1", "L2"})
        CPPUNIT_ASSERT_MESSAGE(lock.name,
                               std::ranges::any_of(all_behaviours(), [&](const behaviour& b) {
                                 return id_of(b.name) == id && b.applies_to(lock);
                               }));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(behaviours_list_test);

} // namespace
} // namespace rwl::test
