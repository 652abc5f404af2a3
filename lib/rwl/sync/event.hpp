// The alphabet of the specification: what a lock tells its observers through Sync::observe.
#pragma once

#include <cstdint>
#include <string_view>

namespace rwl {

// One event is one step of the specified lock. A lock reports it at its linearisation point:
// directly after the read-modify-write (or inside the critical section) that makes the step take
// effect.
enum class event : std::uint8_t {
  read_request,        // the reader joins the waiting readers: its doorway is passed
  read_grant,          // a waiting reader is let in
  read_release,        // a reader leaves
  write_request,       // the writer joins the end of the queue: its doorway is passed
  write_grant,         // the head of the queue is let in as the writer
  write_reenter,       // the writer inside locks once more
  write_release,       // the writer inside unlocks once (leaves when its depth reaches zero)
  upgradeable_request, // a request for the upgradeable mode joins the end of the queue
  upgradeable_grant,   // the head of the queue gets the upgradeable mode
  upgradeable_release, // the upgradeable mode is given up
  upgrade_request, // the holder of the upgradeable mode asks to write: no new reader from now on
  upgrade_grant,   // the pending upgrade takes place
  upgrade_cancel,  // the pending upgrade is given up; the upgradeable mode is kept
  write_to_read,   // downgrade, atomic
  write_to_upgradeable,
  upgradeable_to_read,
  read_to_write,  // the only reader becomes the writer, atomically and at once
  cancel,         // a waiting request leaves without a grant (a timeout is a cancel)
  condition_wait, // a holder releases and starts to wait on the condition, atomically
  notify,         // a condition waiter requests again, in the mode it waited in
  read_refused,   // a try_lock_shared that failed: no step, but the grant must have been impossible
  write_refused,  // a try_lock that failed
  upgradeable_refused, // a try_lock_upgrade that failed
  upgrade_refused,     // a try to write by who reads, or holds the upgradeable mode, that failed at
                       // once
};

inline constexpr int event_count = static_cast<int>(event::upgrade_refused) + 1;

// A try that failed changes nothing.
constexpr bool is_refusal(event e) { return e >= event::read_refused; }

constexpr std::string_view name(event e) {
  constexpr std::string_view names[] = {"read_request",         "read_grant",
                                        "read_release",         "write_request",
                                        "write_grant",          "write_reenter",
                                        "write_release",        "upgradeable_request",
                                        "upgradeable_grant",    "upgradeable_release",
                                        "upgrade_request",      "upgrade_grant",
                                        "upgrade_cancel",       "write_to_read",
                                        "write_to_upgradeable", "upgradeable_to_read",
                                        "read_to_write",        "cancel",
                                        "condition_wait",       "notify",
                                        "read_refused",         "write_refused",
                                        "upgradeable_refused",  "upgrade_refused"};
  static_assert(std::size(names) == event_count);
  return names[static_cast<int>(e)];
}

} // namespace rwl
