// Witnesses that a search was not vacuous: readers did overlap, somebody did wait, a try did fail.
#pragma once

#include "transition.hpp"

#include <algorithm>

namespace rwl::verify {

// Reader concurrency needs a witness besides its bound: a mutex satisfies every safety property of
// a reader-writer lock (concurrent entering: Bhatt & Jayanti 2010, P5).
class overlap_witness {
public:
  constexpr void observe(const transition& step) {
    most_readers_ =
        static_cast<std::uint8_t>(std::max<int>(most_readers_, step.after.readers().size()));
    if (step.is_request())
      note_wait(step);
    try_refused_ |= is_refusal(step.what);
  }

  constexpr int most_readers() const { return most_readers_; }
  constexpr bool reader_waited() const { return reader_waited_; }
  constexpr bool writer_waited() const { return writer_waited_; } // or an upgradeable request
  constexpr bool try_refused() const { return try_refused_; }

  constexpr std::uint64_t hash() const {
    return mix(0, most_readers_ | static_cast<unsigned>(reader_waited_) << 8 |
                      static_cast<unsigned>(writer_waited_) << 9 |
                      static_cast<unsigned>(try_refused_) << 10);
  }

  friend constexpr bool operator==(const overlap_witness&, const overlap_witness&) = default;

private:
  // Every grant has a request before it, so a request alone is no wait: its grant must be
  // impossible at the doorway.
  constexpr void note_wait(const transition& step) {
    const bool reads = step.after.waiting_readers().contains(step.thread);
    if (reads)
      reader_waited_ |= !step.after.can(step.rules, event::read_grant, step.thread);
    else
      writer_waited_ |= !exclusive_grant_possible(step);
  }
  static constexpr bool exclusive_grant_possible(const transition& step) {
    return step.after.can(step.rules, event::write_grant, step.thread) ||
           step.after.can(step.rules, event::upgradeable_grant, step.thread) ||
           step.after.can(step.rules, event::upgrade_grant, step.thread);
  }

  std::uint8_t most_readers_ = 0;
  bool reader_waited_ = false;
  bool writer_waited_ = false;
  bool try_refused_ = false;
};

} // namespace rwl::verify
