// Stop tokens and deadlines: as in std, whatever the interleaving, and in few states.
#include "script.hpp"

#include <chrono>
#include <optional>

namespace rwl::verify::test {
namespace {

struct room : registers {
  sync::stop_source source;
  sync::atomic<int> x{0}, y{0};
  sync::var<int> data{0};
  sync::parker parker;
  ghost done;

  sync::stop_token token() { return source.get_token(); }
};
struct stopped_room : room {
  stopped_room() { source.request_stop(); }
};
using body = script<room>::body;

// Every exhaustive search comes to this result, and the key tells its states apart.
template <class State>
void expect_stop(const std::string& program, const std::string& result, const script<State>& s) {
  options o;
  o.check_keys = true;
  std::optional<std::uint64_t> states;
  for (search how : exhaustive) {
    const std::string what = program + ", " + std::string(name(how));
    const exploration x = explore_by(how, recipe_of(s), o);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, result, result_of(x));
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::uint64_t{0}, x.stats.key_conflicts);
    if (x.result == outcome::failed || how == search::dpor)
      continue; // has not seen all states
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, states.value_or(x.stats.states), x.stats.states);
    states = x.stats.states;
  }
}

const body stop = [](room& s) { s.source.request_stop(); };

int await_positive(const sync::atomic<int>& a) {
  return sync::await(
      a, [](int value) { return value > 0; }, acquire);
}

// Destroys its own registration.
struct end_own_registration {
  std::optional<sync::stop_callback<end_own_registration>>* own;
  void operator()() const { own->reset(); }
};

