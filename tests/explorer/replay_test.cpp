// A failure is a path of decisions: it can be run again, written down, and made shorter.
#include "script.hpp"

namespace rwl::verify::test {
namespace {

struct shared : registers {
  sync::atomic<int> x{0}, y{0};
  sync::atomic<sync::parker*> waiter{nullptr};
  sync::atomic<int*> memory{nullptr};
  sync::mutex mutex;
  sync::var<int> data{0};
};
using body = script<shared>::body;

void increment(shared& s) {
  s.x.fetch_add(1, relaxed);
  ++s.data;
}
void store_and_look(shared& s) {
  s.x.store(1, relaxed);
  s.r[0] = s.y.load(relaxed);
}
void look_and_check(shared& s) {
  s.y.store(1, relaxed);
  if (s.x.load(relaxed) == 0)
    run::check(s.r[0] != 0, "both saw 0");
}
void park_forever(shared&) {
  sync::parker mine;
  mine.park();
}
void lock_only(shared& s) {
  s.mutex.lock();
  s.x.store(1, relaxed);
}
void unlock_only(shared& s) {
  if (s.x.load(relaxed) == 1)
    s.mutex.unlock();
}
void wait_on_the_stack(shared& s) {
  sync::parker mine;
  s.waiter.store(&mine, release);
  mine.park_until(0);
}
void wake(shared& s) {
  if (sync::parker* p = s.waiter.load(acquire))
    p->unpark();
}
void spin(shared& s) {
  while (s.x.load(relaxed) == 0)
    sync::pause();
}
void allocate(shared& s) { s.memory.store(new int(1), release); }
void free_what_is_there(shared& s) { delete s.memory.exchange(nullptr, acquire); }

struct row {
  const char* kind;
  script<shared> program;
};
const std::vector<row> failures = {{"data race", {{increment, increment}}},
                                   {"assertion", {{store_and_look, look_and_check}}},
                                   {"deadlock", {{increment, park_forever}}},
                                   {"mutex misuse", {{lock_only, unlock_only}}},
                                   {"use after destruction", {{wait_on_the_stack, wake}}},
                                   {"livelock", {{spin, increment}}},
                                   {"leak", {{allocate, free_what_is_there}}}};

options limited() {
  options o;
  o.max_steps = 500;
  return o;
}

// How often a thread runs next that is not the one before.
int switches(const decisions& path) {
  int n = 0, last = 0;
  for (const decision& d : path)
    if (d.is_thread) {
      n += d.value != last;
      last = d.value;
    }
  return n;
}

class replay_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(replay_test);
  CPPUNIT_TEST(failing_path_fails_again);
  CPPUNIT_TEST(written_path_is_read_back);
  CPPUNIT_TEST(trace_shows_what_was_read);
  CPPUNIT_TEST(trace_of_a_deadlock_says_who_waits);
  CPPUNIT_TEST(shorter_path_fails_likewise);
  CPPUNIT_TEST_SUITE_END();

  static exploration fail_by(search how, const row& r) {
    exploration x = explore_by(how, recipe_of(r.program), limited());
    CPPUNIT_ASSERT_EQUAL(std::string(r.kind), result_of(x));
    return x;
  }
  static void expect_failure(const row& r, const exploration& x, const trace& t) {
    CPPUNIT_ASSERT_EQUAL(std::string(r.kind), t.failure_kind);
    CPPUNIT_ASSERT_EQUAL(x.error.message, t.failure_message);
    CPPUNIT_ASSERT(!t.steps.empty());
  }

  void failing_path_fails_again() {
    for (search how : exhaustive)
      for (const row& r : failures) {
        const exploration x = fail_by(how, r);
        const trace t = replay(recipe_of(r.program), limited(), x.path);
        expect_failure(r, x, t);
        if (x.error.kind == "data race") // the last step is the one that fails
          CPPUNIT_ASSERT_EQUAL(x.error.at.line, t.steps.back().at.line);
      }
  }

  void written_path_is_read_back() {
    for (const row& r : failures) {
      const exploration x = fail_by(search::dpor, r);
      decisions path;
      CPPUNIT_ASSERT(parse(to_string(x.path), path));
      CPPUNIT_ASSERT_EQUAL(to_string(x.path), to_string(path));
      expect_failure(r, x, replay(recipe_of(r.program), limited(), path));
    }
    decisions path;
    CPPUNIT_ASSERT(!parse("01?", path));
  }

  void trace_shows_what_was_read() {
    const script<shared> s{{[](shared& m) {
                              m.x.store(1, relaxed);
                              m.x.store(2, relaxed);
                              m.y.store(1, relaxed);
                            },
                            [](shared& m) {
                              sync::await(
                                  m.y, [](int y) { return y == 1; }, relaxed);
                              run::check(m.x.load(relaxed) != 1,
                                         "read the store before the newest");
                            }}};
    const exploration x = explore_by(search::dpor, recipe_of(s));
    const trace t = replay(recipe_of(s), {}, x.path);
    CPPUNIT_ASSERT_EQUAL(std::size_t{5}, t.steps.size());
    const trace_step& load = t.steps.back();
    CPPUNIT_ASSERT_EQUAL(std::string("load"), load.operation);
    CPPUNIT_ASSERT_EQUAL(std::string("relaxed"), load.order);
    CPPUNIT_ASSERT_EQUAL(1, load.thread);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, load.value);
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{1}, load.stale);
    CPPUNIT_ASSERT_EQUAL(std::int32_t{0}, load.reads_from);
    CPPUNIT_ASSERT_EQUAL(t.steps[0].object, load.object);
    CPPUNIT_ASSERT(std::string(load.at.file).ends_with("replay_test.cpp"));
  }

  void trace_of_a_deadlock_says_who_waits() {
    const script<shared> s{{park_forever, lock_only, [](shared& m) {
                              sync::await(
                                  m.x, [](int x) { return x == 1; }, relaxed);
                              m.mutex.lock();
                            }}};
    const exploration x = explore_by(search::dpor, recipe_of(s));
    const trace t = replay(recipe_of(s), {}, x.path);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, t.blocked.size());
    CPPUNIT_ASSERT_EQUAL(std::string("T0 is parked and nobody unparks it"), t.blocked[0]);
    CPPUNIT_ASSERT_EQUAL(std::string("T2 waits for a mutex held by T1"), t.blocked[1]);
  }

  void shorter_path_fails_likewise() {
    for (search how : exhaustive)
      for (const row& r : failures) {
        const exploration x = fail_by(how, r);
        const decisions path = shorten(recipe_of(r.program), limited(), x);
        CPPUNIT_ASSERT(switches(path) <= switches(x.path));
        expect_failure(r, x, replay(recipe_of(r.program), limited(), path));
      }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(replay_test);

} // namespace
} // namespace rwl::verify::test
