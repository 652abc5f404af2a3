#include "runner.hpp"

#include "worker.hpp"

#include <algorithm>
#include <new>
#include <numeric>

#include <poll.h>
#include <sys/mman.h>

namespace rwl::verify {

namespace {

constexpr double patience_after_interrupt = 5;

// How many executions each check has made so far, written by its worker. The engine starts again
// from zero with each of a check's explorations.
class shared_counters {
public:
  explicit shared_counters(std::size_t n) : size_(n), highest_(n), finished_(n) {
    void* memory =
        mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
      throw std::bad_alloc();
    counters_ = static_cast<counter*>(memory);
    std::uninitialized_value_construct_n(counters_, n);
  }
  ~shared_counters() { munmap(counters_, bytes()); }
  shared_counters(const shared_counters&) = delete;
  shared_counters& operator=(const shared_counters&) = delete;

  std::atomic<std::uint64_t>* at(std::size_t i) { return counters_ + i; }

  std::uint64_t sum() {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      // Relaxed: a figure for people.
      const std::uint64_t count = counters_[i].load(std::memory_order_relaxed);
      if (count < highest_[i])
        finished_[i] += highest_[i];
      highest_[i] = count;
      total += finished_[i] + count;
    }
    return total;
  }

private:
  using counter = std::atomic<std::uint64_t>;
  static_assert(counter::is_always_lock_free, "shared between processes");
  std::size_t bytes() const { return std::max<std::size_t>(size_, 1) * sizeof(counter); }

  std::size_t size_;
  counter* counters_;
  std::vector<std::uint64_t> highest_, finished_;
};

class runner {
public:
  runner(const std::vector<job>& jobs, const runner_settings& settings)
      : jobs_(jobs), settings_(settings), counters_(jobs.size()), waiting_(jobs.size()) {
    found_.results.resize(jobs.size());
    for (job_result& r : found_.results)
      r.why = "interrupted before it began";
    std::iota(waiting_.begin(), waiting_.end(), std::size_t{0});
    const double sign = settings.small_first ? 1 : -1;
    std::ranges::stable_sort(waiting_, {},
                             [&](std::size_t i) { return sign * jobs_[i].what->cost; });
    std::ranges::reverse(waiting_); // the next one stands last
  }

  run_result run() {
    const signal_watch signals;
    while (!waiting_.empty() || !working_.empty()) {
      react_to_signals();
      while (!waiting_.empty() && working_.size() < settings_.processes)
        if (!start_next())
          break;
      wait_a_little();
      collect();
      show_progress();
    }
    found_.seconds = elapsed();
    return std::move(found_);
  }

private:
  double elapsed() const {
    return std::chrono::duration<double>(worker::clock::now() - begun_).count();
  }

  void react_to_signals() {
    const int seen = signal_watch::count();
    if (seen >= 1 && !found_.interrupted) {
      found_.interrupted = true;
      waiting_.clear();
      for (worker& w : working_)
        w.ask_to_stop(patience_after_interrupt);
    }
    if (seen >= 2)
      for (worker& w : working_)
        w.kill_now();
  }

  // False: the system has no more processes, and one of ours may end.
  bool start_next() {
    const std::size_t index = waiting_.back();
    worker w(jobs_[index], index, settings_, counters_.at(index));
    if (!w.ok() && !working_.empty())
      return false;
    waiting_.pop_back();
    if (w.ok())
      working_.push_back(std::move(w));
    else
      finish(index, {ending::crashed, "the system refused a process for it", {}});
    return true;
  }

  void wait_a_little() {
    std::vector<pollfd> descriptors;
    for (const worker& w : working_)
      descriptors.push_back({w.descriptor(), POLLIN, 0});
    poll(descriptors.data(), descriptors.size(), 200);
  }

  void collect() {
    std::erase_if(working_, [this](worker& w) {
      w.kill_if_late();
      if (!w.receive())
        return false;
      finish(w.index(), w.result());
      return true;
    });
  }

  void finish(std::size_t index, job_result r) {
    ++done_;
    found_.results[index] = std::move(r);
  }

  void show_progress() {
    if (!settings_.progress)
      return;
    progress_view view{done_, jobs_.size(), counters_.sum(), elapsed(), {}};
    for (const worker& w : working_)
      view.working.push_back({&jobs_[w.index()], w.seconds()});
    settings_.progress(view);
  }

  const std::vector<job>& jobs_;
  const runner_settings& settings_;
  shared_counters counters_;
  std::vector<std::size_t> waiting_;
  std::vector<worker> working_;
  std::size_t done_ = 0;
  run_result found_;
  worker::clock::time_point begun_ = worker::clock::now();
};

} // namespace

run_result run_jobs(const std::vector<job>& jobs, const runner_settings& settings) {
  return runner(jobs, settings).run();
}

} // namespace rwl::verify
