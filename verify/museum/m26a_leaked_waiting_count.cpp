// M26a: a writer that is cancelled stays in the count of those that wait.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// Writer preference as a monitor: readers wait while a writer is inside or waits.
template <class Sync, bool mended>
class leaked_waiting_count {
public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    changed_.wait(guard, [this] { return !writing_ && waiting_writers_ == 0; });
    ++readers_;
  }
  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    --readers_;
    changed_.notify_all();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    ++waiting_writers_;
    changed_.wait(guard, [this] { return is_free(); });
    --waiting_writers_;
    writing_ = true;
  }
  template <class Duration>
  bool try_lock_for(const Duration& time) {
    typename Sync::unique_lock guard{mutex_};
    ++waiting_writers_;
    bool in_time = true;
    while (in_time && !is_free())
      in_time = changed_.wait_until(guard, Sync::after(time));
    if (!is_free()) {
      if constexpr (mended) {
        --waiting_writers_;
        changed_.notify_all();
      }
      return false;
    }
    --waiting_writers_;
    writing_ = true;
    return true;
  }
  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    writing_ = false;
    changed_.notify_all();
  }

private:
  bool is_free() const { return !writing_ && readers_ == 0; }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable changed_;
  typename Sync::template var<int> readers_{0}, waiting_writers_{0};
  typename Sync::template var<bool> writing_{false};
};

} // namespace

exhibit m26a() {
  return in_letters<leaked_waiting_count>(
      {.code = "M26a",
       .title = "A cancelled writer still counts as waiting, and no reader ever enters",
       .systems = "the deep-dive locks; the asynchronous RWLockWrite of pyReaderWriterLock",
       .story =
           "Readers wait while a writer waits, and a counter tells how many do. A writer adds "
           "itself, waits for a reader to leave, and takes itself off when it is let in. But its "
           "task is cancelled: the wait ends with an exception, and the line that takes it off "
           "is skipped. The lock becomes free, the counter stays at one, and every reader that "
           "comes waits for a writer that does not exist.",
       .repair = "A writer that gives up takes itself off the count, and wakes those that it held "
                 "back.",
       .lesson = "Each wait has two ways out. What was announced before it must be taken back on "
                 "both, best by a guard whose destructor does it.",
       .sources = {"https://github.com/elarivie/pyReaderWriterLock/blob/"
                   "516eb0f1e6ea5e0fdae5362c9c281249802261f3/readerwriterlock/rwlock_async.py"}},
      "verify/museum/m26a_leaked_waiting_count.cpp", property::deadlock_freedom, "deadlock",
      {"RR", "Wt"});
}

} // namespace rwl::verify::museum
