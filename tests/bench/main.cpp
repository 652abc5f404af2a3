// Runs the benchmarks, repetitions of all of them interleaved at random, and prints one table.
//
//   bench [--benchmark_filter=REGEX] [--benchmark_out=FILE.json] [--benchmark_...]
#include "bench.hpp"
#include "table.hpp"

#include <latch>
#include <thread>
#include <vector>

int main(int argc, char** argv) {
  // A process with a single thread gets a cheaper std::mutex from the C library: no atomics.
  std::latch done(1);
  const std::jthread second([&done] { done.wait(); });

  // Before the user's, which thus win.
  char defaults[][48] = {"--benchmark_repetitions=9", "--benchmark_min_time=0.02",
                         "--benchmark_enable_random_interleaving"};
  std::vector<char*> arguments{argv[0]};
  for (char* option : defaults)
    arguments.push_back(option);
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());

  rwl::bench::add_uncontended();
  rwl::bench::add_contended();
  rwl::bench::add_ownership();
  benchmark::Initialize(&count, arguments.data());
  const bool understood = !benchmark::ReportUnrecognizedArguments(count, arguments.data());
  if (understood) {
    rwl::bench::table table;
    benchmark::RunSpecifiedBenchmarks(&table);
  }
  done.count_down();
  return understood ? 0 : 1;
}
