// A reader-writer lock in which no reader that comes later overtakes a waiting writer.
//
// The second problem of Courtois, Heymans and Parnas (CACM 14(10), 1971), as a monitor. The line of
// waiting writers (ticket_line.hpp) is also the door: readers enter only while it is empty.
//
//   read enter:   await not writing and nobody in line;  readers := readers + 1
//   read leave:   readers := readers - 1;  if readers = 0: notify the writers
//   write enter:  join the line
//                 await first in line and not writing and readers = 0
//                 leave the line;  writing := true
//   write leave:  writing := false;  if somebody is in line: notify the writers, else the readers
//
// Gives:    a waiting writer waits only for the readers inside and the writers before it (WP1);
//           writers are first come, first served.
// Gives up: readers starve: two writers take turns so that one of them is always in line. And a
//           thread must not read twice: its second lock_shared() waits for a writer that waits for
//           its first.
//
// Next: alternating.hpp lets the kinds take turns; reentrant.hpp lets a thread read twice.
#pragma once

#include "../sync/std_sync.hpp"
#include "ticket_line.hpp"

namespace rwl::textbook {

// The interface and its preconditions are those of std::shared_mutex. Every operation takes O(1)
// steps besides its waits. All state lies under one mutex, which orders each section before the
// sections that it excludes. lock() throws std::system_error (resource_unavailable_try_again) when
// max_writers wait already.
template <class Sync = std_sync, unsigned max_writers = 65535>
class writer_preferring {
public:
  writer_preferring() = default;
  writer_preferring(const writer_preferring&) = delete;
  writer_preferring& operator=(const writer_preferring&) = delete;

  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    Sync::observe(event::read_request, this, Sync::owner());
    readable_.wait(guard, [this] { return may_read(); });
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
    // For the first writer in line: nobody else would ever tell it that the last reader has left.
    if (readers_ == 0)
      wake_first_writer();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    const unsigned ticket = writers_.draw();
    Sync::observe(event::write_request, this, Sync::owner());
    writable_.wait(guard, [&] { return writers_.is_first(ticket) && may_write(); });
    writers_.pop();
    enter();
  }

  bool try_lock() {
    typename Sync::unique_lock guard{mutex_};
    if (!writers_.empty() || !may_write()) {
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
    // For every waiting reader, once the last writer in line has been: without it they sleep on
    // beside a free lock.
    if (writers_.empty())
      readable_.notify_all();
    else
      wake_first_writer();
  }

private:
  bool may_read() const { return !writing_ && writers_.empty(); }
  bool may_write() const { return !writing_ && readers_ == 0; }

  void enter_shared() {
    ++readers_;
    Sync::observe(event::read_grant, this, Sync::owner());
  }

  void enter() {
    writing_ = true;
    Sync::observe(event::write_grant, this, Sync::owner());
  }

  // All of them, since the condition does not know whose turn it is: notify_one could wake the
  // second in line, which would go back to sleep and lose the wake-up of the first.
  void wake_first_writer() { writable_.notify_all(); }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable readable_;       // readers sleep here
  typename Sync::condition_variable writable_;       // writers sleep here
  typename Sync::template var<int> readers_{0};      // inside
  typename Sync::template var<bool> writing_{false}; // a writer is inside
  ticket_line<Sync, max_writers> writers_;           // waiting, in the order of arrival
};

} // namespace rwl::textbook
