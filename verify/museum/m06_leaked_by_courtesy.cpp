// M6: a reader is cancelled while it holds the lock already and has not told its caller yet.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// A task that got the lock yields once before it returns, so that nobody hogs the event loop. The
// yield is a point at which it can be cancelled, as the wait is.
template <class Sync, bool mended>
class leaked_by_courtesy {
public:
  void lock_shared() { lock_shared(typename Sync::stop_token()); }

  bool lock_shared(const typename Sync::stop_token& stop) {
    if (!enter(stop))
      return false;
    const bool cancelled_in_yield = stop.stop_requested();
    if constexpr (mended)
      if (cancelled_in_yield)
        unlock_shared();
    return !cancelled_in_yield;
  }

  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    if (--readers_ == 0)
      changed_.notify_all();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    changed_.wait(guard, [this] { return !writing_ && readers_ == 0; });
    writing_ = true;
  }

  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    writing_ = false;
    changed_.notify_all();
  }

private:
  bool enter(const typename Sync::stop_token& stop) {
    auto look = [this] {
      typename Sync::unique_lock guard{mutex_};
      changed_.notify_all();
    };
    const typename Sync::template stop_callback<decltype(look)> on_stop{stop, look};
    typename Sync::unique_lock guard{mutex_};
    changed_.wait(guard, [&] { return !writing_ || stop.stop_requested(); });
    if (writing_)
      return false;
    ++readers_;
    return true;
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable changed_;
  typename Sync::template var<int> readers_{0};
  typename Sync::template var<bool> writing_{false};
};

} // namespace

exhibit m06() {
  return in_letters<leaked_by_courtesy>(
      {.code = "M6",
       .title = "A reader is cancelled between getting the lock and saying so",
       .systems = "aiorwlock up to 0.6",
       .story = "A task that has got the lock yields once before it returns, out of courtesy to "
                "the other tasks. A reader gets the lock and yields, and in the yield it is "
                "cancelled. The call ends by the cancellation, so its caller believes that it got "
                "nothing and releases nothing. The lock counts a reader that does not exist, and "
                "the next writer waits for ever.",
       .repair = "A task that is cancelled in the yield releases the lock before it ends.",
       .lesson = "Once a request is granted it must not be cancellable any more, or else the "
                 "cancellation must undo it. Every point of suspension after the grant is one "
                 "more place in which the lock can leak.",
       .sources = {"https://github.com/aio-libs/aiorwlock/issues/67",
                   "https://github.com/aio-libs/aiorwlock/pull/170",
                   "https://github.com/aio-libs/aiorwlock/commit/145743e"}},
      "verify/museum/m06_leaked_by_courtesy.cpp", property::deadlock_freedom, "deadlock",
      {"Rc", "W", "S"});
}

} // namespace rwl::verify::museum
