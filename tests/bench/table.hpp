// The table of results: for each benchmark GROUP/LOCK the median of its repetitions, their spread,
// and how the median compares with those of the standard library's locks in the same group.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace rwl::bench {

class table : public benchmark::BenchmarkReporter {
public:
  bool ReportContext(const Context& context) override {
    PrintBasicContext(&GetErrorStream(), context);
    return true;
  }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs)
      if (run.run_type == Run::RT_Iteration && !run.error_occurred) {
        row& r = rows_[run.family_index];
        const std::string& name = run.run_name.function_name;
        r.group = name.substr(0, name.find('/'));
        r.lock = name.substr(name.find('/') + 1);
        r.times.push_back(time(run));
      }
  }

  void Finalize() override {
    for (auto& [index, r] : rows_)
      std::ranges::sort(r.times);
    std::puts(
        "\nns for lock and unlock, and the ratio of medians: below 1 is faster than that lock");
    std::string group;
    for (const auto& [index, r] : rows_) {
      if (r.group != group) {
        group = r.group;
        std::printf("\n%-22s %8s %19s %12s %18s\n", group.c_str(), "median", "quartiles",
                    "/ std::mutex", "/ std::shared_mutex");
      }
      std::printf("  %-20s %8.1f %8.1f - %8.1f %12.2f %18.2f\n", r.lock.c_str(), r.quantile(0.5),
                  r.quantile(0.25), r.quantile(0.75), r.quantile(0.5) / median(group, "std::mutex"),
                  r.quantile(0.5) / median(group, "std::shared_mutex"));
    }
  }

private:
  struct row {
    std::string group;
    std::string lock;
    std::vector<double> times;

    // Precondition: the times are sorted.
    double quantile(double q) const {
      return times[static_cast<std::size_t>(q * static_cast<double>(times.size() - 1) + 0.5)];
    }
  };

  // Where no time is given, processor time: a single thread never waits, and that is disturbed
  // least by other programs.
  static double time(const Run& run) {
    return run.run_name.time_type.empty() ? run.GetAdjustedCPUTime() : run.GetAdjustedRealTime();
  }

  double median(const std::string& group, const std::string& lock) const {
    for (const auto& [index, r] : rows_)
      if (r.group == group && r.lock == lock)
        return r.quantile(0.5);
    return std::numeric_limits<double>::quiet_NaN(); // a filter has left it out
  }

  std::map<std::int64_t, row> rows_; // by the order of registration: the runs come in any order
};

} // namespace rwl::bench
