// M4: the writer that was woken is cancelled before it runs, and wakes nobody in its place.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// Writers wait in a line, each on a future of its own. Whoever frees the lock resolves the first
// one; the writer that runs then looks again whether the lock is free.
template <class Sync, bool mended>
class cancelled_heir {
public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    readable_.wait(guard, [this] { return holders_ >= 0; });
    ++holders_;
  }

  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    if (--holders_ == 0)
      wake();
  }

  void lock() { lock(typename Sync::stop_token()); }

  bool lock(const typename Sync::stop_token& stop) {
    typename Sync::unique_lock guard{mutex_};
    while (holders_ != 0) {
      future mine;
      join(mine);
      guard.unlock();
      await(mine, stop);
      guard.lock();
      leave(mine);
      if (stop.stop_requested()) {
        if constexpr (mended)
          if (mine.resolved)
            wake();
        return false;
      }
    }
    holders_ = -1;
    return true;
  }

  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    holders_ = 0;
    wake();
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

  void wake() {
    if (future* const first = first_) {
      first_ = first->next;
      first->resolved = true;
      first->task.unpark();
    } else {
      readable_.notify_all();
    }
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

  typename Sync::mutex mutex_;
  typename Sync::condition_variable readable_;
  pointer first_{nullptr};
  typename Sync::template var<int> holders_{0}; // so many readers; -1: a writer
};

} // namespace

exhibit m04() {
  return in_letters<cancelled_heir>(
      {.code = "M4",
       .title = "A woken writer is cancelled before it runs, and its wake-up is lost",
       .systems = "aiorwlock before 0.5; CPython's asyncio.Lock until 2017; a relative in AnyIO "
                  "before 4.14",
       .story =
           "A reader is inside and two writers wait in line, each on its future. The reader "
           "leaves and resolves the future of the first writer, which is due to run. Before it "
           "does, its task is cancelled. When it runs it finds itself cancelled, and ends. The "
           "lock is free, the second writer is first in line, and nobody will ever wake it.",
       .repair = "A task that is cancelled after its future was resolved wakes the next in line "
                 "before it ends.",
       .lesson = "To be woken is a duty. Between the wake-up and the moment in which the woken "
                 "runs it may be cancelled, and then it must pass the wake-up on.",
       .sources = {"https://github.com/aio-libs/aiorwlock/issues/37",
                   "https://github.com/aio-libs/aiorwlock/issues/39",
                   "https://github.com/aio-libs/aiorwlock/commit/60e1762",
                   "https://github.com/python/cpython/pull/1031",
                   "https://github.com/agronholm/anyio/pull/1145"}},
      "verify/museum/m04_cancelled_heir.cpp", property::deadlock_freedom, "deadlock",
      {"RS", "Wc", "W"});
}

} // namespace rwl::verify::museum
