// M12: the lock is promised to a sleeping writer, but looks free until that writer runs.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// Writers wait in a line, each on a future of its own. Whoever frees the lock resolves the first
// one, and that writer goes in when it runs, without another look.
template <class Sync, bool mended>
class unclaimed_handover {
public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    readable_.wait(guard, [this] { return holders_ >= 0; });
    ++holders_;
  }

  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    if (--holders_ == 0)
      hand_over();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    if (holders_ != 0) {
      future mine;
      join(mine);
      guard.unlock();
      mine.task.park();
      guard.lock();
    }
    holders_ = -1;
  }

  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    holders_ = 0;
    hand_over();
  }

private:
  struct future {
    typename Sync::parker task;
    typename Sync::template var<future*> next{nullptr};
  };
  using pointer = typename Sync::template var<future*>;

  void join(future& f) {
    pointer* link = &first_;
    while (*link)
      link = &(*link)->next;
    *link = &f;
  }

  void hand_over() {
    if (future* const first = first_) {
      first_ = first->next;
      if constexpr (mended)
        holders_ = -1;
      first->task.unpark();
    } else {
      readable_.notify_all();
    }
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable readable_;
  pointer first_{nullptr};
  typename Sync::template var<int> holders_{0}; // so many readers; -1: a writer
};

} // namespace

exhibit m12() {
  return in_letters<unclaimed_handover>(
      {.code = "M12",
       .title = "The lock is promised to one writer, and another one walks in",
       .systems = "aiorwlock 0.5 to 1.1; Apache IoTDB; CPython's asyncio.Lock until 2018",
       .story =
           "A writer is inside and a second one sleeps. The first one leaves: it marks the lock "
           "as free and wakes the second one, which will count itself as inside when it runs. "
           "Before it runs, another request comes. The lock looks free, and so it is let in. Now "
           "the second writer runs and goes in as it was promised, without looking again. Two "
           "writers are inside.",
       .repair = "Whoever hands the lock over counts the new owner as inside at once, so that the "
                 "lock is never seen free in between. (To look again after the wake-up, and to "
                 "sleep again if need be, repairs it as well.)",
       .lesson = "Either the lock is given away, and then it is taken from that moment on; or a "
                 "wake-up is a hint, and then the woken one looks again. Half of each is neither.",
       .sources = {"https://github.com/aio-libs/aiorwlock/issues/235",
                   "https://github.com/aio-libs/aiorwlock/pull/236",
                   "https://github.com/apache/iotdb/pull/11453",
                   "https://bugs.python.org/issue32734"}},
      "verify/museum/m12_unclaimed_handover.cpp", property::mutual_exclusion, "assertion",
      {"WW", "W"});
}

} // namespace rwl::verify::museum
