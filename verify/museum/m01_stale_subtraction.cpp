// M1: a timed-out writer takes two bits out of the word by subtraction; one is gone already.
#include "exhibit.hpp"
#include "exhibits.hpp"

#include <cstdint>

namespace rwl::verify::museum {

namespace {

// One word: how many readers are inside, whether a writer has claimed the lock, and whether that
// writer sleeps until the readers have left. The sleeper bit changes under the queue's mutex, as
// the one parking place does; but the last reader looks at it without.
template <class Sync, bool mended>
class stale_subtraction {
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
    // Acquire and release: the last reader passes on to the writer what all of them did.
    if (state_.fetch_sub(reader, std::memory_order_acq_rel) == (reader | writer | sleeper))
      wake_writer();
  }

  void lock() {
    await_readers([this] {
      place_.park();
      return true;
    });
  }

  template <class Duration>
  bool try_lock_for(const Duration& time) {
    return await_readers([&] { return place_.park_until(Sync::after(time)); });
  }

  void unlock() {
    state_.fetch_sub(writer, std::memory_order_release);
    writers_.unlock();
  }

private:
  using word = std::uint32_t;
  static constexpr word sleeper = 1, writer = 2, reader = 4;

  bool await_readers(auto sleep) {
    writers_.lock();
    state_.fetch_or(writer, std::memory_order_relaxed); // from here on no new reader enters
    while (must_sleep())
      if (!sleep() && withdraw())
        return false;
    return true;
  }

  bool must_sleep() {
    typename Sync::unique_lock queue{queue_};
    word s = state_.load(std::memory_order_acquire); // pairs with unlock_shared()
    while (s >= reader && !state_.compare_exchange_strong(s, s | sleeper, std::memory_order_relaxed,
                                                          std::memory_order_acquire)) {
    }
    parked_ = s >= reader;
    return parked_;
  }

  void wake_writer() {
    typename Sync::unique_lock queue{queue_};
    state_.fetch_and(~sleeper, std::memory_order_relaxed);
    if (parked_)
      place_.unpark();
    parked_ = false;
  }

  // False: the wake-up was faster.
  bool withdraw() {
    {
      typename Sync::unique_lock queue{queue_};
      if (!parked_) {
        place_.park(); // takes the wake-up, which is there
        return false;
      }
      parked_ = false;
      if constexpr (mended)
        state_.fetch_and(~sleeper, std::memory_order_relaxed);
    }
    state_.fetch_sub(mended ? writer : writer + sleeper, std::memory_order_relaxed);
    writers_.unlock();
    return true;
  }

  typename Sync::template atomic<word> state_{0};
  typename Sync::mutex writers_; // one claims the lock at a time
  typename Sync::mutex queue_;
  typename Sync::template var<bool> parked_{false};
  typename Sync::parker place_;
};

} // namespace

exhibit m01() {
  return in_letters<stale_subtraction>(
      {.code = "M1",
       .title = "A timed-out writer subtracts a bit that a reader has cleared already",
       .systems = "parking_lot before 0.12.4",
       .story =
           "A writer claims the lock by a bit of the state word, sets a second bit to say that it "
           "sleeps until the readers have left, and parks with a deadline. Its time is up; it "
           "leaves the parking place and is about to give both bits back by one subtraction. Just "
           "then the last reader leaves, sees that the writer sleeps, and clears the second bit. "
           "The subtraction takes away a bit that is no longer set, and borrows from all above "
           "it: the word becomes all ones. To everybody who comes later a writer is inside, and "
           "readers without number.",
       .repair = "The writer clears the sleeper bit at the moment in which it leaves the parking "
                 "place, under the mutex that guards both, and subtracts its claim alone.",
       .lesson = "A bit that says something about a queue changes together with the queue, under "
                 "the same mutex. And only what nobody else can clear may be taken away by "
                 "arithmetic.",
       .sources = {"https://github.com/Amanieu/parking_lot/issues/465",
                   "https://github.com/Amanieu/parking_lot/pull/466"}},
      "verify/museum/m01_stale_subtraction.cpp", property::deadlock_freedom, "deadlock",
      {"RR", "Wt"});
}

} // namespace rwl::verify::museum
