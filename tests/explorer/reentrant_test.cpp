// reentrant<L> explored: nested requests behind waiting writers, writes that end above reads, and
// requests that would wait for their own caller.
#include "script.hpp"
#include "verify/scenarios/reentrancy.hpp"

#include <rwl/checked.hpp>
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>

namespace rwl::verify {

namespace {

nesting_set scripts(std::initializer_list<const char*> texts, strategy follows) {
  nesting_set set;
  set.held_to = {true, follows};
  for (const char* text : texts)
    set.scripts[static_cast<std::size_t>(set.threads++)] = text;
  return set;
}

std::string name(const nesting_set& set) {
  std::string text;
  for (int t = 0; t < set.threads; ++t)
    text += (t ? " " : "") + set.scripts[static_cast<std::size_t>(t)];
  return text;
}

// Counts, but does not let in by counting.
class forgetful : public basic_rwlock<rwl::strategy::phase_fair, explorer_sync> {
  using base = basic_rwlock<rwl::strategy::phase_fair, explorer_sync>;
  struct holds {
    std::uint32_t reads = 0, writes = 0;
  };
  static holds& mine() { return explorer_sync::tls<holds>::get(); }

public:
  void lock() {
    base::lock();
    ++mine().writes;
  }
  void unlock() {
    --mine().writes;
    base::unlock();
  }
  void lock_shared() {
    base::lock_shared();
    ++mine().reads;
  }
  void unlock_shared() {
    --mine().reads;
    base::unlock_shared();
  }
  std::uint32_t held_shared() const { return mine().reads; }
  std::uint32_t held_upgradeable() const { return 0; }
  std::uint32_t held_exclusively() const { return mine().writes; }
};

// Lets others write before it reads on.
struct torn_downgrade : basic_rwlock<rwl::strategy::phase_fair, explorer_sync> {
  void unlock_and_lock_shared() {
    unlock();
    lock_shared();
  }
};

template <class Lock>
std::string failure_of(std::initializer_list<const char*> texts) {
  nesting_set set = scripts(texts, strategy::phase_fair);
  set.held_to.specified = false;
  const recipe what = recipe::of<nesting_program<Lock>>(set.threads, set);
  const exploration x = test::explore_by(search::cached, what);
  return x.error.kind + ": " + x.error.message;
}

class nesting_program_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(nesting_program_test);
  CPPUNIT_TEST(finds_a_nested_read_that_waits_behind_a_writer);
  CPPUNIT_TEST(finds_a_torn_downgrade);
  CPPUNIT_TEST_SUITE_END();

  void finds_a_nested_read_that_waits_behind_a_writer() {
    const std::string found = failure_of<forgetful>({"RRrr", "Ww"});
    CPPUNIT_ASSERT_MESSAGE(found, found.starts_with("deadlock"));
  }
  void finds_a_torn_downgrade() {
    const std::string found = failure_of<reentrant<torn_downgrade>>({"WRwr", "Ww"});
    CPPUNIT_ASSERT_MESSAGE(found, found.starts_with("assertion: atomicity"));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(nesting_program_test);

template <class Lock, strategy follows>
class reentrant_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(reentrant_test);
  CPPUNIT_TEST(nested_read_passes_a_waiting_writer);
  CPPUNIT_TEST(nested_writes_and_reads_exclude_all_others);
  CPPUNIT_TEST(write_that_ends_above_reads_is_atomic);
  CPPUNIT_TEST(upgradeable_mode_is_nested);
  CPPUNIT_TEST(refused_request_changes_nothing);
  CPPUNIT_TEST(three_threads);
  CPPUNIT_TEST_SUITE_END();

  using program = nesting_program<Lock>;

  // Both searches, which reduce in different ways, go through all executions and reach the same
  // final states; the witnesses are those of the one that sees every state.
  static exploration holds(std::initializer_list<const char*> texts) {
    const nesting_set set = scripts(texts, follows);
    const recipe what = recipe::of<program>(set.threads, set);
    options o;
    o.check_keys = true;
    const exploration cached = test::explore_by(search::cached, what, o);
    const exploration reduced = test::explore_by(search::dpor, what, o);
    for (const exploration* x : {&cached, &reduced}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(name(set), std::string(), x->error.kind + x->error.message);
      CPPUNIT_ASSERT_MESSAGE(name(set), x->result == outcome::complete);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(name(set), std::uint64_t{0}, x->stats.key_conflicts);
    }
    CPPUNIT_ASSERT_MESSAGE(name(set), cached.final_states == reduced.final_states);
    return cached;
  }

  void nested_read_passes_a_waiting_writer() {
    CPPUNIT_ASSERT(holds({"RRrr", "Ww"}).witnessed(evidence::nested_behind_writer));
    CPPUNIT_ASSERT(holds({"RRrr", "RRrr"}).witnessed(evidence::nested_beside_reader));
  }
  void nested_writes_and_reads_exclude_all_others() {
    CPPUNIT_ASSERT(holds({"WWww", "Rr"}).witnessed(evidence::reader_waited));
    holds({"WRrw", "WWww"});
  }
  void write_that_ends_above_reads_is_atomic() {
    CPPUNIT_ASSERT(holds({"WRwr", "Ww"}).witnessed(evidence::writer_waited));
    holds({"WRRwrr", "Rr"});
    holds({"WDr", "Ww"});
  }
  void upgradeable_mode_is_nested() {
    holds({"URur", "Ww"});
    holds({"UXURwur", "Rr"});
    holds({"WUwu", "RRrr"});
  }
  void refused_request_changes_nothing() {
    CPPUNIT_ASSERT(holds({"R!r", "Ww"}).witnessed(evidence::report_heard));
    holds({"U!u", "Ww"});
    holds({"R?r", "RRrr"});
  }
  void three_threads() {
    CPPUNIT_ASSERT(holds({"RRrr", "Ww", "Rr"}).witnessed(evidence::nested_behind_writer));
    holds({"RRrr", "Ww", "Ww"});
    holds({"WRwr", "Ww", "Rr"});
    holds({"RRrr", "WWww", "R!r"});
    holds({"RRrr", "WRwr", "URur"});
  }
};

template <class Strategy>
using owned = reentrant<basic_rwlock<Strategy, explorer_sync>>;

using phase_fair_test = reentrant_test<owned<rwl::strategy::phase_fair>, strategy::phase_fair>;
using writer_preferring_test =
    reentrant_test<owned<rwl::strategy::writer_preferring>, strategy::writer_preferring>;
using reader_preferring_test =
    reentrant_test<owned<rwl::strategy::reader_preferring>, strategy::reader_preferring>;
using fifo_test = reentrant_test<owned<rwl::strategy::fifo>, strategy::fifo>;
using checked_test =
    reentrant_test<checked<owned<rwl::strategy::phase_fair>, no_lock_order>, strategy::phase_fair>;
CPPUNIT_TEST_SUITE_REGISTRATION(checked_test);
CPPUNIT_TEST_SUITE_REGISTRATION(phase_fair_test);
CPPUNIT_TEST_SUITE_REGISTRATION(reader_preferring_test);
CPPUNIT_TEST_SUITE_REGISTRATION(fifo_test);
CPPUNIT_TEST_SUITE_REGISTRATION(writer_preferring_test);

} // namespace

} // namespace rwl::verify
