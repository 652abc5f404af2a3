// M33: a wait that ignores interrupts, on a park that does not.
#include "exhibit.hpp"
#include "exhibits.hpp"

#include <cstdint>

namespace rwl::verify::museum {

namespace {

// What a thread sleeps on in Java: park() returns at once while the thread is interrupted, and does
// not clear that.
template <class Sync>
class interruptible_parker {
public:
  void park() {
    if (!interrupted_.load(std::memory_order_acquire))
      parker_.park();
  }
  void unpark() { parker_.unpark(); }
  void interrupt() {
    interrupted_.store(true, std::memory_order_release);
    parker_.unpark();
  }
  // Whether there was an interrupt; afterwards there is none.
  bool clear_interrupt() { return interrupted_.exchange(false, std::memory_order_acq_rel); }

private:
  typename Sync::parker parker_;
  typename Sync::template atomic<bool> interrupted_{false};
};

// A word of readers and writers, with room for one reader that sleeps.
template <class Sync, bool mended>
class restless_waiter {
  using word = std::uint32_t;

  static constexpr word writer = 1;
  static constexpr word reader = 2; // and all above count them

public:
  // Calls awake() each time it wakes up.
  template <class F>
  void lock_shared(F awake) {
    bool was_interrupted = false;
    while (!try_lock_shared()) {
      sleeper_.park();
      if constexpr (mended)
        was_interrupted |= sleeper_.clear_interrupt();
      awake();
    }
    if (was_interrupted) // is the caller's business
      sleeper_.interrupt();
  }
  void unlock_shared() { state_.fetch_sub(reader, std::memory_order_release); }

  void lock() {
    word free = 0;
    while (!state_.compare_exchange_strong(free, writer, std::memory_order_acquire,
                                           std::memory_order_relaxed))
      free = Sync::await(
          state_, [](word s) { return s == 0; }, std::memory_order_relaxed);
  }
  void unlock() {
    state_.fetch_and(~writer, std::memory_order_release);
    sleeper_.unpark();
  }

  void interrupt_reader() { sleeper_.interrupt(); }

private:
  bool try_lock_shared() {
    word seen = 0;
    while (!(seen & writer))
      if (state_.compare_exchange_strong(seen, seen + reader, std::memory_order_acquire,
                                         std::memory_order_relaxed))
        return true;
    return false;
  }

  typename Sync::template atomic<word> state_{0};
  interruptible_parker<Sync> sleeper_;
};

// One thread writes, one reads, and one interrupts the reader.
template <bool mended>
class interrupted_reader : public program {
public:
  void thread(int t) override {
    switch (t) {
    case 0:
      run::enter(phase::trying);
      lock_.lock();
      run::enter(phase::inside);
      lock_.unlock();
      run::enter(phase::remainder);
      break;
    case 1:
      read();
      break;
    default:
      lock_.interrupt_reader();
    }
  }

private:
  // By the interrupt, by the token that it leaves as well, and by the writer.
  static constexpr int reasons_to_wake = 3;

  void read() {
    int awake = 0;
    run::enter(phase::trying);
    lock_.lock_shared([&awake] {
      run::check(++awake <= reasons_to_wake, "a waiting reader spins instead of sleeping");
    });
    run::enter(phase::inside);
    run::witness(awake == 0 ? 0 : 1);
    if (awake == reasons_to_wake)
      run::witness(2);
    lock_.unlock_shared();
    run::enter(phase::remainder);
  }

  restless_waiter<explorer_sync, mended> lock_;
};

} // namespace

exhibit m33() {
  return in_program<interrupted_reader>(
      {.code = "M33",
       .title = "An interrupted reader never sleeps again, and spins until it is let in",
       .systems = "Java 8's StampedLock",
       .story =
           "`readLock()` ignores interrupts: it waits on. But the park that it sleeps on returns "
           "at once while the thread's interrupt flag is set, and nobody clears the flag. An "
           "interrupt comes while a writer is inside. From then on the reader wakes, finds the "
           "lock taken, parks, and wakes again, with the processor at 100 % for as long as the "
           "writer stays.",
       .repair = "Whoever ignores an interrupt clears the flag, remembers it, and sets it again "
                 "when the wait is over.",
       .lesson = "A wait in a loop is a wait only if what wakes it is used up. Ignoring a signal "
                 "that stays set turns sleeping into spinning: no test of the result shows it, so "
                 "count the rounds.",
       .sources = {"JDK 8, java.util.concurrent.locks.StampedLock: acquireRead and acquireWrite, "
                   "against wasInterrupted in JDK 9"}},
      "verify/museum/m33_restless_waiter.cpp", property::deadlock_freedom, "assertion", 3,
      {"the reader did not wait", "the reader waited", "the reader woke for each of the reasons"});
}

} // namespace rwl::verify::museum
