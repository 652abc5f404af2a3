// What a program owns: objects that die while others still use them, memory, exceptions in flight,
// coroutine frames, thread-local data.
#include "script.hpp"

#include <coroutine>
#include <exception>
#include <stdexcept>

namespace rwl::verify::test {
namespace {

// As the waiters of a lock: a link beside the parker.
struct node {
  sync::parker parker;
  sync::var<int> next{0};
};

struct mailbox : registers {
  sync::atomic<node*> waiter{nullptr};
  sync::atomic<sync::parker*> parker{nullptr};
  sync::atomic<int*> memory{nullptr};
  sync::atomic<int> x{0};
};
using body = script<mailbox>::body;

class lifetime_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(lifetime_test);
  CPPUNIT_TEST(waiter_may_return_as_soon_as_it_is_unparked);
  CPPUNIT_TEST(unpark_after_the_waiter_has_returned_is_found);
  CPPUNIT_TEST(plain_read_before_the_wake_up_is_no_race);
  CPPUNIT_TEST(plain_read_after_the_wake_up_is_found);
  CPPUNIT_TEST(memory_is_freed_once);
  CPPUNIT_TEST(escaping_exception_is_a_failure);
  CPPUNIT_TEST(exceptions_of_interleaved_threads_do_not_mix);
  CPPUNIT_TEST(coroutine_is_resumed_by_another_thread);
  CPPUNIT_TEST(tls_is_one_for_each_thread_and_fresh_for_each_execution);
  CPPUNIT_TEST_SUITE_END();

  // ---- objects

  static sync::parker* arrived(mailbox& m) {
    return sync::await(
        m.parker, [](sync::parker* p) { return p != nullptr; }, acquire);
  }

  void waiter_may_return_as_soon_as_it_is_unparked() {
    expect("unpark touches the parker last of all", "",
           script<mailbox>{{[](mailbox& m) {
                              sync::parker mine;
                              m.parker.store(&mine, release);
                              mine.park();
                            },
                            [](mailbox& m) { arrived(m)->unpark(); }}});
  }

  // The waiter goes by a flag of its own, so it may be gone before the unpark.
  void unpark_after_the_waiter_has_returned_is_found() {
    expect("unpark touches a dead parker", "use after destruction",
           script<mailbox>{{[](mailbox& m) {
                              sync::parker mine;
                              m.parker.store(&mine, release);
                              sync::await(
                                  m.x, [](int x) { return x == 1; }, acquire);
                            },
                            [](mailbox& m) {
                              sync::parker* other = arrived(m);
                              m.x.store(1, release);
                              other->unpark();
                            }}});
  }

  static void wait_in_node(mailbox& m) {
    node mine;
    m.waiter.store(&mine, release);
    mine.parker.park();
  }
  static node* queued(mailbox& m) {
    return sync::await(
        m.waiter, [](node* n) { return n != nullptr; }, acquire);
  }

  void plain_read_before_the_wake_up_is_no_race() {
    expect("link read before the wake-up", "", script<mailbox>{{wait_in_node, [](mailbox& m) {
                                                                  node* n = queued(m);
                                                                  (void)n->next.get();
                                                                  n->parker.unpark();
                                                                }}});
  }

  void plain_read_after_the_wake_up_is_found() {
    expect("link read after the wake-up", "data race",
           script<mailbox>{{wait_in_node, [](mailbox& m) {
                              node* n = queued(m);
                              n->parker.unpark();
                              (void)n->next.get();
                            }}});
  }

  void memory_is_freed_once() {
    const body publish = [](mailbox& m) { m.memory.store(new int(1), release); };
    const body free = [](mailbox& m) { delete m.memory.load(acquire); };
    const body take = [](mailbox& m) { delete m.memory.exchange(nullptr, acquire); };
    expect("freed", "", script<mailbox>{{publish}, free});
    expect("never freed", "leak", script<mailbox>{{publish}});
    expect("freed by who comes in time", "leak", script<mailbox>{{publish, take}});
    expect("freed by whoever takes it", "", script<mailbox>{{publish, take}, take});
    expect("freed by two", "double free", script<mailbox>{{publish, free}, free});
  }

  // ---- exceptions

