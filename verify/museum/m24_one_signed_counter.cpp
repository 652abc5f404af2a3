// M24: readers count upwards, the writer counts downwards, and a thread that is both counts to
// zero.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// A monitor in which the writer may read inside its own section.
template <class Sync, bool mended>
class one_signed_counter {
public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    changed_.wait(guard, [this] { return holds_ >= 0 || i_write(); });
    add(1);
  }
  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    add(-1);
    changed_.notify_all();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    changed_.wait(guard, [this] { return holds_ == 0; });
    holds_ = -1;
    writer_ = Sync::self();
  }
  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    holds_ = holds_ + 1 + own_reads_; // reads that go on are those of a reader from here on
    own_reads_ = 0;
    writer_ = nobody;
    changed_.notify_all();
  }

private:
  static constexpr typename Sync::thread_id nobody = -1;

  bool i_write() const { return writer_ == Sync::self(); }

  void add(int readers) {
    if constexpr (mended)
      if (i_write()) {
        own_reads_ = own_reads_ + readers;
        return;
      }
    holds_ = holds_ + readers;
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable changed_;
  typename Sync::template var<int> holds_{0};     // how many read; -1: somebody writes; 0: free
  typename Sync::template var<int> own_reads_{0}; // of the writer
  typename Sync::template var<typename Sync::thread_id> writer_{nobody};
};

// Two threads write, and the first reads meanwhile.
template <bool mended>
class writer_that_reads : public program {
public:
  void thread(int t) override {
    run::enter(phase::trying);
    lock_.lock();
    run::enter(phase::inside);
    run::check(inside_.add(1) == 0, "mutual exclusion: two writers are inside");
    run::witness(first_.get() ? t : 1 - t);
    first_ = false;
    if (t == 0) {
      lock_.lock_shared();
      lock_.unlock_shared();
    }
    inside_.add(-1);
    run::enter(phase::leaving);
    lock_.unlock();
    run::enter(phase::remainder);
  }

private:
  one_signed_counter<explorer_sync, mended> lock_;
  explorer_sync::var<bool> first_{true};
  ghost inside_;
};

} // namespace

exhibit m24() {
  return in_program<writer_that_reads>(
      {.code = "M24",
       .title = "A writer that reads as well looks like a free lock",
       .systems = "aiorwlock up to 0.4",
       .story =
           "One counter says who is inside: it is the number of readers, or -1 for a writer, or 0 "
           "if the lock is free. A writer may also read in its own section, and that adds one like "
           "any other read. Now the counter is 0, the lock looks free, and the next writer "
           "enters.",
       .repair = "The reads of the writer have a counter of their own. If they outlast its write, "
                 "they become those of a reader when it ends.",
       .lesson = "A value that means free must be reached only when nobody is inside. Numbers of "
                 "opposite sign that meet in one counter cancel out; a state that several holders "
                 "can share needs a count for each kind.",
       .sources = {"https://github.com/aio-libs/aiorwlock/issues/37",
                   "https://github.com/aio-libs/aiorwlock/issues/39"}},
      "verify/museum/m24_one_signed_counter.cpp", property::mutual_exclusion, "assertion", 2,
      {"the writer that reads came first", "the writer that reads came second"});
}

} // namespace rwl::verify::museum
