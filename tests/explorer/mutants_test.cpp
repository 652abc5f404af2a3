// A small lock that sleeps, and ways to get it wrong. All searches must come to the same verdict on
// each, and the table says which mix of threads it takes to show it.
#include "sections.hpp"

namespace rwl::verify::test {
namespace {

enum class mutation {
  none,
  relaxed_entry,       // a section does not see the one before
  relaxed_read_exit,   // a writer does not see that readers have left
  relaxed_write_exit,  // nobody sees what the writer wrote
  no_wakeup,           // who leaves does not look for sleepers
  reader_wakes_nobody, // nor does a reader
  wakes_one,           // only one of the sleepers is woken
  no_recheck,          // goes to sleep without another look
  stale_recheck,       // looks, but may see what was there before it had registered
  store_by_last_reader // the last reader leaves by a store, as if nobody could have come
};

// inside = -1: a writer; n > 0: n readers. `sleepers` has a bit for each thread that wants to be
// woken at the next exit.
//
//   enter:  until inside can be changed: register in sleepers; look again;
//           if still closed: park, else deregister
//   leave:  change inside; take all sleepers and unpark them
template <mutation m>
class sleeping_lock {
  static constexpr bool is(mutation other) { return m == other; }
  static constexpr std::memory_order enter_order = is(mutation::relaxed_entry) ? relaxed : acquire;
  static constexpr std::memory_order recheck_order =
      is(mutation::stale_recheck) ? relaxed : seq_cst;

public:
  void lock() {
    for (int now = 0; !replace(now, writer); now = 0)
      sleep_while([](int later) { return later != 0; });
  }
  void unlock() {
    inside_.exchange(0, is(mutation::relaxed_write_exit) ? relaxed : seq_cst);
    wake();
  }
  void lock_shared() {
    for (int now = 0; !replace(now, now + 1);)
      if (now == writer) {
        sleep_while([](int later) { return later == writer; });
        now = 0;
      }
  }
  void unlock_shared() {
    if constexpr (is(mutation::store_by_last_reader))
      if (inside_.load(relaxed) == 1) {
        inside_.store(0, seq_cst);
        return wake();
      }
    const int before = inside_.fetch_sub(1, is(mutation::relaxed_read_exit) ? relaxed : seq_cst);
    if (before == 1 && !is(mutation::reader_wakes_nobody))
      wake();
  }

private:
  static constexpr int writer = -1;

  bool replace(int& expected, int desired) {
    return inside_.compare_exchange_strong(expected, desired, enter_order, relaxed);
  }

  template <class Closed>
  void sleep_while(Closed closed) {
    const unsigned mine = 1u << run::thread();
    sleepers_.fetch_or(mine, recheck_order);
    const bool must_wait = is(mutation::no_recheck) || closed(inside_.load(recheck_order));
    // Who is no longer among the sleepers has a token coming.
    if (must_wait || !(sleepers_.fetch_and(~mine, relaxed) & mine))
      parkers_[run::thread()].park();
  }
  void wake() {
    if (is(mutation::no_wakeup))
      return;
    unsigned asleep = sleepers_.exchange(0, seq_cst);
    for (int t = 0; asleep; ++t, asleep >>= 1)
      if (asleep & 1) {
        parkers_[t].unpark();
        if (is(mutation::wakes_one))
          return;
      }
  }

  sync::atomic<int> inside_{0};
  sync::atomic<unsigned> sleepers_{0};
  sync::parker parkers_[thread_limit];
};

// A mutant and what each mix of threads shows of it; "" means that it shows nothing.
struct row {
  const char* name;
  recipe (*with)(const mix&);
  std::string w1r1, w2, w1r2, w2r1;
};
template <mutation m>
constexpr auto lock_with = sections_of<sleeping_lock<m>>;

const std::string race = "data race", stuck = "deadlock", fine;
const row rows[] = {
    {"none", lock_with<mutation::none>, fine, fine, fine, fine},
    {"relaxed entry", lock_with<mutation::relaxed_entry>, race, race, race, race},
    {"relaxed read exit", lock_with<mutation::relaxed_read_exit>, race, fine, race, race},
    {"relaxed write exit", lock_with<mutation::relaxed_write_exit>, race, race, race, race},
    {"no wake-up", lock_with<mutation::no_wakeup>, stuck, stuck, stuck, stuck},
    {"reader wakes nobody", lock_with<mutation::reader_wakes_nobody>, stuck, fine, stuck, stuck},
    {"wakes one", lock_with<mutation::wakes_one>, fine, fine, stuck, stuck},
    {"no recheck", lock_with<mutation::no_recheck>, stuck, stuck, stuck, stuck},
    {"stale recheck", lock_with<mutation::stale_recheck>, stuck, stuck, stuck, stuck},
    {"store by last reader", lock_with<mutation::store_by_last_reader>, fine, fine, race, fine}};

class mutants_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(mutants_test);
  CPPUNIT_TEST(two_threads_show_the_same_in_every_search);
  CPPUNIT_TEST(three_threads_show_the_same_in_every_reduced_search);
  CPPUNIT_TEST_SUITE_END();

  static void expect_kind(const row& r, const mix& threads, const std::string& kind, search how) {
    const exploration x = explore_by(how, r.with(threads));
    const std::string what = std::string(r.name) + ", " + std::to_string(threads.writers) + "W" +
                             std::to_string(threads.readers) + "R, " + std::string(name(how));
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, kind, x.error.kind);
    CPPUNIT_ASSERT_MESSAGE(what, x.result == (kind.empty() ? outcome::complete : outcome::failed));
  }

  void two_threads_show_the_same_in_every_search() {
    for (const row& r : rows)
      for (search how : {search::full, search::sleep, search::dpor, search::cached}) {
        expect_kind(r, one_writer_one_reader, r.w1r1, how);
        expect_kind(r, two_writers, r.w2, how);
      }
  }

  void three_threads_show_the_same_in_every_reduced_search() {
    for (const row& r : rows)
      for (search how : {search::sleep, search::dpor, search::cached}) {
        expect_kind(r, one_writer_two_readers, r.w1r2, how);
        expect_kind(r, two_writers_one_reader, r.w2r1, how);
      }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(mutants_test);

} // namespace
} // namespace rwl::verify::test
