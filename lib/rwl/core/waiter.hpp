// One who waits: a node of the waiter queue, on the waiter's own stack.
#pragma once

#include "../sync/policy.hpp"

#include <cstdint>

namespace rwl::core {

enum class waiter_kind : std::uint8_t {
  reader,
  writer,
  upgradeable, // wants the upgradeable mode
  upgrader,    // has it, and waits for the readers to leave
};

// Links and states are changed by the owner of the lock of the list it stands in only: a waiter
// queue, or a condition's list. A node that has been taken out belongs to whoever took it out,
// until wake().
template <class Sync>
class waiter {
public:
  enum class state : std::uint8_t {
    waiting,  // in the queue
    called,   // in the queue, and told to look whether the lock is still free
    admitted, // taken out of the queue, and let in
    withdrawn // taken out of the queue, and not let in
  };

  struct links {
    explicit links(waiter* self) : next(self), prev(self) {}
    typename Sync::template var<waiter*> next;
    typename Sync::template var<waiter*> prev;
  };

  explicit waiter(waiter_kind k) : kind(k) {}
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  bool reads() const { return kind == waiter_kind::reader; }
  bool queued() const { return is == state::waiting || is == state::called; }

  // Waits for wake(). With a deadline: false if the time was up first.
  bool wait(const typename Sync::deadline* until) {
    if (until)
      return parker_.park_until(*until);
    parker_.park();
    return true;
  }

  // The last access to a node that has been taken out of the queue: the waiter may be gone at once.
  // At most one wake-up is on its way at any time, so that the waiter knows whether to await one.
  void wake() { parker_.unpark(); }

  const waiter_kind kind;
  [[no_unique_address]] const typename Sync::token owner = Sync::owner();

  links peers{this};                              // the run that it stands in
  links runs{this};                               // leaders only: the queue, run after run
  typename Sync::template var<bool> leads{false}; // stands first in its run
  typename Sync::template var<state> is{state::waiting};
  typename Sync::template var<std::uint32_t> barging{0}; // the queue's (waiter_queue.hpp)

private:
  typename Sync::parker parker_;
};

// Waiters taken out of a queue together: a ring of peers, in queue order from the first.
template <class Sync>
struct batch {
  waiter<Sync>* first = nullptr;
  std::uint32_t size = 0;
};

// How long a request waits: for ever, until a time, until somebody requests a stop.
template <class Sync>
struct patience {
  const typename Sync::deadline* until = nullptr;
  const typename Sync::stop_token* stop = nullptr;
};

} // namespace rwl::core
