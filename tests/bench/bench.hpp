// What the benchmarks share: the locks to compare, what one thread does with them, and the names.
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

// A cache line of its own, wherever the stack happens to be.
template <class Lock>
struct alignas(64) isolated {
  Lock m;
};

// One thread enters and leaves a lock that nobody else uses.
template <class Lock>
void write(benchmark::State& state) {
  isolated<Lock> lock;
  benchmark::DoNotOptimize(&lock);
  for (auto _ : state) {
    lock.m.lock();
    lock.m.unlock();
  }
}

template <class Lock>
void read(benchmark::State& state) {
  isolated<Lock> lock;
  benchmark::DoNotOptimize(&lock);
  for (auto _ : state) {
    enter_shared(lock.m);
    leave_shared(lock.m);
  }
}

// Each registers the benchmarks of its file.
void add_uncontended();
void add_contended();
void add_ownership();

} // namespace rwl::bench
