// A program of two exhibits: readers that meet, before a writer has come or after it has left.
#pragma once

#include "../engine/program.hpp"
#include "../engine/sync.hpp"

namespace rwl::verify::museum {

// One writes; the two others need each other inside.
template <class Lock>
class readers_after_writer : public program {
public:
  void thread(int t) override { t == 0 ? write() : meet(); }

private:
  void write() {
    run::enter(phase::trying);
    lock_.lock();
    run::enter(phase::inside);
    written_ = true;
    run::enter(phase::leaving);
    lock_.unlock();
    run::enter(phase::remainder);
  }

  void meet() {
    run::enter(phase::trying);
    lock_.lock_shared();
    run::enter(phase::inside);
    run::witness(written_ ? 1 : 0);
    met_.fetch_add(1, std::memory_order_relaxed);
    explorer_sync::await(
        met_, [](int n) { return n == 2; }, std::memory_order_relaxed);
    run::enter(phase::leaving);
    lock_.unlock_shared();
    run::enter(phase::remainder);
  }

  Lock lock_;
  explorer_sync::var<bool> written_{false};
  explorer_sync::atomic<int> met_{0};
};

} // namespace rwl::verify::museum
