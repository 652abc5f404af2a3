// M23: a downgrade gives back what it need not keep, and then its guard gives back all once more.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// A semaphore: a reader takes one permit, a writer all of them.
template <class Sync, bool mended>
class surplus_permits {
  static constexpr int all = 3;

  // Gives the permits back when it goes, unless it has been disarmed.
  class write_guard {
  public:
    explicit write_guard(surplus_permits& lock) : lock_(&lock) {}
    ~write_guard() noexcept(false) {
      if (lock_)
        lock_->give_back(all);
    }
    void disarm() { lock_ = nullptr; }

  private:
    surplus_permits* lock_;
  };

public:
  void lock_shared() { take(1); }
  void unlock_shared() { give_back(1); }
  void lock() { take(all); }
  void unlock() { write_guard{*this}; }

  void unlock_and_lock_shared() {
    write_guard guard{*this};
    give_back(all - 1); // and keep one, as a reader
    if constexpr (mended)
      guard.disarm();
  }

private:
  void take(int n) {
    typename Sync::unique_lock guard{mutex_};
    returned_.wait(guard, [this, n] { return permits_ >= n; });
    permits_ = permits_ - n;
  }
  void give_back(int n) {
    typename Sync::unique_lock guard{mutex_};
    permits_ = permits_ + n;
    returned_.notify_all();
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable returned_;
  typename Sync::template var<int> permits_{all};
};

} // namespace

exhibit m23() {
  return in_letters<surplus_permits>(
      {.code = "M23",
       .title = "A downgrade returns its permits twice, and a writer joins the readers",
       .systems = "tokio's RwLock in 2020",
       .story =
           "The lock is a semaphore: a reader holds one permit, a writer all of them. A downgrade "
           "gives back all permits but one. But the write guard that it consumes still has a "
           "destructor, which gives back all of them again. From then on the semaphore has more "
           "permits than it was made with, and a writer gets enough of them while the downgraded "
           "thread reads.",
       .repair = "The downgrade disarms the write guard: its destructor returns nothing.",
       .lesson = "Whoever takes apart what a guard stands for must disarm the guard. And a counter "
                 "that has a maximum should say so when it is exceeded: here it would have told at "
                 "the second return.",
       .sources = {"https://github.com/tokio-rs/tokio/issues/2941",
                   "https://github.com/tokio-rs/tokio/pull/2957"}},
      "verify/museum/m23_surplus_permits.cpp", property::mutual_exclusion, "assertion",
      {"W>R", "W"});
}

} // namespace rwl::verify::museum
