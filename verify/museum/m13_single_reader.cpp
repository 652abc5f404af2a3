// M13: a writer leaves and wakes one reader, though all that wait could come in.
#include "exhibit.hpp"
#include "exhibits.hpp"
#include "readers_after_writer.hpp"

namespace rwl::verify::museum {

namespace {

// A monitor in which everybody who frees the lock passes one wake-up on.
template <class Sync, bool mended>
class single_reader {
public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    readable_.wait(guard, [this] { return !writing_; });
    ++readers_;
  }

  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    if (--readers_ == 0)
      wake();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    ++waiting_writers_;
    writable_.wait(guard, [this] { return !writing_ && readers_ == 0; });
    --waiting_writers_;
    writing_ = true;
  }

  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    writing_ = false;
    wake();
  }

private:
  void wake() {
    if (waiting_writers_ > 0)
      writable_.notify_one();
    else if constexpr (mended)
      readable_.notify_all();
    else
      readable_.notify_one();
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable readable_, writable_;
  typename Sync::template var<int> readers_{0}, waiting_writers_{0};
  typename Sync::template var<bool> writing_{false};
};

template <bool mended>
using subject = readers_after_writer<single_reader<explorer_sync, mended>>;

} // namespace

exhibit m13() {
  return in_program<subject>(
      {.code = "M13",
       .title = "A writer leaves and wakes one reader where all could come in",
       .systems = "aiorwlock up to 0.5; TinyGo until 2021",
       .story =
           "A writer is inside and two readers wait. The writer leaves and wakes one of them; the "
           "other one is to be woken when the first leaves. But the first one waits inside for "
           "the second: perhaps it has put a request into a queue that the second one serves. "
           "Both could read at the same time, nobody writes, and neither goes on.",
       .repair = "A writer that leaves wakes all waiting readers if no writer is to be next.",
       .lesson = "That readers may be inside together is a promise, not an optimisation. A lock "
                 "that lets them in one by one is safe, and passes every test in which readers "
                 "never need each other.",
       .sources = {"https://github.com/aio-libs/aiorwlock/pull/60",
                   "https://github.com/tinygo-org/tinygo/pull/2407"}},
      "verify/museum/m13_single_reader.cpp", property::reader_concurrency, "deadlock", 3,
      {"the readers met before the writer came", "the readers met after the writer had left"});
}

} // namespace rwl::verify::museum
