// Asymmetric fences (membarrier): mutual exclusion by flags, where one side pays for both.
#include "script.hpp"

namespace rwl::verify::test {
namespace {

struct shared : registers {
  sync::atomic<int> reading{0}, revoked{0};
  sync::mutex mutex;
  sync::var<int> data{0};
};

using fence = void (*)();
void none() {}
void light() { sync::fence_light(); }
void heavy() { sync::fence_heavy(); }
void own() { machine::fence(sync::here()); }

// Dekker's handshake: raise my flag, then look at the other's; inside if it is down.
template <fence between>
void enter_if_unrevoked(shared& s) {
  s.reading.store(1, relaxed);
  between();
  if (s.revoked.load(acquire) == 0)
    ++s.data;
  s.reading.store(0, release);
}
template <fence between>
void revoke_and_enter_if_unread(shared& s) {
  s.revoked.store(1, relaxed);
  between();
  if (s.reading.load(acquire) == 0)
    ++s.data;
}

// A biased lock: readers announce themselves without a mutex until a writer takes that right away.
template <fence between>
void read_biased(shared& s) {
  s.reading.store(1, relaxed);
  between();
  if (s.revoked.load(acquire) == 0) {
    s.r[0] = s.data;
    s.reading.store(0, release);
    return;
  }
  s.reading.store(0, relaxed);
  sync::unique_lock guard{s.mutex};
  s.r[0] = s.data;
}
template <fence between>
void write_biased(shared& s) {
  sync::unique_lock guard{s.mutex};
  s.revoked.store(1, relaxed);
  between();
  sync::await(
      s.reading, [](int r) { return r == 0; }, acquire);
  s.data = 1;
}

class fence_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(fence_test);
  CPPUNIT_TEST(dekker);
  CPPUNIT_TEST(biased_lock);
  CPPUNIT_TEST(plain_accesses_must_be_steps_for_a_fence_to_strike_between);
  CPPUNIT_TEST(fences_must_be_asked_for);
  CPPUNIT_TEST_SUITE_END();

  using body = script<shared>::body;
  struct row {
    const char* name;
    body light_side, heavy_side;
    const char* result;
  };

  // A remote fence strikes between any two accesses, plain ones included.
  template <class Table>
  static void expect_each(const Table& table) {
    for (const row& r : table)
      for (bool plain_steps : {false, true}) {
        options o;
        o.fences = true;
        o.plain_steps = plain_steps;
        expect(r.name, r.result, script<shared>{{r.light_side, r.heavy_side}}, o);
      }
  }

  void dekker() {
    const row table[] = {
        {"light, heavy", enter_if_unrevoked<light>, revoke_and_enter_if_unread<heavy>, ""},
        {"own, own", enter_if_unrevoked<own>, revoke_and_enter_if_unread<own>, ""},
        {"light, light", enter_if_unrevoked<light>, revoke_and_enter_if_unread<light>, "data race"},
        {"light, own", enter_if_unrevoked<light>, revoke_and_enter_if_unread<own>, "data race"},
        {"heavy, none", enter_if_unrevoked<heavy>, revoke_and_enter_if_unread<none>, ""},
        {"heavy, heavy", enter_if_unrevoked<heavy>, revoke_and_enter_if_unread<heavy>, ""},
        {"none", enter_if_unrevoked<none>, revoke_and_enter_if_unread<none>, "data race"}};
    expect_each(table);
  }

  void biased_lock() {
    const row table[] = {{"light, heavy", read_biased<light>, write_biased<heavy>, "0 1"},
                         {"own, own", read_biased<own>, write_biased<own>, "0 1"},
                         {"light, own", read_biased<light>, write_biased<own>, "data race"},
                         {"light, light", read_biased<light>, write_biased<light>, "data race"}};
    expect_each(table);
  }

  // The fence may strike after the flag and before the data, which no visible step separates.
  void plain_accesses_must_be_steps_for_a_fence_to_strike_between() {
    const script<shared> s{{[](shared& m) {
                              m.reading.store(1, relaxed);
                              m.data = 1;
                            },
                            [](shared& m) {
                              m.r[0] = 0;
                              if (m.reading.load(relaxed) == 1) {
                                sync::fence_heavy();
                                m.r[0] = m.data;
                              }
                            }}};
    options o;
    o.fences = true;
    expect("plain accesses are no steps", "0 1", s, o);
    o.plain_steps = true;
    expect("plain accesses are steps", "data race", s, o);
  }

  void fences_must_be_asked_for() {
    expect("without options::fences", "assertion", script<shared>{{[](shared&) { heavy(); }}});
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(fence_test);

} // namespace
} // namespace rwl::verify::test
