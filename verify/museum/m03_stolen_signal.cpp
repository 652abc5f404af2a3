// M3: a wake-up is sent to a writer whose time is up already, and it takes the wake-up along.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// Whoever frees the lock sends for one waiting writer, or else for all waiting readers. A writer is
// counted as waiting until it has the mutex again, which is a while after its time is up.
template <class Sync, bool mended>
class stolen_signal {
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
    enter([this](auto& guard) {
      writable_.wait(guard);
      return true;
    });
  }

  template <class Duration>
  bool try_lock_for(const Duration& time) {
    return enter([&](auto& guard) { return writable_.wait_until(guard, Sync::after(time)); });
  }

  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    writing_ = false;
    wake();
  }

private:
  bool enter(auto sleep) {
    typename Sync::unique_lock guard{mutex_};
    while (writing_ || readers_ > 0) {
      ++waiting_writers_;
      const int sent_before = sent_for_writers_;
      const bool in_time = sleep(guard);
      --waiting_writers_;
      const bool was_sent_for = mended && sent_for_writers_ != sent_before;
      if (!in_time && !was_sent_for)
        return false;
    }
    writing_ = true;
    return true;
  }

  void wake() {
    if (waiting_writers_ > 0) {
      ++sent_for_writers_;
      writable_.notify_one();
    } else {
      readable_.notify_all();
    }
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable readable_, writable_;
  typename Sync::template var<int> readers_{0}, waiting_writers_{0}, sent_for_writers_{0};
  typename Sync::template var<bool> writing_{false};
};

} // namespace

exhibit m03() {
  return in_letters<stolen_signal>(
      {.code = "M3",
       .title = "A writer whose time is up takes the only wake-up along",
       .systems = "LLVM's libc, until 2026",
       .story =
           "A writer is inside; a reader and a second writer, which has a deadline, wait. The time "
           "of the second writer is up, but before it can strike itself off the list the first "
           "writer leaves. It finds a waiting writer on the list and sends its only wake-up there. "
           "The second writer strikes itself off and reports the timeout, as if nothing had "
           "happened. The lock is free, and the reader sleeps on.",
       .repair = "Wake-ups for writers are counted. A writer whose time is up, and which finds "
                 "that one has been sent since it lay down, tries for the lock like one that was "
                 "woken in time. (LLVM's own repair passes the wake-up on.)",
       .lesson = "Between the end of a wait and the moment in which the others know of it, a "
                 "wake-up can still arrive. Who leaves must look for it, and use it or pass it on.",
       .sources = {"https://github.com/llvm/llvm-project/pull/201937"}},
      "verify/museum/m03_stolen_signal.cpp", property::deadlock_freedom, "deadlock",
      {"W", "R", "Wt"});
}

} // namespace rwl::verify::museum
