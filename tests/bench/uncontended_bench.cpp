// One thread enters and leaves a lock that nobody else uses: the price of the fast paths.
#include "bench.hpp"

#include <string>

namespace rwl::bench {

namespace {

// A cache line of its own, wherever the stack happens to be.
template <class Lock>
struct alignas(64) isolated {
  Lock m;
};

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

} // namespace

void add_uncontended() {
  for_each_lock([]<class Lock>(std::type_identity<Lock>, const std::string& name) {
    benchmark::RegisterBenchmark(("uncontended read/" + name).c_str(), read<Lock>);
  });
  for_each_lock([]<class Lock>(std::type_identity<Lock>, const std::string& name) {
    benchmark::RegisterBenchmark(("uncontended write/" + name).c_str(), write<Lock>);
  });
}

} // namespace rwl::bench
