// Finds orders of locking that may deadlock, before they do.
//
// The graph has an edge A -> B for each pair of which some owner has waited for B while it held A.
// If no edge is on a cycle, nobody ever waits for each other in a circle. So the edge that closes a
// cycle is reported, the first time that it is taken, in whatever mode and by however many threads:
// two runs that happen not to overlap are enough. (Linux's lockdep works this way, and Abseil's
// deadlock detection.)
//
// False alarms are possible where a third lock, always held, keeps the two orders apart.
#pragma once

#include "../sync/std_sync.hpp"
#include "call_site.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <map>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rwl {

// A lock, and where it was taken, or asked for.
struct acquisition {
  const void* lock = nullptr;
  const char* name = nullptr; // null if it has none
  call_site at;
};

// Somebody who had taken the first lock waited for the second.
struct lock_order_step {
  acquisition first, second;
};

// The steps form a circle: the second lock of each is the first of the next, and the second of the
// last is the first of the first. The first step is the one that has just been taken; the others
// say where each was taken for the first time.
struct lock_order_violation {
  std::span<const lock_order_step> cycle;
};

// Called before the wait, in the thread that is about to wait, with nothing locked for it. What it
// throws is passed on to who asked for the lock, and leaves that as it was.
using lock_order_handler = void (*)(const lock_order_violation&);

namespace detail {

inline void print(const acquisition& a) {
  if (a.name)
    std::fprintf(stderr, "'%s'", a.name);
  else
    std::fprintf(stderr, "%p", a.lock);
  std::fprintf(stderr, " at %s:%u (%s)", a.at.file, a.at.line, a.at.function);
}

inline void print_to_stderr(const lock_order_violation& v) {
  std::fprintf(stderr, "rwl: locks are taken in orders that may deadlock:\n");
  for (const lock_order_step& s : v.cycle) {
    std::fprintf(stderr, "  holding ");
    print(s.first);
    std::fprintf(stderr, "\n    waits for ");
    print(s.second);
    std::fprintf(stderr, "\n");
  }
}

inline constinit std_sync::atomic<lock_order_handler> current_lock_order_handler{print_to_stderr};

} // namespace detail

// Installs the handler of all graphs, or for nullptr that which prints to stderr, and returns the
// one before. Thread-safe.
inline lock_order_handler set_lock_order_handler(lock_order_handler handler) noexcept {
  // Acquire and release: who calls this handler, or gets it back, sees what was set up for it.
  // Pairs with itself and with the load in lock_order::report().
  return detail::current_lock_order_handler.exchange(handler ? handler : detail::print_to_stderr,
                                                     std::memory_order_acq_rel);
}

// One graph for all locks that name this type. For locks with a Sync of production: it is global,
// and uses the heap.
template <class Sync = std_sync>
class lock_order {
public:
  // The caller is about to wait for a lock while it holds others: a list with size() and [] of
  // acquisitions. For each lock held a turn at the graph's mutex, and look-ups in it; for an order
  // that is new a search for a circle as well, O(e log n), where the e orders and n locks are those
  // that can be reached from the lock wanted.
  template <class Held>
  static void waits(const acquisition& wanted, Held& held) {
    for (std::size_t i = 0; i < held.size(); ++i)
      if (const acquisition& holds = held[i]; holds.lock != wanted.lock)
        instance().waits(wanted, holds);
  }

  // The lock is destroyed.
  static void forget(const void* lock) { instance().remove(lock); }

private:
  using cycle = std::vector<lock_order_step>;
  struct node {
    std::map<const void*, lock_order_step> after; // waited for while this was held
    std::set<const void*> before;                 // held while this was waited for
  };

  // Never destroyed: locks of static duration may go after it.
  static lock_order& instance() {
    static lock_order& graph = *new lock_order;
    return graph;
  }

  void waits(const acquisition& wanted, const acquisition& holds) {
    const cycle found = add({holds, wanted});
    // Acquire: pairs with the exchange in set_lock_order_handler().
    if (!found.empty())
      detail::current_lock_order_handler.load(std::memory_order_acquire)({found});
  }

  // The circle that this step closes, if it is new and there is one.
  cycle add(const lock_order_step& step) {
    const typename Sync::unique_lock guard{mutex_};
    if (!nodes_[step.first.lock].after.try_emplace(step.second.lock, step).second)
      return {};
    nodes_[step.second.lock].before.insert(step.first.lock);
    cycle found = path_to(step.first.lock, step.second.lock);
    if (!found.empty())
      found.push_back(step);
    std::reverse(found.begin(), found.end());
    return found;
  }

  // A shortest path, found breadth first; the last step comes first.
  cycle path_to(const void* to, const void* from) {
    std::map<const void*, const lock_order_step*> reached_by{{from, nullptr}};
    std::vector<const void*> reached{from};
    for (std::size_t i = 0; i < reached.size(); ++i) {
      for (const auto& [next, step] : nodes_[reached[i]].after)
        if (reached_by.try_emplace(next, &step).second)
          reached.push_back(next);
      if (reached_by.contains(to))
        break;
    }
    cycle steps;
    if (reached_by.contains(to))
      for (const void* at = to; at != from; at = steps.back().first.lock)
        steps.push_back(*reached_by[at]);
    return steps;
  }

  void remove(const void* lock) {
    const typename Sync::unique_lock guard{mutex_};
    const auto gone = nodes_.extract(lock);
    if (!gone)
      return;
    for (const auto& [next, step] : gone.mapped().after)
      nodes_[next].before.erase(lock);
    for (const void* previous : gone.mapped().before)
      nodes_[previous].after.erase(lock);
  }

  typename Sync::mutex mutex_;
  std::unordered_map<const void*, node> nodes_;
};

// Keeps no graph: for exploration, and where the nested locking of checked locks must be fast.
struct no_lock_order {
  template <class Held>
  static void waits(const acquisition&, Held&) {}
  static void forget(const void*) {}
};

} // namespace rwl
