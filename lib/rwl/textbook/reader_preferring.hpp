// A reader-writer lock in which no reader ever waits because a writer waits.
//
// The first problem of Courtois, Heymans and Parnas (CACM 14(10), 1971), as a monitor with a
// condition for each kind of waiter. Two steps beyond naive.hpp: a count of waiting readers, and
// writers that form a line (ticket_line.hpp).
//
//   read enter:   waiting := waiting + 1;  await not writing;  waiting := waiting - 1
//                 readers := readers + 1
//   read leave:   readers := readers - 1;  if readers = 0: notify the writers
//   write enter:  join the line
//                 await first in line and not writing and readers = 0 and waiting = 0
//                 leave the line;  writing := true
//   write leave:  writing := false;  if waiting > 0: notify the readers, else the writers
//
// Gives:    a reader waits for at most the one writer inside (RP1); writers are first come, first
//           served among themselves.
// Gives up: writers starve: two readers take turns so that one of them is always inside.
//
// Next: writer_preferring.hpp closes the door to readers as soon as a writer waits.
#pragma once

#include "../sync/std_sync.hpp"
#include "ticket_line.hpp"

namespace rwl::textbook {

// The interface and its preconditions are those of std::shared_mutex. Every operation takes O(1)
// steps besides its waits. All state lies under one mutex, which orders each section before the
// sections that it excludes. lock() throws std::system_error (resource_unavailable_try_again) when
// max_writers wait already.
template <class Sync = std_sync, unsigned max_writers = 65535>
class reader_preferring {
public:
  reader_preferring() = default;
  reader_preferring(const reader_preferring&) = delete;
  reader_preferring& operator=(const reader_preferring&) = delete;

  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    Sync::observe(event::read_request, this, Sync::owner());
    // Woken is not yet inside: the count keeps the next writer out until the reader has the mutex.
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
    // For every waiting reader: they share, and one that sleeps on would wait for no writer at all.
    // The last of them to leave wakes the writers, so these need a call only if no reader waits.
    if (waiting_readers_ > 0)
      readable_.notify_all();
    else
      wake_first_writer();
  }

private:
  bool may_read() const { return !writing_; }
  bool may_write() const { return !writing_ && readers_ == 0 && waiting_readers_ == 0; }

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
  typename Sync::condition_variable readable_;          // readers sleep here
  typename Sync::condition_variable writable_;          // writers sleep here
  typename Sync::template var<int> readers_{0};         // inside
  typename Sync::template var<int> waiting_readers_{0}; // asked, not yet inside
  typename Sync::template var<bool> writing_{false};    // a writer is inside
  ticket_line<Sync, max_writers> writers_;              // waiting, in the order of arrival
};

} // namespace rwl::textbook
