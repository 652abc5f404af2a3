// Tokens that some make and others wait for, as readers or writers, with a condition.
//
// Whoever makes n tokens notifies n, and whoever has waited takes one if there is any: so as long
// as somebody has not been notified, there are no more tokens than waiters who have been and are on
// their way. A notification that gets lost leaves a token beside a waiter who sleeps for ever.
#pragma once

#include "harness.hpp"

#include <rwl/condition.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace rwl::stress {

// What visitors of a lock share. The lock alone orders them: what readers change is atomic but
// relaxed, the rest is plain and belongs to the writer.
class tokens {
public:
  // Unlimited: all waits have no limit, so it is known how many each notification must find.
  explicit tokens(bool unlimited) : unlimited(unlimited) {}

  const bool unlimited;
  condition made_some;

  // From the first moment of a visit until it leaves.
  void arrive() { awake_.fetch_add(1, relaxed); }

  // As a writer. The last who is awake wakes all others, so nobody sleeps alone; unless there are
  // tokens, since then somebody has been notified who has not woken yet.
  void leave() {
    if (awake_.fetch_sub(1, relaxed) == 1 && left_.load(relaxed) == 0)
      made_some.notify(tell(asleep_.load(relaxed)));
  }

  // As a writer, who then notifies n.
  std::uint32_t make(std::uint32_t n) {
    made_ += n;
    left_.fetch_add(n, relaxed);
    return tell(n);
  }

  // As a reader or writer: whether there was one.
  bool take() {
    std::uint32_t seen = left_.load(relaxed);
    while (seen > 0)
      if (left_.compare_exchange_weak(seen, seen - 1, relaxed)) {
        taken_.fetch_add(1, relaxed);
        return true;
      }
    return false;
  }

  // As a reader or writer who is about to wait without a time limit: whether somebody else stays
  // awake. If so, it sleeps until it says that it is awake again.
  bool may_sleep() {
    std::uint32_t seen = awake_.load(relaxed);
    while (seen > 1)
      if (awake_.compare_exchange_weak(seen, seen - 1, relaxed)) {
        asleep_.fetch_add(1, relaxed);
        return true;
      }
    return false;
  }
  void wake() {
    asleep_.fetch_sub(1, relaxed);
    awake_.fetch_add(1, relaxed);
  }

  void was_notified() { notified_.fetch_add(1, relaxed); }

  // When all have left.
  void expect_exact(trial& t) const {
    t.expect(awake_ == 0 && asleep_ == 0, "all have left, but somebody waits for a token");
    t.expect(made_ == taken_ + left_, "tokens are lost");
    t.expect(notified_ <= told_, "more were notified than should have been");
    t.expect(!unlimited || notified_ == told_, "notifications are lost");
  }

  template <class Out>
  void describe(Out& out) const {
    out << "tokens: " << left_ << ", visitors awake: " << awake_ << ", asleep: " << asleep_;
  }

private:
  static constexpr auto relaxed = std::memory_order_relaxed;

  std::uint32_t tell(std::uint32_t n) {
    // Who sleeps has not been notified, or has not noticed yet.
    const std::uint64_t listed = asleep_.load(relaxed) + notified_.load(relaxed) - told_;
    told_ += unlimited ? std::min<std::uint64_t>(n, listed) : n;
    return n;
  }

  std::uint64_t made_ = 0;
  std::uint64_t told_ = 0; // who have been notified; may be fewer unless all are unlimited
  std::atomic<std::uint32_t> left_{0};
  std::atomic<std::uint32_t> awake_{0};  // who leave after a finite time
  std::atomic<std::uint32_t> asleep_{0}; // who may need a notification to go on
  std::atomic<std::uint64_t> taken_{0};
  std::atomic<std::uint64_t> notified_{0};
};

} // namespace rwl::stress