  void escaping_exception_is_a_failure() {
    expect("a std::exception", "assertion", script<mailbox>{{[](mailbox& m) {
             m.x.load(relaxed);
             throw std::exception();
           }}});
    expect("anything else", "assertion", script<mailbox>{{[](mailbox& m) {
             m.x.load(relaxed);
             throw 1;
           }}});
    expect("a failure while another is handled", "assertion", script<mailbox>{{[](mailbox& m) {
             try {
               throw 1;
             } catch (int) {
               m.x.load(relaxed);
               run::fail("in a handler");
             }
           }}});
    CPPUNIT_ASSERT(!std::current_exception());
    CPPUNIT_ASSERT_EQUAL(0, std::uncaught_exceptions());
  }

  // Steps, and so switches of threads, while the stack unwinds and inside of handlers.
  template <int mine>
  static void throw_and_catch(mailbox& m) {
    struct step_at_exit {
      mailbox& m;
      ~step_at_exit() { m.x.fetch_sub(1, relaxed); }
    };
    try {
      step_at_exit on_unwinding{m};
      m.x.fetch_add(1, relaxed);
      throw mine;
    } catch (int caught) {
      m.x.load(relaxed);
      run::check(caught == mine, "caught another thread's exception");
      run::check(std::uncaught_exceptions() == 0, "still counted as uncaught");
      try {
        m.x.load(relaxed);
        throw;
      } catch (int again) {
        run::check(again == mine, "rethrown another thread's exception");
      }
    }
    m.r[mine] = std::uncaught_exceptions();
  }

  void exceptions_of_interleaved_threads_do_not_mix() {
    expect("two handlers", "00", script<mailbox>{{throw_and_catch<0>, throw_and_catch<1>}});
  }

  // ---- coroutines

  // An event that one coroutine awaits and another thread sets, which then resumes it.
  struct one_shot : registers {
    sync::atomic<void*> state{nullptr}; // the waiting coroutine, or `this` once set
    sync::var<int> data{0};
    static inline std::memory_order waits, sets;

    bool await_ready() const { return false; }
    bool await_suspend(std::coroutine_handle<> waiter) {
      void* expected = nullptr;
      return state.compare_exchange_strong(expected, waiter.address(), waits, acquire);
    }
    void await_resume() const {}

    void set() {
      data = 1;
      if (void* waiter = state.exchange(this, sets))
        std::coroutine_handle<>::from_address(waiter).resume();
    }
  };

  struct task {
    struct promise_type {
      task get_return_object() { return {}; }
      std::suspend_never initial_suspend() noexcept { return {}; }
      std::suspend_never final_suspend() noexcept { return {}; }
      void return_void() {}
      void unhandled_exception() { std::terminate(); }
    };
  };

  static task wait_for(one_shot& event) {
    const sync::var<int> local{7}; // in the frame, which changes hands
    co_await event;
    event.r[0] = event.data;
    event.r[1] = local;
    event.r[2] = run::thread();
  }

  void coroutine_is_resumed_by_another_thread() {
    struct row {
      std::memory_order waits, sets;
      const char* result;
    };
    for (const row& r : {row{acq_rel, acq_rel, "170 171"}, row{relaxed, acq_rel, "data race"},
                         row{acq_rel, relaxed, "data race"}}) {
      one_shot::waits = r.waits;
      one_shot::sets = r.sets;
      expect("one-shot event", r.result,
             script<one_shot>{
                 {[](one_shot& event) { wait_for(event); }, [](one_shot& event) { event.set(); }}});
    }
    expect("a frame that is never resumed leaks", "leak",
           script<one_shot>{{[](one_shot& event) { wait_for(event); }}});
  }

  // ---- thread-local data

  template <int mine>
  static void count_in_tls(mailbox& m) {
    struct count {
      int value = 0;
    };
    m.r[mine] = ++sync::tls<count>::get().value;
    m.x.fetch_add(1, relaxed);
    m.r[mine + 2] = ++sync::tls<count>::get().value;
  }

  void tls_is_one_for_each_thread_and_fresh_for_each_execution() {
    expect("two counters", "1122", script<mailbox>{{count_in_tls<0>, count_in_tls<1>}});
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(lifetime_test);

} // namespace
} // namespace rwl::verify::test
