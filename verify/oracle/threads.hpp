// Sets of threads and hashing, for code that runs inside the explorer: fixed size, no allocation.
#pragma once

#include <bit>
#include <cassert>
#include <cstdint>

namespace rwl::verify {

inline constexpr int max_threads = 16;

// A set of the threads 0..15.
class thread_set {
public:
  constexpr thread_set() = default;

  constexpr bool contains(int thread) const { return (bits_ & bit(thread)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr int size() const { return std::popcount(bits_); }
  constexpr std::uint16_t bits() const { return bits_; }

  constexpr void insert(int thread) { bits_ = static_cast<std::uint16_t>(bits_ | bit(thread)); }
  constexpr void erase(int thread) { bits_ = static_cast<std::uint16_t>(bits_ & ~bit(thread)); }

  // Calls visit(thread) for each member, in ascending order.
  template <class Visit>
  constexpr void for_each(Visit visit) const {
    for (unsigned rest = bits_; rest != 0; rest &= rest - 1)
      visit(std::countr_zero(rest));
  }

  friend constexpr thread_set operator|(thread_set a, thread_set b) {
    return thread_set{static_cast<std::uint16_t>(a.bits_ | b.bits_)};
  }
  friend constexpr thread_set operator&(thread_set a, thread_set b) {
    return thread_set{static_cast<std::uint16_t>(a.bits_ & b.bits_)};
  }
  friend constexpr bool operator==(const thread_set&, const thread_set&) = default;

private:
  constexpr explicit thread_set(std::uint16_t bits) : bits_(bits) {}
  static constexpr unsigned bit(int thread) {
    assert(0 <= thread && thread < max_threads);
    return 1U << thread;
  }
  std::uint16_t bits_ = 0;
};

// Folds one more word into a hash (the finaliser of splitmix64: every bit moves every bit).
constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash += word + 0x9e3779b97f4a7c15U;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9U;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebU;
  return hash ^ (hash >> 31);
}

} // namespace rwl::verify
