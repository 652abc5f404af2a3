// M5: a cancelled reader is subtracted from the readers inside before it was ever added to them.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// The lock is handed over: whoever frees it counts all waiting readers as inside and wakes them.
// They find that it has happened by the number of the round.
template <class Sync, bool mended>
class uncounted_reader {
public:
  void lock_shared() { lock_shared(typename Sync::stop_token()); }

  bool lock_shared(const typename Sync::stop_token& stop) {
    auto look = [this] {
      typename Sync::unique_lock guard{mutex_};
      readable_.notify_all();
    };
    const typename Sync::template stop_callback<decltype(look)> on_stop{stop, look};
    typename Sync::unique_lock guard{mutex_};
    if (!writing_) {
      ++readers_;
      return true;
    }
    ++waiting_readers_;
    const int asked_in = round_;
    readable_.wait(guard, [&] { return round_ != asked_in || stop.stop_requested(); });
    if (!stop.stop_requested())
      return true;
    const bool is_counted = round_ != asked_in;
    if (!is_counted)
      --waiting_readers_;
    if (is_counted || !mended)
      --readers_;
    hand_over();
    return false;
  }

  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    --readers_;
    hand_over();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    writable_.wait(guard, [this] { return !writing_ && readers_ == 0; });
    writing_ = true;
  }

  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    writing_ = false;
    hand_over();
  }

private:
  void hand_over() {
    if (writing_ || readers_ != 0)
      return;
    readers_ = waiting_readers_;
    waiting_readers_ = 0;
    ++round_;
    readable_.notify_all();
    writable_.notify_one();
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable readable_, writable_;
  typename Sync::template var<int> readers_{0}, waiting_readers_{0}, round_{0};
  typename Sync::template var<bool> writing_{false};
};

} // namespace

exhibit m05() {
  return in_letters<uncounted_reader>(
      {.code = "M5",
       .title = "A cancelled reader gives back a share that it never had",
       .systems = "aiorwlock 1.2 to 1.5.0",
       .story =
           "Whoever frees the lock counts the waiting readers as inside on their behalf, and then "
           "wakes them. A reader that is cancelled must therefore be taken out of the count. A "
           "writer is inside, a reader waits; it is cancelled before anybody has counted it, and "
           "subtracts itself all the same. There are now minus one readers inside. The writer "
           "leaves, but the count is not zero and the lock does not look free: the next writer "
           "waits for ever, and nobody is ever handed the lock again.",
       .repair = "A cancelled reader takes itself out of the count only if it finds that it was "
                 "counted.",
       .lesson = "Where others act on behalf of a waiter, the waiter must find out how far they "
                 "have come before it undoes anything. This defect came with the repair of "
                 "another one (M12), which moved the counting from the waiter to the releaser.",
       .sources = {"https://github.com/aio-libs/aiorwlock/issues/400",
                   "https://github.com/aio-libs/aiorwlock/pull/514",
                   "https://github.com/aio-libs/aiorwlock/commit/974954b"}},
      "verify/museum/m05_uncounted_reader.cpp", property::deadlock_freedom, "deadlock",
      {"WW", "Rc", "S"});
}

} // namespace rwl::verify::museum
