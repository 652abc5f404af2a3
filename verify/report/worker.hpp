// One check in a process of its own, seen from the process that started it.
#pragma once

#include "runner.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <string>

#include <sys/types.h>

namespace rwl::verify {

// Holds SIGINT and SIGTERM back and counts them.
class signal_watch {
public:
  signal_watch();
  ~signal_watch();
  signal_watch(const signal_watch&) = delete;
  signal_watch& operator=(const signal_watch&) = delete;
  static int count();

private:
  struct sigaction saved_int_, saved_term_;
};

class worker {
public:
  using clock = std::chrono::steady_clock;

  // Forks. `ok()` is false if that was impossible.
  worker(const job&, std::size_t index, const runner_settings&,
         std::atomic<std::uint64_t>* progress);

  bool ok() const { return pid_ > 0; }
  int descriptor() const { return pipe_; }
  std::size_t index() const { return index_; }
  double seconds() const;

  // Takes in what the process sent; true when it has sent everything and is gone.
  bool receive();
  job_result result();

  void ask_to_stop(double grace_seconds);
  // Kills the process if its time is up, or at once.
  void kill_if_late();
  void kill_now();

private:
  job_result parsed();

  std::size_t index_;
  pid_t pid_ = -1;
  int pipe_ = -1;
  int status_ = 0;
  bool killed_ = false;
  bool asked_ = false;
  clock::time_point begun_ = clock::now();
  clock::time_point deadline_ = clock::time_point::max();
  std::string received_;
};

} // namespace rwl::verify
