// M35: whoever queues first has no priority yet, and everybody else is sorted before it.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// A monitor with a queue, by priority and then first come first served. Who leaves hands over to
// the front of it; who comes may enter past an empty queue only. All threads are equal here.
template <class Sync, bool mended>
class unset_priority {
  static constexpr int normal = 31;

  struct waiter {
    const bool reads;
    const int priority;
    typename Sync::parker let_in{};
    typename Sync::template var<waiter*> next{nullptr};
  };

public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    if (queue_ == nullptr && !writing_)
      ++readers_;
    else
      wait(guard, true);
  }
  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    --readers_;
    hand_over();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    if (is_free())
      writing_ = true;
    else
      wait(guard, false);
  }
  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    writing_ = false;
    hand_over();
  }

private:
  bool is_free() const { return !writing_ && readers_ == 0; }

  void wait(typename Sync::unique_lock& guard, bool reads) {
    const bool asks_for_priority = mended || queue_ != nullptr; // else nobody to compare it with
    waiter self{reads, asks_for_priority ? normal : 0};
    insert(self);
    guard.unlock();
    self.let_in.park();
  }

  void insert(waiter& w) {
    auto* link = &queue_;
    while (waiter* const before = *link) {
      if (before->priority < w.priority)
        break;
      link = &before->next;
    }
    w.next = link->get();
    *link = &w;
  }

  void hand_over() {
    while (waiter* const first = queue_) {
      if (first->reads ? writing_ : !is_free())
        break;
      queue_ = first->next.get();
      if (first->reads)
        ++readers_;
      else
        writing_ = true;
      first->let_in.unpark();
    }
  }

  typename Sync::mutex mutex_;
  typename Sync::template var<waiter*> queue_{nullptr};
  typename Sync::template var<int> readers_{0};
  typename Sync::template var<bool> writing_{false};
};

} // namespace

exhibit m35() {
  return in_endless_letters<unset_priority>(
      {.code = "M35",
       .title = "A waiting writer without a priority is sorted behind every reader",
       .systems = "Abseil's Mutex (on Darwin, whose default priority is not zero)",
       .story =
           "Waiting threads stand in a queue by priority, equal ones in the order of arrival. A "
           "thread reads its own priority when it is sorted in, but the first in the queue "
           "has nobody to be compared with, so its priority stays unset, at zero. A writer "
           "queues first. The readers that come afterwards have the default priority, which "
           "is more than zero, and go before it. While they overlap, the writer stays last.",
       .repair = "A thread reads its priority before it enters the queue, whoever is there.",
       .lesson = "A default that is a legal value hides that nothing was set. The order of arrival "
                 "is a promise of its own: test it with threads that are all equal.",
       .sources = {"https://github.com/abseil/abseil-cpp/commit/cef7c4e8"}},
      "verify/museum/m35_unset_priority.cpp", property::writer_starvation_freedom, {"R", "R", "W"});
}

} // namespace rwl::verify::museum
