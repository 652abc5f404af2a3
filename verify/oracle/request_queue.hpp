// The queue of the specification: waiting requests in the order of their doorways.
#pragma once

#include "threads.hpp"

#include <array>

namespace rwl::verify {

enum class mode : std::uint8_t { read, write, upgradeable };

struct request {
  std::int8_t thread = -1;
  mode wanted = mode::read;
  std::uint16_t overtaken = 0; // by how many later arrivals, up to the bound (throughput only)

  friend constexpr bool operator==(const request&, const request&) = default;
};

// Unused slots always hold request{}, so equal queues are equal member by member.
class request_queue {
public:
  constexpr bool empty() const { return size_ == 0; }
  constexpr int size() const { return size_; }
  constexpr const request& front() const {
    assert(!empty());
    return slots_[0];
  }
  constexpr const request* begin() const { return slots_.data(); }
  constexpr const request* end() const { return slots_.data() + size_; }
  constexpr request* begin() { return slots_.data(); }
  constexpr request* end() { return slots_.data() + size_; }

  constexpr bool headed_by(int thread) const { return !empty() && front().thread == thread; }

  // The thread's request, or nullptr.
  constexpr const request* find(int thread) const {
    for (const request& r : *this)
      if (r.thread == thread)
        return &r;
    return nullptr;
  }

  constexpr void push(int thread, mode wanted) {
    assert(size_ < max_threads);
    slots_[size_++] = {static_cast<std::int8_t>(thread), wanted, 0};
  }

  constexpr void erase(int thread) {
    request* hole = begin();
    while (hole->thread != thread)
      ++hole;
    for (; hole + 1 != end(); ++hole)
      *hole = *(hole + 1);
    *hole = {};
    --size_;
  }

  constexpr std::uint64_t hash() const {
    std::uint64_t h = size_;
    for (const request& r : *this)
      h = mix(h, static_cast<unsigned>(r.thread) | static_cast<unsigned>(r.wanted) << 8 |
                     static_cast<unsigned>(r.overtaken) << 16);
    return h;
  }

  friend constexpr bool operator==(const request_queue&, const request_queue&) = default;

private:
  std::array<request, max_threads> slots_{};
  std::uint8_t size_ = 0;
};

} // namespace rwl::verify
