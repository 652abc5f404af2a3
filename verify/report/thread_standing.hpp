// Where a thread stands, as the steps of the specification tell it.
#pragma once

#include "../engine/program.hpp"

#include <rwl/sync/event.hpp>

#include <optional>
#include <string_view>

namespace rwl::verify {

enum class wish { none, read, write, upgradeable, upgrade };

// What a thread has of the lock, and what it waits for.
struct thread_standing {
  bool reads = false, upgradeable = false;
  int writes = 0; // depth
  wish wants = wish::none;
  wish left_for_condition = wish::none; // the mode that a notification asks for again

  friend bool operator==(const thread_standing&, const thread_standing&) = default;
};

// "read_request" and the like.
std::optional<event> event_named(std::string_view);

void follow(thread_standing&, event);

phase phase_of(const thread_standing&);

} // namespace rwl::verify
