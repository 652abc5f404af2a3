// What the explorer cannot see: members of a lock that change though they are neither atomics nor
// vars of the Sync policy. Races on them go unnoticed, and executions that differ in them alone
// would be taken for the same.
#pragma once

#include "../engine/program.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rwl::verify {

inline constexpr const char* unmodelled_change =
    "unmodelled: a member of the lock has changed that is no Sync::atomic, Sync::var or other "
    "object of the policy: races on it could not be seen";

template <class Lock>
class unmodelled_bytes {
public:
  explicit unmodelled_bytes(const Lock& lock) : lock_(&lock), before_(hash()) {}

  void check_unchanged() const { run::check(hash() == before_, unmodelled_change); }

private:
  std::uint64_t hash() const {
    // The same in every execution: cells are members.
    static const std::vector<byte_range> gaps = machine::bytes_outside_cells(lock_, sizeof(Lock));
    const auto* bytes = reinterpret_cast<const unsigned char*>(lock_);
    std::uint64_t h = 0;
    for (const byte_range& gap : gaps)
      for (std::size_t i = gap.begin; i < gap.end; ++i)
        h = h * 31 + bytes[i];
    return h;
  }

  const Lock* lock_;
  std::uint64_t before_;
};

} // namespace rwl::verify
