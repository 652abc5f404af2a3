// M2: a timed writer leaves, and nobody tells the readers that it alone was holding back.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// Writer preference as a monitor: readers wait while a writer is inside or waits.
template <class Sync, bool mended>
class abandoned_readers {
public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    readable_.wait(guard, [this] { return !writing_ && waiting_writers_ == 0; });
    readers_ = readers_ + 1;
  }

  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    if (--readers_ == 0)
      writable_.notify_one();
  }

  template <class Duration>
  bool try_lock_for(const Duration& time) {
    typename Sync::unique_lock guard{mutex_};
    ++waiting_writers_;
    bool in_time = true;
    while (in_time && (writing_ || readers_ > 0))
      in_time = writable_.wait_until(guard, Sync::after(time));
    --waiting_writers_;
    writing_ = !writing_ && readers_ == 0;
    const bool let_in = writing_;
    if constexpr (mended)
      if (!let_in && waiting_writers_ == 0)
        readable_.notify_all();
    return let_in;
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
    waiting_writers_ > 0 ? writable_.notify_one() : readable_.notify_all();
  }

private:
  typename Sync::mutex mutex_;
  typename Sync::condition_variable readable_, writable_;
  typename Sync::template var<int> readers_{0}, waiting_writers_{0};
  typename Sync::template var<bool> writing_{false};
};

} // namespace

exhibit m02() {
  return in_letters<abandoned_readers>(
      {.code = "M2",
       .title = "A writer gives up, and the readers behind it sleep on",
       .systems = "glibc before 2.22; .NET's ReaderWriterLockSlim; AsyncEx; aiorwlock",
       .story =
           "While a writer waits, no new reader enters. A reader is inside, a writer waits "
           "with a deadline, a second reader waits because of the writer. The writer's time is "
           "up and it leaves. Nobody wakes the second reader: the first one, as it leaves, "
           "looks for writers only.",
       .repair = "A writer that gives up wakes the readers if it was the last one that held them "
                 "back.",
       .lesson = "A request that leaves changes what others wait for, just as a release does: "
                 "whoever it alone was blocking must be let in at that moment, even while others "
                 "are inside.",
       .sources = {"https://sourceware.org/git/?p=glibc.git;a=commit;h=3c9c61febe",
                   "https://github.com/dotnet/corefx/issues/3364"}},
      "verify/museum/m02_abandoned_readers.cpp", property::deadlock_freedom, "deadlock",
      {"R", "R", "Wt"});
}

} // namespace rwl::verify::museum
