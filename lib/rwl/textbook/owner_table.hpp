// Who reads, and how often: what a lock must remember to let a thread in that is inside already.
//
//   find:   the entry with reads > 0 and owner = me, if any
//   claim:  an entry with reads = 0 becomes mine:  owner := me;  reads := 1
#pragma once

#include "../misuse.hpp"

#include <system_error>

namespace rwl::textbook {

// Not a monitor of its own: every call is made under the mutex of the lock that it is part of.
template <class Sync, unsigned size>
class owner_table {
  using thread_id = typename Sync::thread_id;

public:
  // Free while reads is 0; otherwise none but the owner looks for it or changes it.
  struct entry {
    typename Sync::template var<thread_id> owner{};
    typename Sync::template var<unsigned> reads{0};
  };

  // The thread's entry, or null. O(size).
  entry* find(thread_id me) {
    for (entry& e : entries_)
      if (e.reads > 0 && e.owner == me)
        return &e;
    return nullptr;
  }

  // Precondition: the thread has no entry. O(size). Throws std::system_error
  // (resource_unavailable_try_again), and changes nothing, when the table is full.
  void claim(thread_id me) {
    for (entry& e : entries_)
      if (e.reads == 0) {
        e.owner = me;
        e.reads = 1;
        return;
      }
    misuse(std::errc::resource_unavailable_try_again, "too many threads read");
  }

private:
  entry entries_[size];
};

} // namespace rwl::textbook
