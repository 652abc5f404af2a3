// A reader-writer lock with no preference at all: whoever wakes up and finds the door open goes in.
//
// The problem is that of Courtois, Heymans and Parnas ("Concurrent Control with 'Readers' and
// 'Writers'", CACM 14(10), 1971), the monitor is Hoare's (CACM 17(10), 1974) with the wake-ups of
// Mesa (Lampson and Redell, CACM 23(2), 1980): a notification is a hint, so the waiter looks again.
//
//   read enter:   await not writing;                    readers := readers + 1
//   read leave:   readers := readers - 1;               notify
//   write enter:  await not writing and readers = 0;    writing := true
//   write leave:  writing := false;                     notify
//   upgrade:      await readers = 1 (that is me);       readers := 0; writing := true
//
// Gives:    mutual exclusion; readers share; no lost wake-up.
// Gives up: freedom from starvation, for writers (two readers take turns so that one of them is
//           always inside) and for readers (a second writer is quicker than the woken reader).
//           The upgrade gives up freedom from deadlock: two readers that both upgrade each wait for
//           the other to leave, and neither lets go of its read lock.
//
// Next: reader_preferring.hpp and writer_preferring.hpp decide on purpose who goes first.
#pragma once

#include "../sync/std_sync.hpp"

namespace rwl::textbook {

// The interface and its preconditions are those of std::shared_mutex. Every operation takes O(1)
// steps besides its waits. All state lies under one mutex, which orders each section before the
// sections that it excludes. upgrade() reports upgrade_request and upgrade_grant, though the
// specification knows them for the upgradeable mode only.
template <class Sync = std_sync>
class naive {
public:
  naive() = default;
  naive(const naive&) = delete;
  naive& operator=(const naive&) = delete;

  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    Sync::observe(event::read_request, this, Sync::owner());
    changed_.wait(guard, [this] { return may_read(); });
    enter_shared();
  }

  bool try_lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    if (!may_read()) {
      Sync::observe(event::read_refused, this, Sync::owner());
      return false;
    }
    Sync::observe(event::read_request, this, Sync::owner());
    enter_shared();
    return true;
  }

  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    --readers_;
    Sync::observe(event::read_release, this, Sync::owner());
    // For a writer, which waits for no reader at all, or an upgrader, which waits for no reader but
    // itself. Both sleep on the one condition: notify_one could wake the one that cannot go.
    if (readers_ <= 1)
      changed_.notify_all();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    Sync::observe(event::write_request, this, Sync::owner());
    changed_.wait(guard, [this] { return may_write(); });
    enter();
  }

  bool try_lock() {
    typename Sync::unique_lock guard{mutex_};
    if (!may_write()) {
      Sync::observe(event::write_refused, this, Sync::owner());
      return false;
    }
    Sync::observe(event::write_request, this, Sync::owner());
    enter();
    return true;
  }

  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    writing_ = false;
    Sync::observe(event::write_release, this, Sync::owner());
    // For all waiting readers, who share, or one writer. With notify_one a single reader would come
    // in, and the others would sleep on beside it.
    changed_.notify_all();
  }

  // Turns the caller's read lock into the write lock, with no writer in between.
  // Precondition: the caller holds a read lock. Deadlocks when two readers upgrade: see above.
  void upgrade() {
    typename Sync::unique_lock guard{mutex_};
    Sync::observe(event::upgrade_request, this, Sync::owner());
    changed_.wait(guard, [this] { return readers_ == 1; });
    readers_ = 0;
    writing_ = true;
    Sync::observe(event::upgrade_grant, this, Sync::owner());
  }

private:
  bool may_read() const { return !writing_; }
  bool may_write() const { return !writing_ && readers_ == 0; }

  void enter_shared() {
    ++readers_;
    Sync::observe(event::read_grant, this, Sync::owner());
  }

  void enter() {
    writing_ = true;
    Sync::observe(event::write_grant, this, Sync::owner());
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable changed_;
  typename Sync::template var<int> readers_{0};      // inside
  typename Sync::template var<bool> writing_{false}; // a writer is inside
};

} // namespace rwl::textbook
