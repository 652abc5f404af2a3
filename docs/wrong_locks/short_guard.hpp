// A monitor whose guard ends a line too early: between it and the ++ a writer comes in, or another
// reader's ++ is lost. Its members are plain, as in any textbook.
#pragma once

template <class Sync>
class short_guard {
  using guard = typename Sync::unique_lock;

public:
  void lock() {
    guard g(mutex_);
    changed_.wait(g, [this] { return readers_ == 0 && !writing_; });
    writing_ = true;
  }
  void unlock() {
    guard g(mutex_);
    writing_ = false;
    changed_.notify_all();
  }

  void lock_shared() {
    {
      guard g(mutex_);
      changed_.wait(g, [this] { return !writing_; });
    }
    ++readers_;
  }
  void unlock_shared() {
    guard g(mutex_);
    --readers_;
    changed_.notify_all();
  }

private:
  typename Sync::mutex mutex_;
  typename Sync::condition_variable changed_;
  int readers_ = 0;
  bool writing_ = false;
};
