// M19: a notified reader is neither woken nor queued, for the lock is free and yet has a queue.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// A lock with a condition of its own. Whoever is notified is woken if the lock is free, and else
// moved to the queue of the lock, to be woken by the unlock. A writer may also wait in that queue
// until something holds; then the queue is not empty though the lock is free.
template <class Sync, bool mended>
class forgotten_transfer {
public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    while (holders_ < 0)
      sleep(queue_, guard);
    ++holders_;
  }

  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    leave_shared();
  }

  void lock() {
    lock_when([] { return true; });
  }

  void lock_when(auto holds) {
    typename Sync::unique_lock guard{mutex_};
    while (holders_ != 0 || !holds())
      sleep(queue_, guard);
    holders_ = -1;
  }

  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    holders_ = 0;
    wake(queue_);
  }

  // For readers: gives the lock up, and has it again when notified.
  void wait() {
    {
      typename Sync::unique_lock guard{mutex_};
      leave_shared();
      sleep(condition_, guard);
    }
    lock_shared();
  }

  void notify_one() {
    typename Sync::unique_lock guard{mutex_};
    waiter* const notified = take_first(condition_);
    if (!notified)
      return;
    if (holders_ < 0)
      append(queue_, *notified);
    else if (mended || !queue_)
      notified->place.unpark();
  }

private:
  struct waiter {
    typename Sync::parker place;
    typename Sync::template var<waiter*> next{nullptr};
  };
  using list = typename Sync::template var<waiter*>;

  void leave_shared() {
    if (--holders_ == 0)
      wake(queue_);
  }

  static void sleep(list& where, typename Sync::unique_lock& guard) {
    waiter me;
    append(where, me);
    guard.unlock();
    me.place.park();
    guard.lock();
  }

  static void wake(list& all) {
    while (waiter* const first = take_first(all))
      first->place.unpark();
  }

  static void append(list& l, waiter& w) {
    list* link = &l;
    while (*link)
      link = &(*link)->next;
    *link = &w;
  }

  static waiter* take_first(list& l) {
    waiter* const first = l;
    if (first) {
      l = first->next;
      first->next = nullptr;
    }
    return first;
  }

  typename Sync::mutex mutex_;
  list queue_{nullptr}, condition_{nullptr};
  typename Sync::template var<int> holders_{0}; // so many readers; -1: a writer
};

// A reader waits on the condition for a change, and answers it. A writer waits in the queue for the
// answer.
template <bool mended>
class two_waiters : public program {
public:
  void thread(int t) override {
    switch (t) {
    case 0:
      read_when_changed();
      set(answered_);
      break;
    case 1:
      lock_.lock_when([this] { return answered_.get(); });
      lock_.unlock();
      break;
    case 2:
      set(changed_);
      lock_.notify_one();
    }
  }

private:
  void read_when_changed() {
    lock_.lock_shared();
    const bool early = !changed_;
    if (early)
      lock_.wait();
    run::check(changed_, "notified before the change");
    run::witness(early ? 1 : 0);
    lock_.unlock_shared();
  }

  void set(explorer_sync::var<bool>& what) {
    lock_.lock();
    what = true;
    lock_.unlock();
  }

  forgotten_transfer<explorer_sync, mended> lock_;
  explorer_sync::var<bool> changed_{false}, answered_{false};
};

} // namespace

exhibit m19() {
  return in_program<two_waiters>(
      {.code = "M19",
       .title = "A notified reader is neither woken nor queued",
       .systems = "Abseil's absl::Mutex; a relative in nsync",
       .story =
           "A reader waits on a condition. A writer waits in the queue of the lock until something "
           "holds that the reader is to bring about; so the lock is free and its queue is not "
           "empty. A third thread makes the change that the reader waits for, unlocks, and "
           "notifies it. There are two ways to do so: if the lock is held, the reader is moved to "
           "its queue, for the unlock to wake it; if the lock is free and idle, the reader is "
           "woken. A lock that is free and has a queue is neither. The reader is taken off the "
           "condition and put nowhere.",
       .repair = "What decides is only whether somebody holds the lock against the reader. If "
                 "nobody does, nobody is going to unlock, and so the reader is woken.",
       .lesson = "To move a sleeper to another queue is right only if somebody is bound to wake "
                 "that queue. And the cases of such a decision must be exhaustive: \"held\" and "
                 "\"idle\" are not each other's opposite.",
       .sources = {"https://github.com/abseil/abseil-cpp/blob/master/absl/synchronization/"
                   "mutex_test.cc",
                   "https://github.com/google/nsync/commit/215217c"}},
      "verify/museum/m19_forgotten_transfer.cpp", property::condition, "deadlock", 3,
      {"the reader came after the change", "the reader was notified"});
}

} // namespace rwl::verify::museum
