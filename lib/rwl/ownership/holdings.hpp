// Which locks an owner holds.
//
// Ownership is recorded with the owner, not with the lock: nobody else ever looks, so it needs no
// atomics, costs the lock no space, and the lock no line of its cache.
#pragma once

#include "hold.hpp"

#include <algorithm>
#include <cstddef>

namespace rwl::ownership {

// One lock that the owner holds.
struct holding {
  const void* lock = nullptr;
  depths depth;
};

// A list of them; Held is holding, or derived from it. Used by its owner alone. The first few have
// room in it, more are kept on the heap. Trivially destructible, and empty when nothing is held, so
// a thread's list is free of charge for threads that use none, and usable until the thread ends.
template <class Held>
class holdings {
public:
  // O(size), latest first. The pointer is good until the list changes.
  Held* find(const void* lock) {
    for (std::size_t i = size_; i-- > 0;)
      if ((*this)[i].lock == lock)
        return &(*this)[i];
    return nullptr;
  }

  // After this, add() does not fail. The heap is touched once in a while, and only beyond `few`.
  void make_room() {
    if (size_ < few + far_room_)
      return;
    const std::size_t room = std::max(few, 2 * far_room_);
    Held* more = new Held[room];
    std::copy_n(far_, far_room_, more);
    delete[] far_;
    far_ = more;
    far_room_ = room;
  }

  void add(const Held& held) {
    make_room();
    (*this)[size_++] = held;
  }

  void erase(Held& gone) {
    Held& last = (*this)[--size_];
    if (&gone != &last) // the usual case is the cheap one
      gone = last;
    if (far_ && size_ <= few) {
      delete[] far_;
      far_ = nullptr;
      far_room_ = 0;
    }
  }

  std::size_t size() const { return size_; }
  Held& operator[](std::size_t i) { return i < few ? near_[i] : far_[i - few]; }

private:
  static constexpr std::size_t few = 8;

  Held near_[few] = {};
  Held* far_ = nullptr;
  std::size_t far_room_ = 0;
  std::size_t size_ = 0;
};

// Who owns: the calling thread. An Owner is asked for one thing, the records of whoever calls.
template <class Sync>
struct thread_owner {
  template <class Records>
  static Records& records() {
    return Sync::template tls<Records>::get();
  }
};

} // namespace rwl::ownership
