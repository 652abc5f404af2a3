// Where a thread stands, as the steps of the specification tell it.
#pragma once

#include "../engine/program.hpp"

#include <rwl/sync/event.hpp>

namespace rwl::verify {

enum class wish { none, read, write, upgradeable, upgrade };

// What a thread has of the lock, and what it waits for.
struct standing {
  bool reads = false, upgradeable = false;
  int writes = 0; // depth
  wish wants = wish::none;
  wish left_for_condition = wish::none; // the mode that a notification asks for again

  friend bool operator==(const standing&, const standing&) = default;
};

void follow(standing&, event);

phase phase_of(const standing&);

} // namespace rwl::verify
