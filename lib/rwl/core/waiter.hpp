// One who waits: a node of the waiter queue, on the waiter's own stack.
#pragma once

#include <cstdint>

namespace rwl::core {

enum class waiter_kind : std::uint8_t { reader, writer, upgradeable };

// Links and flags are changed by the owner of the queue lock only. A node that has been taken out
// of the queue by a hand-over belongs to whoever hands over, until wake().
template <class Sync>
class waiter {
public:
  struct links {
    explicit links(waiter* self) : next(self), prev(self) {}
    typename Sync::template var<waiter*> next;
    typename Sync::template var<waiter*> prev;
  };

  explicit waiter(waiter_kind k) : kind(k) {}
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  bool reads() const { return kind == waiter_kind::reader; }

  // Waits for wake().
  void wait() { parker_.park(); }

  // The waiter has been admitted. The last access to the node: the waiter may be gone at once.
  void wake() { parker_.unpark(); }

  const waiter_kind kind;
  [[no_unique_address]] const typename Sync::token owner = Sync::owner();

  links peers{this};                              // the run that it stands in
  links runs{this};                               // leaders only: the queue, run after run
  typename Sync::template var<bool> leads{false}; // stands first in its run
  // Not yet admitted: what a waiter that gives up looks at.
  typename Sync::template var<bool> queued{false};

private:
  typename Sync::parker parker_;
};

} // namespace rwl::core
