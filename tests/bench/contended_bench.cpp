// Several threads read and write in one lock without a pause, with sections of a few nanoseconds:
// time for each operation of all of them together. Such a loop flatters locks that let the same
// thread in again and again.
//
// The clock is ours: the framework's adds up how long each thread was busy, and so takes threads
// that run one after the other for threads that run at once.
#include "bench.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <latch>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace rwl::bench {

namespace {

constexpr std::chrono::milliseconds window{30};

template <class Lock>
struct alignas(64) guarded {
  Lock m;
  std::uint64_t value = 0;
};

template <class Lock>
void operate(guarded<Lock>& shared, bool reads) {
  if (reads) {
    enter_shared(shared.m);
    benchmark::DoNotOptimize(shared.value);
    leave_shared(shared.m);
  } else {
    shared.m.lock();
    benchmark::DoNotOptimize(++shared.value);
    shared.m.unlock();
  }
}

// One window: seconds for each operation.
template <class Lock>
double measure(int threads, unsigned read_percent) {
  guarded<Lock> shared;
  std::latch start(threads + 1);
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> operations{0};
  std::vector<std::jthread> team;
  for (int i = 0; i < threads; ++i)
    team.emplace_back([&, i] {
      std::minstd_rand random(static_cast<unsigned>(i) + 1);
      std::uint64_t mine = 0;
      start.arrive_and_wait();
      // Relaxed, here and below: joining the threads orders what is read after it.
      for (; !stop.load(std::memory_order_relaxed); ++mine)
        operate(shared, random() % 100 < read_percent);
      operations.fetch_add(mine, std::memory_order_relaxed);
    });
  start.arrive_and_wait();
  const auto begin = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(window);
  stop.store(true, std::memory_order_relaxed);
  team.clear();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  return elapsed.count() / static_cast<double>(operations.load(std::memory_order_relaxed));
}

} // namespace

void add_contended() {
  for (const int threads : {2, 8})
    for (const unsigned read_percent : {100, 95, 80, 50, 0})
      for_each_lock([=]<class Lock>(std::type_identity<Lock>, const std::string& name) {
        const std::string group =
            std::to_string(threads) + " threads, " + std::to_string(read_percent) + " % reads";
        const auto one_window = [=](benchmark::State& state) {
          for (auto _ : state)
            state.SetIterationTime(measure<Lock>(threads, read_percent));
        };
        benchmark::RegisterBenchmark((group + '/' + name).c_str(), one_window)
            ->Iterations(1)
            ->UseManualTime();
      });
}

} // namespace rwl::bench
