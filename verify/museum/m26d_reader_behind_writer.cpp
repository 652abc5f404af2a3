// M26d: a thread that reads already asks to read once more, while a writer waits.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// Writer preference as a monitor: readers wait while a writer is inside or waits.
template <class Sync, bool mended>
class reader_behind_writer {
public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    if (!(mended && own_reads() > 0))
      changed_.wait(guard, [this] { return !writing_ && waiting_writers_ == 0; });
    ++readers_;
    ++own_reads();
  }
  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    --own_reads();
    --readers_;
    changed_.notify_all();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    ++waiting_writers_;
    changed_.wait(guard, [this] { return !writing_ && readers_ == 0; });
    --waiting_writers_;
    writing_ = true;
  }
  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    writing_ = false;
    changed_.notify_all();
  }

  bool has_waiting_writer() {
    typename Sync::unique_lock guard{mutex_};
    return waiting_writers_ > 0;
  }

private:
  // How often the calling thread reads: enough for one lock.
  static int& own_reads() { return Sync::template tls<int>::get(); }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable changed_;
  typename Sync::template var<int> readers_{0}, waiting_writers_{0};
  typename Sync::template var<bool> writing_{false};
};

// One thread reads in two nested sections, as a function does that calls another. One writes.
template <bool mended>
class nested_sections : public program {
public:
  void thread(int t) override {
    run::enter(phase::trying);
    if (t == 0) {
      lock_.lock_shared();
      run::witness(lock_.has_waiting_writer() ? 0 : 1);
      lock_.lock_shared();
      run::enter(phase::inside);
      lock_.unlock_shared();
      lock_.unlock_shared();
    } else {
      lock_.lock();
      run::enter(phase::inside);
      lock_.unlock();
    }
    run::enter(phase::remainder);
  }

private:
  reader_behind_writer<explorer_sync, mended> lock_;
};

} // namespace

exhibit m26d() {
  return in_program<nested_sections>(
      {.code = "M26d",
       .title = "A nested read waits for a writer, which waits for the outer read",
       .systems = "the deep-dive locks; every lock that prefers writers and does not know its "
                  "readers",
       .story =
           "While a writer waits, no new reader enters: so writers do not starve. A thread reads, "
           "a writer comes and waits for it to leave, and the thread calls a function that reads "
           "as well. The lock takes it for a new reader and holds it back behind the writer, which "
           "waits for the very same thread.",
       .repair = "The lock knows who reads. A thread that is inside already enters at once, "
                 "whoever waits: it delays the writer no further, for its outer read does so "
                 "anyhow.",
       .lesson = "Preference for writers and nested reads go together only if the lock can tell a "
                 "nested read from a new one. Else the documentation must forbid nesting, since no "
                 "test without a writer at the right moment will find it.",
       .sources = {"deep-dive locks: a recursive read behind a waiting writer deadlocks"}},
      "verify/museum/m26d_reader_behind_writer.cpp", property::deadlock_freedom, "deadlock", 2,
      {"a writer waited at the nested read", "no writer waited at the nested read"});
}

} // namespace rwl::verify::museum
