// All the monitors. Each is a small regular value that is fed with transitions, allocates nothing
// and can be hashed, so that a search may keep it in its states.
#pragma once

#include "bypass_monitor.hpp"
#include "order_monitor.hpp"
#include "overlap_witness.hpp"
