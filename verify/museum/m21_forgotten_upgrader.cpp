// M21: the last reader looks who sleeps, and by the time it wakes somebody that is out of date.
#include "exhibit.hpp"
#include "exhibits.hpp"

#include <cstdint>

namespace rwl::verify::museum {

namespace {

// A word with a parking lot. Whoever cannot enter sets the bit that says so and sleeps, both under
// the lot's mutex; who leaves looks at the bits, and takes the mutex only if somebody sleeps.
template <class Sync, bool mended>
class forgotten_upgrader {
  using word = std::uint32_t;

  static constexpr word writer = 1;      // somebody writes
  static constexpr word upgradeable = 2; // somebody may upgrade; readers share with it
  static constexpr word upgrading = 4;   // it sleeps until the readers have left; bars new ones
  static constexpr word parked = 8;      // others sleep
  static constexpr word reader = 16;     // and all above count the readers

public:
  void lock_shared() { enter(writer | upgrading, reader, parked, others_); }
  void lock() { enter(~parked, writer, parked, others_); }
  void lock_upgrade() { enter(writer | upgradeable, upgradeable, parked, others_); }
  void unlock_upgrade_and_lock() {
    enter(~(upgradeable | upgrading | parked), writer - upgradeable, upgrading, upgrader_);
  }

  void unlock_shared() {
    word seen = reader; // a guess, as in enter()
    while (seen / reader > 1 || !(seen & (upgrading | parked)))
      if (state_.compare_exchange_strong(seen, seen - reader, std::memory_order_release,
                                         std::memory_order_relaxed))
        return;
    typename Sync::unique_lock lot{mutex_};
    if constexpr (mended)
      seen = state_.load(std::memory_order_relaxed);
    state_.fetch_sub(reader, std::memory_order_release);
    if (seen & upgrading)
      wake(upgrading, upgrader_);
    else
      wake(parked, others_);
  }

  void unlock() {
    if (!(state_.fetch_and(~(writer | upgrading), std::memory_order_release) & parked))
      return;
    typename Sync::unique_lock lot{mutex_};
    wake(parked, others_);
  }

private:
  using sleepers = typename Sync::condition_variable;

  void enter(word barred_by, word gain, word asleep, sleepers& at) {
    word seen = 0; // a guess, which the exchange corrects
    while (!state_.compare_exchange_strong(seen, seen + gain, std::memory_order_acquire,
                                           std::memory_order_relaxed))
      while (seen & barred_by)
        seen = sleep(barred_by, asleep, at);
  }

  word sleep(word barred_by, word asleep, sleepers& at) {
    typename Sync::unique_lock lot{mutex_};
    const word seen = state_.fetch_or(asleep, std::memory_order_relaxed);
    if (!(seen & barred_by))
      return seen | asleep;
    at.wait(lot);
    return 0;
  }

  void wake(word asleep, sleepers& at) {
    state_.fetch_and(~asleep, std::memory_order_relaxed);
    at.notify_all();
  }

  typename Sync::template atomic<word> state_{0};
  typename Sync::mutex mutex_;
  sleepers upgrader_, others_;
};

} // namespace

exhibit m21() {
  return in_letters<forgotten_upgrader>(
      {.code = "M21",
       .title = "The last reader wakes the others, and the upgrader sleeps on",
       .systems = "parking_lot before 2019",
       .story =
           "The upgradeable holder that wants to write sleeps until the readers have left; the "
           "last reader wakes it, or the others that sleep if nobody upgrades. The last reader has "
           "seen that somebody sleeps and that nobody upgrades, so it needs the mutex of the "
           "parking lot to wake them. Before it gets the mutex the upgradeable holder asks to "
           "write and goes to sleep. The reader goes by what it has seen and wakes the others. "
           "Nobody is left inside who would wake the upgrader, and nobody can enter while it "
           "holds its mode.",
       .repair = "The reader looks again under the mutex, without which nobody goes to sleep.",
       .lesson = "What decides whom to wake must be read under the lock under which they go to "
                 "sleep. A look before that lock may say whether to take it at all, no more.",
       .sources = {"https://github.com/Amanieu/parking_lot/commit/5977113",
                   "https://github.com/Amanieu/parking_lot/issues/101"}},
      "verify/museum/m21_forgotten_upgrader.cpp", property::deadlock_freedom, "deadlock",
      {"U>W", "R", "W"});
}

} // namespace rwl::verify::museum
