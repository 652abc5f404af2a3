// What stress tests share: threads that start together, an amount of work, checks that any thread
// may make, and a main that runs a table of tests.
//
// Every random choice comes from the seed, so each thread does the same operations in every run;
// only how they interleave is the machine's. Nothing is timed: a test that hangs is left to the
// time limit of whoever runs it, and the output names it.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <latch>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rwl::stress {

class trial {
public:
  trial(double scale, unsigned seed) : scale_(scale), seed_(seed) {}

  // How often to do what is normally done n times.
  int times(int n) const { return std::max(1, static_cast<int>(n * scale_)); }

  std::minstd_rand random(int thread) const {
    std::seed_seq sequence{seed_, static_cast<unsigned>(thread)};
    return std::minstd_rand(sequence);
  }

  // Synchronises nothing as long as it holds: the checks must not help the lock to order threads.
  void expect(bool holds, std::string_view what) {
    if (!holds) [[unlikely]] {
      const std::lock_guard guard(mutex_);
      if (failures_++ == 0)
        first_failure_ = what;
    }
  }

  // Calls body(i), i = 0 .. threads - 1, each in a thread of its own, and waits for all.
  template <class Body>
  void together(int threads, Body body) {
    std::latch start(threads);
    std::vector<std::jthread> running;
    for (int i = 0; i < threads; ++i)
      running.emplace_back([&start, &body, i] {
        start.arrive_and_wait();
        body(i);
      });
  }

  int failures() const { return failures_; }
  const std::string& first_failure() const { return first_failure_; }

private:
  double scale_;
  unsigned seed_;
  std::mutex mutex_;
  int failures_ = 0;
  std::string first_failure_;
};

// As many threads as there are processors, but always some.
inline int team() { return std::max(4, static_cast<int>(std::thread::hardware_concurrency())); }

// Four times as many, so that most of them have no processor at any time; up to what the textbook
// locks are given room for.
inline constexpr int max_crowd = 256;
inline int crowd() { return std::min(4 * team(), max_crowd); }

struct test {
  std::string name;
  std::function<void(trial&)> body;
};

// For main: runs the tests whose name contains one of the arguments, or all if there is none. The
// environment sets STRESS_SCALE, by which all amounts are multiplied, and STRESS_SEED.
inline int run(const std::vector<test>& tests, int argc, char** argv) {
  const std::vector<std::string_view> filters(argv + 1, argv + argc);
  const auto setting = [](const char* name) {
    const char* value = std::getenv(name);
    return value ? std::atof(value) : 1;
  };
  const double scale = setting("STRESS_SCALE");
  const auto seed = static_cast<unsigned>(setting("STRESS_SEED"));

  int passed = 0;
  int failed = 0;
  for (const test& each : tests) {
    const auto selects = [&](std::string_view f) { return each.name.find(f) != f.npos; };
    if (!filters.empty() && std::ranges::none_of(filters, selects))
      continue;
    std::cout << each.name << std::flush; // so that a test that hangs is named
    trial t(scale, seed);
    each.body(t);
    if (t.failures() == 0) {
      ++passed;
      std::cout << '\n';
    } else {
      ++failed;
      std::cout << ": FAILED " << t.failures() << " times, first: " << t.first_failure()
                << "; again: STRESS_SEED=" << seed << " STRESS_SCALE=" << scale << ' ' << argv[0]
                << ' ' << each.name << '\n';
    }
  }
  std::cout << passed << " passed, " << failed << " failed" << std::endl;
  return failed == 0 && passed > 0 ? 0 : 1;
}

} // namespace rwl::stress
