// What the benchmarks share: the locks to compare, and a name for each measurement.
//
// A benchmark is called GROUP/LOCK. Within a group, all locks do the same work in the same run, and
// the table (table.hpp) sets their times beside those of the standard library's locks.
#pragma once

#include "../stress/locks.hpp"

#include <benchmark/benchmark.h>

#include <mutex>
#include <shared_mutex>
#include <type_traits>

namespace rwl::bench {

// visit(std::type_identity<Lock>, name) for each lock.
template <class Visit>
void for_each_lock(Visit visit) {
  visit(std::type_identity<std::mutex>{}, "std::mutex");
  visit(std::type_identity<std::shared_mutex>{}, "std::shared_mutex");
  stress::for_each_production_lock(visit);
}

// A mutex has but one mode.
template <class Lock>
void enter_shared(Lock& m) {
  if constexpr (requires { m.lock_shared(); })
    m.lock_shared();
  else
    m.lock();
}

template <class Lock>
void leave_shared(Lock& m) {
  if constexpr (requires { m.unlock_shared(); })
    m.unlock_shared();
  else
    m.unlock();
}

// Each registers the benchmarks of its file.
void add_uncontended();
void add_contended();

} // namespace rwl::bench
