// A spin lock of tickets, served in turn: guards the waiter queue of a lock, and the list of a
// condition.
//
//   enter:  mine := next; next := next + 1;  await serving = mine
//   leave:  serving := mine + 1
//
// Reed and Kanodia, "Synchronization with Eventcounts and Sequencers" (CACM 22(2), 1979); as a
// lock, Mellor-Crummey and Scott, "Algorithms for Scalable Synchronization on Shared-Memory
// Multiprocessors" (TOCS 9(1), 1991).
//
// Gives: first come, first served, so every slow path takes its turn within a bounded number of
// sections of others: the starvation freedom of the fair strategies rests on it. Fewer threads than
// there are tickets (65536 in production) may be in or before a section of one lock.
//
// Sections of a waiter queue never wait. They are a few steps long, and one more for each waiter
// that is let in, readmitted or counted. In the section in which it joins a condition's list, a
// waiter gives the reader-writer lock up, and may wait there for its turn at the waiter queue;
// never the other way round. To notify is one step more for each that is told.
#pragma once

#include "../sync/policy.hpp"

namespace rwl::core {

template <class Sync>
class ticket_lock {
  using ticket = typename Sync::ticket;

public:
  // One turn: from construction to leave(), or to the end of the scope.
  class [[nodiscard]] section {
  public:
    // Relaxed: a ticket is only a number; the turn is taken in await_turn().
    explicit section(ticket_lock& lock)
        : lock_(&lock), mine_(lock.next_.fetch_add(1, std::memory_order_relaxed)) {
      lock.await_turn(mine_);
    }
    section(const section&) = delete;
    section& operator=(const section&) = delete;
    ~section() {
      if (lock_)
        leave();
    }

    void leave() {
      // Release [mix W+W]: pairs with the acquire in await_turn(), the next section sees this one.
      lock_->serving_.store(static_cast<ticket>(mine_ + 1), std::memory_order_release);
      lock_ = nullptr;
    }

  private:
    ticket_lock* lock_;
    ticket mine_;
  };

  // Waits until every ticket that the caller can know of has been served.
  void await_idle() {
    // Relaxed: whoever the caller must wait for took its ticket before an event that the caller has
    // already seen.
    await_turn(next_.load(std::memory_order_relaxed));
  }

private:
  void await_turn(ticket turn) {
    // Acquire [mix W+W]: pairs with the release in leave().
    Sync::await(
        serving_, [turn](ticket now) { return now == turn; }, std::memory_order_acquire);
  }

  typename Sync::template atomic<ticket> next_{0};
  typename Sync::template atomic<ticket> serving_{0};
};

} // namespace rwl::core
