// M18: a wake-up that reaches nobody is reported as a success, and so nobody else is woken.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// Two flags tell that somebody may sleep. Whoever frees the lock wakes one writer, and if there was
// none after all, the readers. The platform's wake-up tells whether it has reached anybody.
template <class Sync, bool mended>
class boastful_wake {
public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    while (writing_) {
      readers_sleep_ = true;
      readable_.wait(guard);
    }
    ++readers_;
  }

  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    if (--readers_ == 0)
      wake();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    bool slept = false;
    while (writing_ || readers_ > 0) {
      writers_sleep_ = slept = true;
      writable_.wait(guard);
    }
    writing_ = true;
    if (slept)
      writers_sleep_ = true; // its wake-up has cleared the flag, and there may be others
  }

  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    writing_ = false;
    wake();
  }

private:
  void wake() {
    if (writers_sleep_) {
      writers_sleep_ = false;
      if (wake_writer())
        return;
    }
    if (readers_sleep_) {
      readers_sleep_ = false;
      readable_.notify_all();
    }
  }

  // Nothing tells whether anybody was woken: it can be claimed always, or never.
  bool wake_writer() {
    writable_.notify_one();
    return !mended;
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable readable_, writable_;
  typename Sync::template var<int> readers_{0};
  typename Sync::template var<bool> writing_{false}, readers_sleep_{false}, writers_sleep_{false};
};

} // namespace

exhibit m18() {
  return in_letters<boastful_wake>(
      {.code = "M18",
       .title = "A wake-up claims success, and those who needed it sleep on",
       .systems = "LiteBox on Windows, until 2026",
       .story =
           "A writer is inside, a reader and a second writer sleep. The first writer wakes the "
           "second one. That one cannot know whether more writers sleep, so it leaves the flag "
           "set that says so. When it leaves, it believes the flag, and asks the platform to wake "
           "a writer. There is none; but the platform, which cannot tell how many it has woken, "
           "answers that it has woken one. So the readers are left alone, and the reader sleeps "
           "on a free lock.",
       .repair = "The wake-up that does not know whether it has reached anybody says that it has "
                 "not. Then the readers are woken as well, at worst for nothing.",
       .lesson = "A flag that may be stale is harmless only while somebody checks it against the "
                 "truth. An interface that must guess has to guess on the side that costs a "
                 "wake-up too many.",
       .sources = {"https://github.com/microsoft/litebox/pull/809"}},
      "verify/museum/m18_boastful_wake.cpp", property::deadlock_freedom, "deadlock",
      {"W", "W", "R"});
}

} // namespace rwl::verify::museum
