// M22, the way down: a downgrade that sleeps in the hope that its reader comes first.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// Reader preference as a monitor: a writer waits while readers are inside or wait. So a reader that
// waits when the writer leaves is sure to follow it, and the downgrade makes use of that: a helper
// thread asks for the read lock on the writer's behalf.
template <class Sync, bool mended>
class hopeful_downgrade {
public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    ++readers_; // from here on it goes before the writers
    changed_.wait(guard, [this] { return !writing_; });
  }
  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    --readers_;
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

  void unlock_and_lock_shared() {
    if constexpr (mended) {
      typename Sync::unique_lock guard{mutex_};
      ++readers_;
      writing_ = false;
      changed_.notify_all();
    } else {
      downgrading_.unpark();
      alarm_.park_until(Sync::after(some_time)); // a sleep: nobody unparks it
      unlock();
      has_entered_.park();
    }
  }

  // What the helper thread does.
  void help() {
    if constexpr (!mended) {
      downgrading_.park();
      lock_shared();
      has_entered_.unpark();
    }
  }

private:
  typename Sync::mutex mutex_;
  typename Sync::condition_variable changed_;
  typename Sync::template var<int> readers_{0}; // inside or waiting
  typename Sync::template var<bool> writing_{false};
  typename Sync::parker downgrading_, alarm_, has_entered_;
};

// One thread writes and keeps reading what it has written, one helps it, one writes as well.
template <bool mended>
class downgrade_beside_a_writer : public program {
public:
  void thread(int t) override {
    switch (t) {
    case 0: {
      lock_.lock();
      written_ = 1;
      lock_.unlock_and_lock_shared();
      run::check(written_.get() == 1,
                 "downgrade: somebody wrote between a section and the weaker one");
      lock_.unlock_shared();
      break;
    }
    case 1:
      lock_.help();
      break;
    default:
      lock_.lock();
      run::witness(written_.get() == 0 ? 0 : 1);
      written_ = 2;
      lock_.unlock();
    }
  }

private:
  hopeful_downgrade<explorer_sync, mended> lock_;
  explorer_sync::var<int> written_{0};
};

} // namespace

exhibit m22d() {
  return in_program<downgrade_beside_a_writer>(
      {.code = "M22d",
       .title = "A downgrade sleeps, and hopes that its reader has queued by then",
       .systems = "pyReaderWriterLock (RWLockReadD)",
       .story =
           "The lock prefers readers: one that waits when a writer leaves enters before the next "
           "writer. The downgrade builds on that. It starts a thread that asks for the read lock, "
           "sleeps for a while, since it cannot see whether that thread waits already, and then "
           "releases the write lock. If the thread has not come as far as to wait by then, another "
           "writer enters first, and what the downgraded thread reads is not what it wrote.",
       .repair = "The downgrade turns the writer into a reader in one step under the lock's own "
                 "mutex.",
       .lesson = "A sleep orders nothing. If a step must come before another, either make both one "
                 "step, or wait for a sign that the first has been made.",
       .sources = {"https://github.com/elarivie/pyReaderWriterLock/blob/"
                   "516eb0f1e6ea5e0fdae5362c9c281249802261f3/readerwriterlock/rwlock.py"}},
      "verify/museum/m22d_hopeful_downgrade.cpp", property::downgrade, "assertion", 3,
      {"the other writer came first", "the other writer came second"});
}

} // namespace rwl::verify::museum
