// What a thread of a stress test has done to locks.
#pragma once

#include <cstdint>

namespace rwl::stress {

struct tally {
  std::uint64_t requests = 0, refused = 0, timed_out = 0, cancelled = 0;
  std::uint64_t upgrades = 0, upgrades_failed = 0, lone_readers = 0, downgrades = 0;
  std::uint64_t writes = 0, looks = 0;
  std::uint64_t waits = 0, notified = 0, notifications = 0;

  std::uint64_t operations() const {
    return requests + lone_readers + downgrades + waits + notifications;
  }

  tally& operator+=(const tally& o) {
    requests += o.requests, refused += o.refused;
    timed_out += o.timed_out, cancelled += o.cancelled;
    upgrades += o.upgrades, upgrades_failed += o.upgrades_failed;
    lone_readers += o.lone_readers, downgrades += o.downgrades;
    writes += o.writes, looks += o.looks;
    waits += o.waits, notified += o.notified, notifications += o.notifications;
    return *this;
  }
};

} // namespace rwl::stress
