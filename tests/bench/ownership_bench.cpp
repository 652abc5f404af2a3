// What it costs to know the owner: one thread enters and leaves a lock that nobody else uses, plain
// and adapted; takes it again while it holds it; and holds other checked locks meanwhile.
#include "bench.hpp"

#include <rwl/checked.hpp>
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>

#include <array>
#include <string>

namespace rwl::bench {

namespace {

using plain = phase_fair_rwlock;
using checked_plain = checked<plain>;
using checked_reentrant = checked<reentrant<plain>>;
using checked_without_order = checked<plain, no_lock_order>;

template <class Lock>
void read_again(benchmark::State& state) {
  isolated<Lock> lock;
  benchmark::DoNotOptimize(&lock);
  lock.m.lock_shared();
  for (auto _ : state) {
    lock.m.lock_shared();
    lock.m.unlock_shared();
  }
  lock.m.unlock_shared();
}

// While holding others of the same kind, always in the same order.
template <class Lock, int others>
void read_after(benchmark::State& state) {
  std::array<isolated<Lock>, others + 1> locks;
  benchmark::DoNotOptimize(&locks);
  for (int i = 0; i < others; ++i)
    locks[static_cast<std::size_t>(i)].m.lock_shared();
  Lock& m = locks.back().m;
  for (auto _ : state) {
    m.lock_shared();
    m.unlock_shared();
  }
  for (int i = 0; i < others; ++i)
    locks[static_cast<std::size_t>(i)].m.unlock_shared();
}

// The standard library's locks too: the table compares with them.
template <class Visit>
void for_each_owned(Visit visit) {
  visit(std::type_identity<std::mutex>{}, "std::mutex");
  visit(std::type_identity<std::shared_mutex>{}, "std::shared_mutex");
  visit(std::type_identity<plain>{}, "phase_fair");
  visit(std::type_identity<reentrant<plain>>{}, "reentrant");
  visit(std::type_identity<checked_plain>{}, "checked");
  visit(std::type_identity<checked_reentrant>{}, "checked<reentrant>");
}

} // namespace

void add_ownership() {
  for_each_owned([]<class Lock>(std::type_identity<Lock>, const std::string& name) {
    benchmark::RegisterBenchmark(("owned read/" + name).c_str(), read<Lock>);
  });
  benchmark::RegisterBenchmark("owned read/nested in reentrant", read_again<reentrant<plain>>);
  benchmark::RegisterBenchmark("owned read/nested in checked", read_again<checked_reentrant>);
  benchmark::RegisterBenchmark("owned read/checked after 1", read_after<checked_plain, 1>);
  benchmark::RegisterBenchmark("owned read/checked after 3", read_after<checked_plain, 3>);
  benchmark::RegisterBenchmark("owned read/after 3, no order",
                               read_after<checked_without_order, 3>);
  for_each_owned([]<class Lock>(std::type_identity<Lock>, const std::string& name) {
    benchmark::RegisterBenchmark(("owned write/" + name).c_str(), write<Lock>);
  });
}

} // namespace rwl::bench
