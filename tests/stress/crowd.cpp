// A crowd of threads visits locks of every kind, and does all that can be done with them: requests
// of all forms, upgrades, downgrades, condition waits and notifications, cancelled from everywhere,
// while locks are destroyed and built.
#include "arena.hpp"
#include "crowd_options.hpp"
#include "locks.hpp"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>

namespace rwl::stress {
namespace {

using std::chrono::steady_clock;
constexpr std::chrono::seconds patience{60};

class gathering {
public:
  explicit gathering(const crowd_options& o)
      : options_(o), stops_(1 + static_cast<int>(o.threads) / 8) {
    const auto add = [this]<class Lock>(std::type_identity<Lock>, const std::string& name) {
      arenas_.push_back(std::make_unique<arena_of<Lock>>(name, options_.seed, stops_));
    };
    for_each_production_lock(add);
    for_each_strained_lock(add);
    for_each_owned_lock(add);
  }

  // Returns when all threads have ended. Throws if one cannot be started.
  void run() {
    std::vector<std::jthread> running;
    try {
      for (unsigned i = 0; i < options_.threads; ++i)
        running.emplace_back([this, i] { visit_locks(i); });
    } catch (const std::system_error&) {
      over_.store(true, std::memory_order_relaxed); // relaxed: nothing depends on it
      throw;
    }
    watch();
  }

  // Whether every check has passed.
  bool report() {
    int failed = 0;
    int destroyed = 0;
    for (const auto& a : arenas_) {
      a->close();
      destroyed += a->destroyed();
      std::cout << a->name << ": " << a->destroyed() << " locks";
      if (a->checks.failures() > 0) {
        ++failed;
        std::cout << ": FAILED " << a->checks.failures()
                  << " times, first: " << a->checks.first_failure() << "; again: " << again();
      }
      std::cout << '\n';
    }
    std::cout << total_.operations() << " operations on " << destroyed << " locks by "
              << options_.threads << " threads, seed " << options_.seed << '\n'
              << total_.writes << " writes, " << total_.looks << " upgradeable turns\n"
              << total_.refused << " refused, " << total_.timed_out << " timed out, "
              << total_.cancelled << " cancelled\n"
              << total_.upgrades << " upgrades, " << total_.upgrades_failed << " in vain, "
              << total_.lone_readers << " by lone readers, " << total_.downgrades << " downgrades\n"
              << total_.waits << " condition waits, " << total_.notifications << " notifications, "
              << total_.notified << " waiters notified\n"
              << arenas_.size() - static_cast<unsigned>(failed) << " passed, " << failed
              << " failed" << std::endl;
    return failed == 0;
  }

private:
  void visit_locks(unsigned me) {
    std::mt19937 seeds(arenas_.front()->checks.random(static_cast<int>(me))());
    tally done;
    const auto goes_on = [&](unsigned visits) {
      return !over_.load(std::memory_order_relaxed) &&
             (options_.seconds > 0 || visits < options_.visits);
    };
    for (unsigned visits = 0; goes_on(visits); ++visits) {
      arena& a = *arenas_[seeds() % arenas_.size()];
      done += a.visit(static_cast<std::uint32_t>(seeds()), walks_);
    }
    const std::lock_guard guard(mutex_);
    total_ += done;
    ++finished_;
    all_finished_.notify_one();
  }

  void watch() {
    const auto start = steady_clock::now();
    auto last_change = start;
    std::uint64_t before = 0;
    std::unique_lock guard(mutex_);
    while (!all_finished_.wait_for(guard, std::chrono::seconds(1),
                                   [this] { return finished_ == options_.threads; })) {
      const auto now = steady_clock::now();
      const std::uint64_t walks = walks_.load(std::memory_order_relaxed);
      if (std::exchange(before, walks) != walks)
        last_change = now;
      else if (now - last_change > patience)
        give_up();
      if (options_.seconds > 0 && now - start > std::chrono::seconds(options_.seconds))
        over_.store(true, std::memory_order_relaxed);
      if (isatty(STDERR_FILENO))
        std::cerr << '\r' << std::chrono::duration_cast<std::chrono::seconds>(now - start).count()
                  << " s, " << walks << " walks, " << options_.threads - finished_ << " threads "
                  << std::flush;
    }
    if (isatty(STDERR_FILENO))
      std::cerr << "\r\x1b[K";
  }

  [[noreturn]] void give_up() {
    std::cerr << "\ncrowd: no operation has been completed for " << patience.count() << " s, seed "
              << options_.seed << "; the locks:" << std::endl;
    alarm(10); // ends it if a lock is so broken that it cannot be described
    for (const auto& a : arenas_)
      a->describe(std::cerr);
    std::abort();
  }

  // The same operations; how they interleave is the machine's.
  std::string again() const {
    const bool timed = options_.seconds > 0;
    return "crowd --threads " + std::to_string(options_.threads) +
           (timed ? " --seconds " : " --visits ") +
           std::to_string(timed ? options_.seconds : options_.visits) + " --seed " +
           std::to_string(options_.seed);
  }

  const crowd_options options_;
  stop_board stops_;
  std::vector<std::unique_ptr<arena>> arenas_;
  std::atomic<bool> over_{false};
  std::atomic<std::uint64_t> walks_{0};
  std::mutex mutex_;
  std::condition_variable all_finished_;
  unsigned finished_ = 0;
  tally total_;
};

} // namespace
} // namespace rwl::stress

int main(int argc, char** argv) {
  using namespace rwl::stress;
  if (std::ranges::find(argv + 1, argv + argc, std::string_view("--help")) != argv + argc) {
    std::cout << crowd_help;
    return 0;
  }
  const std::optional<crowd_options> options = parse(argc, argv);
  if (!options)
    return 2;
  try {
    gathering all(*options);
    all.run();
    return all.report() ? 0 : 1;
  } catch (const std::system_error& e) {
    std::cerr << "crowd: cannot start " << options->threads << " threads: " << e.what() << '\n';
    return 2;
  }
}
