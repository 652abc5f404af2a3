// A reader-writer lock whose kinds take turns: after a writer, the readers; after them, a writer.
//
// The "fair" lock of the Python package rwlocker 3.1, a descendant of the monitor for readers and
// writers in Hoare's "Monitors" (CACM 17(10), 1974). An exhibit: it sounds fair and is not.
//
//   read enter:   await not writing and (phase open or no writer waits);  readers := readers + 1
//   read leave:   readers := readers - 1
//                 if readers = 0 and nobody the open phase has called is still on its way in:
//                   close the phase;  notify a writer
//   write enter:  await not writing and readers = 0 and not phase open;  writing := true
//   write leave:  writing := false
//                 if a reader waits: open the phase, notify the readers;  else notify a writer
//
// Gives:    a reader waits for at most one writer, so no stream of writers starves readers.
// Gives up: writers starve: whoever comes while the phase is open joins it, so two readers that
//           take turns keep it open for ever. Writers are not first come, first served.
//
// Next: phase-fair locks (Brandenburg and Anderson, Real-Time Systems 46(1), 2010) count those who
// wait as the phase opens, and admit only these.
#pragma once

#include "../sync/std_sync.hpp"

namespace rwl::textbook {

// The interface and its preconditions are those of std::shared_mutex. Every operation takes O(1)
// steps besides its waits. All state lies under one mutex, which orders each section before the
// sections that it excludes.
template <class Sync = std_sync>
class alternating {
public:
  alternating() = default;
  alternating(const alternating&) = delete;
  alternating& operator=(const alternating&) = delete;

  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    Sync::observe(event::read_request, this, Sync::owner());
    ++waiting_readers_;
    readable_.wait(guard, [this] { return may_read(); });
    --waiting_readers_;
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
    if (readers_ > 0 || phase_has_readers_to_come())
      return;
    phase_open_ = false;
    // For one writer: nobody else would ever tell it that the readers are gone. One is enough, for
    // only writers sleep here, and each of them passes the call on when it leaves.
    writable_.notify_one();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    Sync::observe(event::write_request, this, Sync::owner());
    ++waiting_writers_;
    writable_.wait(guard, [this] { return may_write(); });
    --waiting_writers_;
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
    if (waiting_readers_ > 0) {
      phase_open_ = true;
      readable_.notify_all(); // for every waiting reader: the phase does not close before all came
    } else {
      writable_.notify_one(); // for one writer: without it, it sleeps on beside a free lock
    }
  }

private:
  bool may_read() const { return !writing_ && (phase_open_ || waiting_writers_ == 0); }
  bool may_write() const { return !writing_ && readers_ == 0 && !phase_open_; }

  // While the phase is open whoever arrives enters at once, so those who wait are those it woke.
  bool phase_has_readers_to_come() const { return phase_open_ && waiting_readers_ > 0; }

  void enter_shared() {
    ++readers_;
    Sync::observe(event::read_grant, this, Sync::owner());
  }

  void enter() {
    writing_ = true;
    Sync::observe(event::write_grant, this, Sync::owner());
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable readable_;          // readers sleep here
  typename Sync::condition_variable writable_;          // writers sleep here
  typename Sync::template var<int> readers_{0};         // inside
  typename Sync::template var<int> waiting_readers_{0}; // asked, not yet inside
  typename Sync::template var<int> waiting_writers_{0}; // asked, not yet inside
  typename Sync::template var<bool> writing_{false};    // a writer is inside
  typename Sync::template var<bool> phase_open_{
      false}; // readers inside, or called and on their way
};

} // namespace rwl::textbook
