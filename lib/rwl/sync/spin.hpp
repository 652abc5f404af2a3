// Polite spinning: the hint to the processor, a back-off without bound, an estimate with one.
#pragma once

#include <algorithm>
#include <thread>

namespace rwl {

// Tells the processor that this is a spin loop: saves power and lets the sibling hyper-thread run.
inline void cpu_pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  asm volatile("yield");
#endif
}

// Waits longer each time it is called, and in the end gives the processor away: with more threads
// than processors, whoever is waited for may be the one that has none.
class backoff {
public:
  void operator()() noexcept {
    if (pauses_ > most) {
      std::this_thread::yield();
      return;
    }
    for (int i = 0; i < pauses_; ++i)
      cpu_pause();
    pauses_ *= 2;
  }

private:
  static constexpr int most = 64;
  int pauses_ = 1;
};

// Spins before a sleep only as long as has paid before: up to twice the number of rounds that were
// typically needed. A spin in vain shrinks the estimate, so a thread whose waits are long, or which
// shares its processor with the thread it waits for, soon goes to sleep almost at once.
class spin_estimate {
public:
  // True as soon as ready() is, false once the budget is spent.
  template <class Ready>
  bool operator()(Ready ready) noexcept {
    if (ready())
      return true; // no wait at all says nothing about how long waits are
    const int budget = std::min(most, 2 * typical_ + least);
    for (int round = 1; round <= budget; ++round) {
      cpu_pause();
      if (ready()) {
        typical_ += (round - typical_) / weight;
        return true;
      }
    }
    typical_ -= typical_ / weight;
    return false;
  }

private:
  static constexpr int least = 32; // enough to notice that waits have become short again
  static constexpr int most = 512; // about the price of a sleep and a wake-up
  static constexpr int weight = 8; // of the past in the moving average
  int typical_ = most / 4;
};

} // namespace rwl
