// Runs checks, each in a process of its own: the engine searches once at a time in a process, and a
// lock that crashes must not take the others down with it.
#pragma once

#include "../engine/control.hpp"
#include "../scenarios/check.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace rwl::verify {

struct job {
  const lock_info* lock;
  const check* what;
};

enum class ending {
  finished,
  crashed,     // or threw, or sent no result
  out_of_time, // killed: it did not keep to its budget
  interrupted, // by the user, before it came to a result or before it began
};

struct job_result {
  ending how = ending::interrupted;
  std::string why;     // not finished: in words
  check_result result; // finished
  double seconds = 0;
};

struct progress_view {
  struct worker {
    const job* does;
    double seconds;
  };
  std::size_t done, total;
  std::uint64_t executions;
  double seconds;
  std::vector<worker> working; // in the order in which they began
};

struct runner_settings {
  unsigned processes = 1;
  bool small_first = false; // first results sooner, the last one later
  check_options options;
  double grace_seconds = 30;                          // that a check may take beyond its budget
  search_control control;                             // of a worker
  std::function<void(const progress_view&)> progress; // called a few times a second
};

// One of several runs that were merged.
struct shard_run {
  unsigned number;
  double seconds;
  std::vector<std::string> places; // where it was begun, if that is known: again and again
};

struct run_result {
  std::vector<job_result> results; // in the order of the jobs
  bool interrupted = false;
  double seconds = 0;              // of shards: all together
  std::vector<shard_run> shards{}; // empty: it was made at one place
};

// Longest expected first, or small ones; at most `processes` at a time. SIGINT and SIGTERM make it
// tell the workers to stop and return what was reached; a second signal kills them.
run_result run_jobs(const std::vector<job>&, const runner_settings&);

} // namespace rwl::verify