class stop_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(stop_test);
  CPPUNIT_TEST(token_of_no_source_is_never_stopped);
  CPPUNIT_TEST(callback_runs_exactly_once);
  CPPUNIT_TEST(callback_runs_at_once_after_the_stop);
  CPPUNIT_TEST(stop_may_precede_all_threads);
  CPPUNIT_TEST(callback_that_was_taken_back_never_runs);
  CPPUNIT_TEST(callbacks_run_in_the_thread_that_stops);
  CPPUNIT_TEST(callbacks_run_in_order_without_those_taken_back);
  CPPUNIT_TEST(destructor_waits_for_the_running_callback);
  CPPUNIT_TEST(frame_of_a_callback_outlives_it);
  CPPUNIT_TEST(destructor_waits_for_no_other_callback);
  CPPUNIT_TEST(callback_may_end_its_own_registration);
  CPPUNIT_TEST(callback_may_register_and_request);
  CPPUNIT_TEST(only_the_first_request_succeeds);
  CPPUNIT_TEST(what_precedes_the_request_is_seen);
  CPPUNIT_TEST(stop_ends_a_park);
  CPPUNIT_TEST(deadline_may_pass_at_any_point);
  CPPUNIT_TEST(endless_registration_has_few_states);
  CPPUNIT_TEST_SUITE_END();

  void token_of_no_source_is_never_stopped() {
    expect_stop("no source", "00", script<room>{{[](room& s) {
                  const sync::stop_token none;
                  stop_callback never(none, [&s] { s.r[2] = 1; });
                  s.r[0] = none.stop_possible();
                  s.r[1] = none.stop_requested();
                }}});
    expect_stop("a source", "101", script<room>{{[](room& s) {
                  s.r[0] = s.token().stop_possible();
                  s.r[1] = s.token().stop_requested();
                  s.source.request_stop();
                  s.r[2] = s.token().stop_requested();
                }}});
  }

  // ---- when it runs

  void callback_runs_exactly_once() {
    const body await_the_call = [](room& s) {
      stop_callback count(s.token(), [&s] { s.x.fetch_add(1, release); });
      await_positive(s.x);
    };
    const body counted = [](room& s) { s.r[0] = s.x.peek(); };
    expect_stop("before or after registration", "1", script<room>{{await_the_call, stop}, counted});

    const body come_and_go = [](room& s) {
      stop_callback count(s.token(), [&s] { s.x.fetch_add(1, release); });
    };
    expect_stop("before, during or after registration", "0 1",
                script<room>{{come_and_go, stop}, counted});
    expect_stop("two callbacks", "0 1 2", script<room>{{come_and_go, come_and_go, stop}, counted});
  }

  void callback_runs_at_once_after_the_stop() {
    expect_stop("in the constructor", "01", script<room>{{[](room& s) {
                  s.source.request_stop();
                  s.r[0] = s.x.peek();
                  stop_callback late(s.token(), [&s] { s.x.store(1, relaxed); });
                  s.r[1] = s.x.peek();
                }}});
    expect_stop("here or there", "0 1",
                script<room>{{[](room& s) {
                                stop_callback mark(s.token(), [&s] {
                                  s.r[0] = sync::self();
                                  s.x.store(1, release);
                                });
                                await_positive(s.x);
                              },
                              stop}});
  }

  void stop_may_precede_all_threads() {
    expect_stop("stopped before", "11",
                script<stopped_room>{
                    {[](stopped_room& s) { stop_callback late(s.token(), [&s] { s.r[0] = 1; }); },
                     [](stopped_room& s) { s.r[1] = s.token().stop_requested(); }}});
  }

  void callback_that_was_taken_back_never_runs() {
    expect_stop("taken back before the request", "0",
                script<room>{{[](room& s) {
                                {
                                  stop_callback never(s.token(), [&s] { s.data = 1; });
                                }
                                s.x.store(1, release);
                              },
                              [](room& s) {
                                await_positive(s.x);
                                s.source.request_stop();
                                s.r[0] = s.data;
                              }}});
  }

  void callbacks_run_in_the_thread_that_stops() {
    expect_stop("the third", "2",
                script<room>{{[](room& s) {
                                stop_callback mark(s.token(), [&s] {
                                  s.r[0] = sync::self();
                                  s.x.store(2, release);
                                });
                                s.x.store(1, release);
                                sync::await(
                                    s.x, [](int x) { return x == 2; }, acquire);
                              },
                              [](room&) {},
                              [](room& s) {
                                await_positive(s.x);
                                s.source.request_stop();
                              }}});
  }

  void callbacks_run_in_order_without_those_taken_back() {
    expect_stop("the second is gone", "1-2", script<room>{{[](room& s) {
                  const auto second = [&s] { s.r[1] = ++s.data; };
                  stop_callback a(s.token(), [&s] { s.r[0] = ++s.data; });
                  std::optional<sync::stop_callback<decltype(second)>> b;
                  b.emplace(s.token(), second);
                  stop_callback c(s.token(), [&s] { s.r[2] = ++s.data; });
                  b.reset();
                  s.source.request_stop();
                }}});
  }

  // ---- when its registration ends

  // "01" is the witness: it still ran when the destructor was called.
  void destructor_waits_for_the_running_callback() {
    expect_stop("started before the destructor", "01 11",
                script<room>{{[](room& s) {
                                {
                                  stop_callback slow(s.token(), [&s] {
                                    s.x.store(1, release);
                                    s.done.add(1);
                                  });
                                  await_positive(s.x);
                                  s.r[0] = static_cast<int>(s.done.get());
                                }
                                s.r[1] = static_cast<int>(s.done.get());
                              },
                              stop}});
  }

  void frame_of_a_callback_outlives_it() {
    expect_stop("not begun or finished", "0 2",
                script<room>{{[](room& s) {
                                sync::var<int> local{0};
                                {
                                  stop_callback slow(s.token(), [&] {
                                    local = 1;
                                    s.x.store(1, relaxed);
                                    local = 2;
                                  });
                                }
                                s.r[0] = local;
                              },
                              stop}});
  }

  // The first callback waits for the end of the second one's registration.
  void destructor_waits_for_no_other_callback() {
    const body first = [](room& s) {
      stop_callback running(s.token(), [&s] {
        s.x.store(2, release);
        await_positive(s.y);
      });
      {
        stop_callback behind(s.token(), [&s] { s.data = 1; });
        s.x.store(1, release);
        sync::await(
            s.x, [](int x) { return x == 2; }, acquire);
      }
      s.r[0] = s.data;
      s.y.store(1, release);
    };
    expect_stop("the one before is running", "0", script<room>{{first, [](room& s) {
                                                                  await_positive(s.x);
                                                                  s.source.request_stop();
                                                                }}});
  }

  void callback_may_end_its_own_registration() {
    expect_stop("while it runs", "1", script<room>{{[](room& s) {
                  std::optional<sync::stop_callback<end_own_registration>> own;
                  own.emplace(s.token(), end_own_registration{&own});
                  s.source.request_stop();
                  s.r[0] = !own;
                }}});
  }

  void callback_may_register_and_request() {
    expect_stop("inside a callback", "101", script<room>{{[](room& s) {
                  stop_callback outer(s.token(), [&s] {
                    s.r[0] = s.token().stop_requested();
                    s.r[1] = s.source.request_stop();
                    stop_callback inner(s.token(), [&s] { s.r[2] = 1; });
                  });
                  s.source.request_stop();
                }}});
  }

  // ---- who requests

  void only_the_first_request_succeeds() {
    expect_stop("two requests", "011 101",
                script<room>{{[](room& s) {
                                stop_callback count(s.token(), [&s] { s.x.fetch_add(1, relaxed); });
                                s.r[0] = s.source.request_stop();
                              },
                              [](room& s) { s.r[1] = s.source.request_stop(); }},
                             [](room& s) { s.r[2] = s.x.peek(); }});
    expect_stop("whose request fails sees the stop", "01 1",
                script<room>{{[](room& s) {
                                s.r[0] = s.source.request_stop();
                                if (!s.r[0])
                                  s.r[1] = s.token().stop_requested();
                              },
                              stop}});
  }

  void what_precedes_the_request_is_seen() {
    const body say_and_stop = [](room& s) {
      s.data = 1;
      s.source.request_stop();
    };
    expect_stop("by who asks", "0 11",
                script<room>{{[](room& s) {
                                s.r[0] = s.token().stop_requested();
                                if (s.r[0])
                                  s.r[1] = s.data;
                              },
                              say_and_stop}});
    expect_stop("by who registers late", "0 1",
                script<room>{{[](room& s) {
                                s.r[0] = 0;
                                stop_callback see(s.token(), [&s] { s.r[0] = s.data; });
                              },
                              say_and_stop}});
  }

  // ---- waiting

  void stop_ends_a_park() {
    expect_stop("sooner or later", "1",
                script<room>{{[](room& s) {
                                stop_callback wake(s.token(), [&s] { s.parker.unpark(); });
                                s.parker.park();
                                s.r[0] = s.token().stop_requested();
                              },
                              stop}});
  }

  void deadline_may_pass_at_any_point() {
    using namespace std::chrono_literals;
    static constexpr std::chrono::system_clock::time_point never =
        std::chrono::system_clock::time_point::max();
    expect_stop("however far it is", "01 11",
                script<room>{{[](room& s) {
                                s.r[0] = s.parker.park_until(sync::after(1h));
                                if (!s.r[0])
                                  s.parker.park();
                                s.r[1] = 1;
                              },
                              [](room& s) { s.parker.unpark(); }}});
    expect_stop("on any clock", "01", script<room>{{[](room& s) {
                  s.r[0] = s.parker.park_until(sync::until(never));
                  s.r[1] = sync::passed(never);
                }}});
  }

  void endless_registration_has_few_states() {
    const body come_and_go = [](room& s) {
      while (run::keep_going()) {
        run::checkpoint(1);
        stop_callback nothing(s.token(), [] {});
      }
    };
    const script<room> s{{come_and_go, come_and_go}};
    const exploration x = explore_by(search::graph, recipe_of(s));
    CPPUNIT_ASSERT(x.result == outcome::complete);
    CPPUNIT_ASSERT(x.graph.nodes.size() < 100);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(stop_test);

} // namespace
} // namespace rwl::verify::test
