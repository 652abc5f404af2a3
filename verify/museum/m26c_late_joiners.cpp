// M26c: readers and writers take turns, but the readers' turn never ends.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// A monitor in phases: a writer that leaves calls in all readers that wait, and when no reader is
// inside any more the next writer enters.
template <class Sync, bool mended>
class late_joiners {
public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    const bool may_join = phase_open_ && !mended;
    if (writing_ || (waiting_writers_ > 0 && !may_join)) {
      ++waiting_readers_;
      readable_.wait(guard, [this, before = phase_.get()] { return phase_ != before; });
    } else {
      ++readers_;
    }
  }
  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    if (--readers_ > 0)
      return;
    phase_open_ = false;
    writable_.notify_one();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    ++waiting_writers_;
    writable_.wait(guard, [this] { return !writing_ && readers_ == 0; });
    --waiting_writers_;
    writing_ = true;
  }
  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    writing_ = false;
    if (waiting_readers_ > 0)
      open_phase();
    else
      writable_.notify_one();
  }

private:
  void open_phase() {
    readers_ = waiting_readers_; // called in, and counted before they wake
    waiting_readers_ = 0;
    phase_open_ = true;
    phase_ = !phase_;
    readable_.notify_all();
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable readable_, writable_;
  typename Sync::template var<int> readers_{0}, waiting_readers_{0}, waiting_writers_{0};
  typename Sync::template var<bool> writing_{false};
  typename Sync::template var<bool> phase_open_{false}; // the readers inside have been called in
  typename Sync::template var<bool> phase_{false};      // changes with each phase
};

} // namespace

exhibit m26c() {
  return in_endless_letters<late_joiners>(
      {.code = "M26c",
       .title = "Late readers join the open phase, and the writer's turn never comes",
       .systems = "the fair lock of the Python package rwlocker 3.1",
       .story = "A writer that leaves opens a phase for the readers that wait; when the last of "
                "them has left, the next writer enters. But whoever comes while the phase is open "
                "joins it. Two readers that overlap, each coming back before the other has left, "
                "keep the phase open for ever, and the writer waits for its end.",
       .repair = "Only the readers that waited when the phase opened belong to it. Whoever comes "
                 "later waits for the next phase if a writer waits.",
       .lesson = "Taking turns is fair only if a turn ends, so who belongs to it must be settled "
                 "when it begins. Phase-fair locks (Brandenburg and Anderson 2010) do just this.",
       .sources = {"rwlocker 3.1: lib/rwl/textbook/alternating.hpp has its algorithm",
                   "Brandenburg and Anderson, Real-Time Systems 46(1), 2010"}},
      "verify/museum/m26c_late_joiners.cpp", property::writer_starvation_freedom, {"R", "R", "W"});
}

} // namespace rwl::verify::museum
