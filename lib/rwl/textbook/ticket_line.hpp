// First come, first served: a ticket is drawn on arrival, and tickets are called in turn.
//
// A condition variable wakes its waiters in any order; a number makes the order ours. The idea is
// Lamport's bakery (CACM 17(8), 1974) and the sequencer of Reed and Kanodia (CACM 22(2), 1979).
//
//   draw:      ticket := next; next := next + 1
//   is first:  ticket = first
//   pop:       first := first + 1
//
// Numbers run in a circle of one more than the line holds, so that a full line differs from an
// empty one, and a lock that is used for ever has finitely many states.
#pragma once

#include "../misuse.hpp"

#include <system_error>

namespace rwl::textbook {

// Not a monitor of its own: every call is made under the mutex of the lock that it is part of.
template <class Sync, unsigned max_waiting>
class ticket_line {
public:
  // Joins the end of the line. Throws std::system_error (resource_unavailable_try_again), and
  // changes nothing, when max_waiting tickets are out.
  unsigned draw() {
    const unsigned ticket = next_;
    if (after(ticket) == first_)
      misuse(std::errc::resource_unavailable_try_again, "too many writers wait");
    next_ = after(ticket);
    return ticket;
  }

  bool is_first(unsigned ticket) const { return ticket == first_; }

  bool empty() const { return next_ == first_; }

  // The first in line leaves. Precondition: not empty.
  void pop() { first_ = after(first_); }

private:
  static constexpr unsigned after(unsigned ticket) { return (ticket + 1) % (max_waiting + 1); }

  typename Sync::template var<unsigned> first_{0}; // called next
  typename Sync::template var<unsigned> next_{0};  // drawn next
};

} // namespace rwl::textbook
