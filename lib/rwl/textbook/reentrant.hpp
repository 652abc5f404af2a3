// A writer-preferring lock that a thread may take again while it holds it.
//
// POSIX lets a nested read deadlock behind a waiting writer (pthread_rwlock_rdlock). Here the lock
// remembers who is inside, as Java's ReentrantReadWriteLock does: writer_preferring.hpp plus a
// table of owners (owner_table.hpp).
//
//   read enter:   if I read or write already: my reads := my reads + 1
//                 else await not writing and nobody in line;  my reads := 1
//   read leave:   my reads := my reads - 1;  at 0, unless I write: I am out
//   write enter:  if I write already: depth := depth + 1
//                 else if I read already: error, a deadlock
//                 else wait in line as in writer_preferring.hpp;  writer := me;  depth := 1
//   write leave:  depth := depth - 1;  at 0: I am out, or a reader if I still hold reads
//
// Gives:    writer preference between threads; a nested read succeeds even behind a waiting writer;
//           an upgrade, which two readers could turn into a deadlock, is an error at once.
// Gives up: readers starve, as before; the table has room for few, and each step searches it; and a
//           lock belongs to its thread: a guard handed to another thread cannot release it.
#pragma once

#include "../misuse.hpp"
#include "../sync/std_sync.hpp"
#include "owner_table.hpp"
#include "ticket_line.hpp"

#include <system_error>

namespace rwl::textbook {

// The interface is that of std::shared_mutex. Every operation takes O(max_threads) steps besides
// its waits. All state lies under one mutex, which orders each section before those it excludes.
//
// Errors are std::system_error, and leave the state as it was:
//   resource_deadlock_would_occur     lock() by a thread that reads but does not write
//   operation_not_permitted           unlock() or unlock_shared() by a thread that does not hold it
//   resource_unavailable_try_again    max_threads threads hold or await reads already, or
//                                     max_threads threads await writes
//
// Only the outermost of nested reads is an event of the specification, and none inside a write. A
// write that ends above reads is a downgrade.
template <class Sync = std_sync, unsigned max_threads = 64>
class reentrant {
  using thread_id = typename Sync::thread_id;

public:
  reentrant() = default;
  reentrant(const reentrant&) = delete;
  reentrant& operator=(const reentrant&) = delete;

  void lock_shared() {
    const thread_id me = Sync::self();
    typename Sync::unique_lock guard{mutex_};
    if (read_again(me))
      return;
    owners_.claim(me); // before the wait: who is granted must not find the table full
    if (writes(me))
      return;
    Sync::observe(event::read_request, this, Sync::owner());
    readable_.wait(guard, [this] { return may_read(); });
    enter_shared();
  }

  bool try_lock_shared() {
    const thread_id me = Sync::self();
    typename Sync::unique_lock guard{mutex_};
    if (read_again(me))
      return true;
    if (!writes(me) && !may_read()) {
      Sync::observe(event::read_refused, this, Sync::owner());
      return false;
    }
    owners_.claim(me);
    if (writes(me))
      return true;
    Sync::observe(event::read_request, this, Sync::owner());
    enter_shared();
    return true;
  }

  void unlock_shared() {
    const thread_id me = Sync::self();
    typename Sync::unique_lock guard{mutex_};
    reader* mine = owners_.find(me);
    if (mine == nullptr)
      fail(std::errc::operation_not_permitted, "reentrant: unlock_shared() by no reader");
    --mine->reads;
    if (mine->reads > 0 || writes(me))
      return;
    --readers_;
    Sync::observe(event::read_release, this, Sync::owner());
    // For the first writer in line: nobody else would ever tell it that the last reader has left.
    if (readers_ == 0)
      wake_first_writer();
  }

  void lock() {
    const thread_id me = Sync::self();
    typename Sync::unique_lock guard{mutex_};
    if (write_again(me))
      return;
    if (owners_.find(me) != nullptr)
      fail(std::errc::resource_deadlock_would_occur, "reentrant: lock() by a reader");
    const unsigned ticket = writers_.draw();
    Sync::observe(event::write_request, this, Sync::owner());
    writable_.wait(guard, [&] { return writers_.is_first(ticket) && may_write(); });
    writers_.pop();
    enter(me);
  }

  // Refused, without an error, to a thread that only reads.
  bool try_lock() {
    const thread_id me = Sync::self();
    typename Sync::unique_lock guard{mutex_};
    if (write_again(me))
      return true;
    if (!writers_.empty() || !may_write()) {
      Sync::observe(event::write_refused, this, Sync::owner());
      return false;
    }
    Sync::observe(event::write_request, this, Sync::owner());
    enter(me);
    return true;
  }

  void unlock() {
    const thread_id me = Sync::self();
    typename Sync::unique_lock guard{mutex_};
    if (!writes(me))
      fail(std::errc::operation_not_permitted, "reentrant: unlock() by no writer");
    --depth_;
    const bool stays_as_reader = depth_ == 0 && owners_.find(me) != nullptr;
    if (stays_as_reader)
      ++readers_;
    const event step = stays_as_reader ? event::write_to_read : event::write_release;
    Sync::observe(step, this, Sync::owner());
    if (depth_ > 0)
      return;
    // For every waiting reader, once the last writer in line has been: without it they sleep on
    // beside a lock that is theirs. For the first writer in line unless this thread stays as a
    // reader, whose unlock_shared() will wake it.
    if (writers_.empty())
      readable_.notify_all();
    else if (readers_ == 0)
      wake_first_writer();
  }

private:
  using reader = typename owner_table<Sync, max_threads>::entry;

  bool may_read() const { return depth_ == 0 && writers_.empty(); }
  bool may_write() const { return depth_ == 0 && readers_ == 0; }
  bool writes(thread_id me) const { return depth_ > 0 && writer_ == me; }

  bool read_again(thread_id me) {
    reader* mine = owners_.find(me);
    if (mine == nullptr)
      return false;
    ++mine->reads;
    return true;
  }

  bool write_again(thread_id me) {
    if (!writes(me))
      return false;
    ++depth_;
    Sync::observe(event::write_reenter, this, Sync::owner());
    return true;
  }

  void enter_shared() {
    ++readers_;
    Sync::observe(event::read_grant, this, Sync::owner());
  }

  void enter(thread_id me) {
    writer_ = me;
    depth_ = 1;
    Sync::observe(event::write_grant, this, Sync::owner());
  }

  [[noreturn]] static void fail(std::errc error, const char* what) { misuse(error, what); }

  // All of them, since the condition does not know whose turn it is: notify_one could wake the
  // second in line, which would go back to sleep and lose the wake-up of the first.
  void wake_first_writer() { writable_.notify_all(); }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable readable_;      // readers sleep here
  typename Sync::condition_variable writable_;      // writers sleep here
  typename Sync::template var<int> readers_{0};     // threads inside that read and do not write
  typename Sync::template var<thread_id> writer_{}; // means something only while depth_ > 0
  typename Sync::template var<unsigned> depth_{0};  // how many times the writer inside has locked
  ticket_line<Sync, max_threads> writers_;          // waiting, in the order of arrival
  owner_table<Sync, max_threads> owners_;           // who reads, and how often
};

} // namespace rwl::textbook
