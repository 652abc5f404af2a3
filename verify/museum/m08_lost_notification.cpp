// M8: a notification reaches a waiter that is cancelled before it runs, and dies with it.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// A condition whose waiters sleep on a future each, and are notified first come first served. All
// calls are made with the mutex held.
template <class Sync, bool mended>
class forgetful_condition {
public:
  // False: the wait was cancelled. The mutex is held again either way.
  bool wait(typename Sync::unique_lock& guard, const typename Sync::stop_token& stop) {
    future mine;
    join(mine);
    guard.unlock();
    await(mine, stop);
    guard.lock();
    leave(mine);
    if (!stop.stop_requested())
      return true;
    if constexpr (mended)
      if (mine.resolved)
        notify_one();
    return false;
  }

  void notify_one() {
    if (future* const first = first_) {
      first_ = first->next;
      first->resolved = true;
      first->task.unpark();
    }
  }

private:
  struct future {
    typename Sync::parker task;
    typename Sync::template var<bool> resolved{false};
    typename Sync::template var<future*> next{nullptr};
  };
  using pointer = typename Sync::template var<future*>;

  // Returns when the future is resolved or its task cancelled, and does not say which.
  static void await(future& f, const typename Sync::stop_token& stop) {
    auto resume = [&f] { f.task.unpark(); };
    const typename Sync::template stop_callback<decltype(resume)> on_stop{stop, resume};
    f.task.park();
  }

  void join(future& f) { *link_to(nullptr) = &f; }
  void leave(future& f) {
    if (!f.resolved)
      *link_to(&f) = f.next;
  }
  pointer* link_to(const future* f) {
    pointer* link = &first_;
    while (*link != f)
      link = &(*link)->next;
    return link;
  }

  pointer first_{nullptr};
};

// Two wait for a change, and whoever is notified of it notifies the other one. The first of them
// can be cancelled.
template <bool mended>
class chained_waiters : public program {
  using sync = explorer_sync;

public:
  void thread(int t) override {
    switch (t) {
    case 0:
      wait(stop_.get_token(), 0);
      break;
    case 1:
      wait(sync::stop_token(), 2);
      break;
    case 2:
      change();
      stop_.request_stop();
    }
  }

private:
  void wait(const sync::stop_token& stop, int first_witness) {
    sync::unique_lock guard{mutex_};
    if (changed_)
      return;
    const bool notified = condition_.wait(guard, stop);
    run::check(changed_ || !notified, "notified before the change");
    run::witness(notified ? first_witness : first_witness + 1);
    if (notified)
      condition_.notify_one();
  }

  void change() {
    sync::unique_lock guard{mutex_};
    changed_ = true;
    condition_.notify_one();
  }

  sync::mutex mutex_;
  forgetful_condition<sync, mended> condition_;
  sync::var<bool> changed_{false};
  sync::stop_source stop_;
};

} // namespace

exhibit m08() {
  return in_program<chained_waiters>(
      {.code = "M8",
       .title = "A notified waiter is cancelled before it runs, and nobody else is told",
       .systems = "asyncio.Condition before Python 3.13; AnyIO; rwlocker 3.4.4",
       .story =
           "Two tasks wait on a condition. A third one changes the state and notifies one of them: "
           "the future of the first is resolved, and it is due to run. Before it does it is "
           "cancelled. Its wait ends with the cancellation, it looks at nothing and tells nobody. "
           "The one notification there was has been spent on a task that did not want it any "
           "more, and the other one, which would have gone on, sleeps for ever.",
       .repair = "A waiter that is cancelled and finds its future resolved notifies one more "
                 "before it ends.",
       .lesson = "notify_one() promises that one waiter goes on. If cancellation can come between "
                 "the notification and the return from the wait, the promise is kept only by "
                 "passing it on.",
       .sources = {"https://github.com/python/cpython/issues/112202",
                   "https://github.com/agronholm/anyio/pull/1075"}},
      "verify/museum/m08_lost_notification.cpp", property::condition, "deadlock", 3,
      {"the first waiter was notified", "the first waiter was cancelled",
       "the second waiter was notified"});
}

} // namespace rwl::verify::museum
