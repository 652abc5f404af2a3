// M7: an upgrade is given up, and one of the two halves of the write lock stays behind.
#include "exhibit.hpp"
#include "exhibits.hpp"

#include <cstdint>

namespace rwl::verify::museum {

namespace {

// The write lock has two halves: a mutex that keeps writers and upgradeable readers apart, and a
// bit in the word of the readers that keeps those out. An upgradeable reader holds the mutex, and
// is counted as a reader.
template <class Sync, bool mended>
class dropped_upgrade {
public:
  void lock_shared() {
    for (;;) {
      word s = Sync::await(
          state_, [](word now) { return !(now & writer); }, std::memory_order_relaxed);
      // Acquire: pairs with the release in unlock().
      if (state_.compare_exchange_strong(s, s + reader, std::memory_order_acquire,
                                         std::memory_order_relaxed))
        return;
    }
  }

  void unlock_shared() {
    // Release: pairs with the acquire in readers_inside().
    if (state_.fetch_sub(reader, std::memory_order_release) == (reader | writer))
      readers_left_.unpark();
  }

  void lock() {
    writers_.lock();
    state_.fetch_or(writer, std::memory_order_relaxed);
    while (readers_inside())
      readers_left_.park();
  }

  void unlock() {
    state_.fetch_and(~writer, std::memory_order_release);
    writers_.unlock();
  }

  void lock_upgrade() {
    writers_.lock();
    state_.fetch_add(reader, std::memory_order_relaxed); // the mutex has ordered the writers
  }

  // False: the upgrade was dropped, and with it the upgradeable mode.
  bool unlock_upgrade_and_lock(const typename Sync::stop_token& stop) {
    auto poll = [this] { readers_left_.unpark(); };
    const typename Sync::template stop_callback<decltype(poll)> on_stop{stop, poll};
    state_.fetch_sub(reader - writer, std::memory_order_relaxed);
    while (readers_inside()) {
      if (stop.stop_requested()) {
        state_.fetch_and(~writer, std::memory_order_relaxed);
        if constexpr (mended)
          writers_.unlock();
        return false;
      }
      readers_left_.park();
    }
    return true;
  }

private:
  using word = std::uint32_t;
  static constexpr word writer = 1, reader = 2;

  bool readers_inside() const { return state_.load(std::memory_order_acquire) >= reader; }

  typename Sync::mutex writers_;
  typename Sync::template atomic<word> state_{0};
  typename Sync::parker readers_left_;
};

// An upgrade waits for a reader while its task is cancelled; then somebody else writes.
template <bool mended>
class cancelled_upgrade : public program {
public:
  void thread(int t) override {
    switch (t) {
    case 0:
      upgrade();
      break;
    case 1:
      lock_.lock_shared();
      (void)payload_.get();
      lock_.unlock_shared();
      break;
    case 2:
      stop_.request_stop();
      lock_.lock();
      write();
    }
  }

private:
  void upgrade() {
    lock_.lock_upgrade();
    const bool upgraded = lock_.unlock_upgrade_and_lock(stop_.get_token());
    run::witness(upgraded ? 0 : 1);
    if (upgraded)
      write();
  }

  void write() {
    payload_ = payload_.get() + 1;
    lock_.unlock();
  }

  dropped_upgrade<explorer_sync, mended> lock_;
  explorer_sync::stop_source stop_;
  explorer_sync::var<int> payload_{0};
};

} // namespace

exhibit m07() {
  return in_program<cancelled_upgrade>(
      {.code = "M7",
       .title = "An upgrade is dropped, and half of the write lock stays behind",
       .systems = "async-lock, for a day in 2023",
       .story =
           "The write lock consists of a mutex among writers and a bit that keeps readers out. An "
           "upgradeable reader holds the mutex from the start. To upgrade it gives up its share, "
           "sets the bit, and waits for the other readers. Its future is dropped while it waits. "
           "The bit is cleared, so readers come and go as before; but nobody owns the guard of "
           "the mutex any more, and nobody unlocks it. All writers wait for ever.",
       .repair = "Dropping the future clears the bit and unlocks the mutex, just as releasing the "
                 "write lock does.",
       .lesson = "To abandon a lock that is half acquired is a release of its own: it must give "
                 "back everything that was taken on the way, also what was taken long before the "
                 "wait began.",
       .sources = {"https://github.com/smol-rs/async-lock/commit/0b71083",
                   "https://github.com/smol-rs/async-lock/commit/90b1a30"}},
      "verify/museum/m07_dropped_upgrade.cpp", property::deadlock_freedom, "deadlock", 3,
      {"the upgrade was granted", "the upgrade was dropped"});
}

} // namespace rwl::verify::museum
