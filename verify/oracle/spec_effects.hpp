// The effects of the specification: what does an event change?
#pragma once

#include "spec.hpp"

namespace rwl::verify {

constexpr void specification::apply(strategy s, event e, int t) {
  switch (e) {
    using enum event;
  case read_request:
    return join(s, t, mode::read);
  case write_request:
    return join(s, t, mode::write);
  case upgradeable_request:
    return join(s, t, mode::upgradeable);

  case read_grant:
    admit(s, t);
    return readers_.insert(t);
  case write_grant:
    admit(s, t);
    return become_writer(t);
  case upgradeable_grant:
    admit(s, t);
    upgradeable_ = static_cast<std::int8_t>(t);
    return;

  case read_release:
    return readers_.erase(t);
  case write_reenter:
    ++depth_;
    return;
  case write_release:
    if (--depth_ > 0)
      return;
    leave_write();
    return end_phase(s);

  case upgradeable_release:
    upgradeable_ = -1;
    return end_phase(s);
  case upgrade_request:
    upgrade_pending_ = true;
    return;
  case upgrade_cancel: // the readers held back are admitted by their own guards; no phase has ended
    upgrade_pending_ = false;
    return;
  case upgrade_grant:
    upgradeable_ = -1;
    upgrade_pending_ = false;
    return become_writer(t);

  case write_to_read:
    leave_write();
    readers_.insert(t);
    return end_phase(s);
  case write_to_upgradeable:
    leave_write();
    upgradeable_ = static_cast<std::int8_t>(t);
    return end_phase(s);
  case upgradeable_to_read:
    upgradeable_ = -1;
    readers_.insert(t);
    return end_phase(s);

  case read_to_write:
    readers_.erase(t);
    return become_writer(t);

  case cancel:
    return withdraw(s, t);
  case condition_wait:
    return wait_on_condition(s, t);
  case notify:
    return request_again(s, t);

  case read_refused:
  case write_refused:
  case upgradeable_refused:
  case upgrade_refused:
    return;
  }
}

// The doorway.
constexpr void specification::join(strategy s, int t, mode m) {
  const bool ordered_across_kinds = s == strategy::fifo || s == strategy::throughput;
  if (m == mode::read)
    waiting_readers_.insert(t);
  if (m != mode::read || ordered_across_kinds)
    queue_.push(t, m);
}

constexpr void specification::leave_waiting(int t) {
  waiting_readers_.erase(t);
  batch_.erase(t);
  if (queue_.find(t) != nullptr)
    queue_.erase(t);
}

// Under throughput a grant counts against everybody it overtakes; the guard lets nobody be
// overtaken more than K times.
constexpr void specification::admit(strategy s, int t) {
  if (s == strategy::throughput)
    for (request& r : queue_) {
      if (r.thread == t)
        break;
      ++r.overtaken;
    }
  leave_waiting(t);
}

constexpr void specification::become_writer(int t) {
  writer_ = static_cast<std::int8_t>(t);
  depth_ = 1;
}

constexpr void specification::leave_write() {
  writer_ = -1;
  depth_ = 0;
}

constexpr void specification::withdraw(strategy s, int t) {
  const bool ends_phase = !waiting_readers_.contains(t) && cancel_ends_phase(t);
  leave_waiting(t);
  if (ends_phase)
    end_phase(s);
}

constexpr void specification::wait_on_condition(strategy s, int t) {
  if (t == writer_) {
    leave_write();
    condition_writers_.insert(t);
    return end_phase(s);
  }
  readers_.erase(t);
  condition_readers_.insert(t);
}

constexpr void specification::request_again(strategy s, int t) {
  const mode wanted = condition_writers_.contains(t) ? mode::write : mode::read;
  condition_writers_.erase(t);
  condition_readers_.erase(t);
  join(s, t, wanted);
}

// All the readers that wait now, and only those, enter before the next writer.
constexpr void specification::end_phase(strategy s) {
  if (s == strategy::phase_fair)
    batch_ = waiting_readers_;
}

} // namespace rwl::verify
