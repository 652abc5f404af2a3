// Counts who overtakes whom: the bounded-bypass columns of the matrix.
#pragma once

#include "transition.hpp"

#include <algorithm>

namespace rwl::verify {

enum class kind : std::uint8_t { reader, writer }; // writer: every exclusive request

// Bounded bypass: "at most k later arrivals enter before me", counted from the doorway (Lamport
// 1974; first come first served is k = 0). A later arrival is a request whose doorway came after
// mine. Counts stop at the cap: to decide "more than k" a state-based
// search needs k + 1 values, and a finite state space.
class bypass_monitor {
public:
  constexpr explicit bypass_monitor(int cap = 255) : cap_(static_cast<std::uint8_t>(cap)) {}

  constexpr void observe(const transition& step) {
    if (step.is_admission())
      count_bypass(step);
    if (step.is_writer_entry())
      step.before.waiting_readers().for_each(
          [&](int u) { raise(counts_[u].writer_entries, most_writer_entries_); });
    if (step.is_request() || step.ends_request())
      counts_[step.thread] = {};
    doorways_.observe(step);
  }

  // The most later arrivals of one kind that one waiting request of the other kind has seen enter.
  constexpr int most(kind waiting, kind overtaking) const {
    return most_[index(waiting)][index(overtaking)];
  }

  // How many later arrivals of one kind have entered before the thread's present request.
  constexpr int count_of(int thread, kind overtaking) const {
    return counts_[thread].overtaken_by[index(overtaking)];
  }

  // The most writers that one waiting reader has seen enter, whoever came first. Phase-fairness is:
  // at most one (Brandenburg & Anderson 2010: it follows from PF1 and PF3).
  constexpr int most_writer_entries() const { return most_writer_entries_; }

  constexpr std::uint64_t hash() const {
    std::uint64_t h = mix(doorways_.hash(), most_writer_entries_);
    for (const auto& row : most_)
      h = mix(h, static_cast<unsigned>(row[0]) | static_cast<unsigned>(row[1]) << 8);
    for (const counts& c : counts_)
      h = mix(h, static_cast<unsigned>(c.overtaken_by[0]) |
                     static_cast<unsigned>(c.overtaken_by[1]) << 8 |
                     static_cast<unsigned>(c.writer_entries) << 16);
    return h;
  }

  friend constexpr bool operator==(const bypass_monitor&, const bypass_monitor&) = default;

private:
  using by_kind = std::array<std::uint8_t, 2>;
  struct counts { // of one waiting request
    by_kind overtaken_by{};
    std::uint8_t writer_entries = 0;
    friend constexpr bool operator==(const counts&, const counts&) = default;
  };
  static constexpr int index(kind k) { return static_cast<int>(k); }

  constexpr void count_bypass(const transition& step) {
    const int overtaking = index(step.what == event::read_grant ? kind::reader : kind::writer);
    doorways_.overtaken_by(step.thread).for_each([&](int u) {
      const bool reads = step.before.waiting_readers().contains(u);
      const int waiting = index(reads ? kind::reader : kind::writer);
      raise(counts_[u].overtaken_by[overtaking], most_[waiting][overtaking]);
    });
  }

  constexpr void raise(std::uint8_t& count, std::uint8_t& most) const {
    if (count < cap_)
      ++count;
    most = std::max(most, count);
  }

  doorway_order doorways_;
  std::array<counts, max_threads> counts_{};
  std::array<by_kind, 2> most_{}; // [waiting][overtaking]
  std::uint8_t most_writer_entries_ = 0;
  std::uint8_t cap_;
};

} // namespace rwl::verify
