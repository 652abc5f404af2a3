// A monitor in which readers wait for waiting writers. A writer whose time is up leaves without a
// word to the readers that waited for nobody but it.
#pragma once

#include <chrono>

template <class Sync>
class silent_quitter {
  using guard = typename Sync::unique_lock;

public:
  void lock() {
    guard g(mutex_);
    ++writers_waiting_;
    changed_.wait(g, [this] { return is_free(); });
    --writers_waiting_;
    writing_ = true;
  }
  template <class Rep, class Period>
  bool try_lock_for(const std::chrono::duration<Rep, Period>& patience) {
    const auto deadline = Sync::after(patience);
    guard g(mutex_);
    ++writers_waiting_;
    for (bool in_time = true; in_time && !is_free();)
      in_time = changed_.wait_until(g, deadline);
    --writers_waiting_;
    if (!is_free())
      return false;
    writing_ = true;
    return true;
  }
  void unlock() {
    guard g(mutex_);
    writing_ = false;
    changed_.notify_all();
  }

  void lock_shared() {
    guard g(mutex_);
    changed_.wait(g, [this] { return writers_waiting_ == 0 && !writing_; });
    ++readers_;
  }
  void unlock_shared() {
    guard g(mutex_);
    --readers_;
    changed_.notify_all();
  }

private:
  bool is_free() const { return readers_ == 0 && !writing_; }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable changed_;
  typename Sync::template var<int> readers_{0}, writers_waiting_{0};
  typename Sync::template var<bool> writing_{false};
};
