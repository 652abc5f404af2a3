// M25: an upgrade waits for the readers to leave, and lets new ones in meanwhile.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// A monitor with an upgradeable mode, which one thread holds at a time, beside the readers.
template <class Sync, bool mended>
class starving_upgrader {
public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    changed_.wait(guard, [this] { return !writing_ && !(mended && upgrading_); });
    ++readers_;
  }
  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    if (--readers_ > 0)
      return;
    if (upgrading_)
      finish_upgrade();
    changed_.notify_all();
  }

  void lock() {
    typename Sync::unique_lock guard{mutex_};
    changed_.wait(guard, [this] { return !writing_ && !upgradeable_ && readers_ == 0; });
    writing_ = true;
  }
  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    writing_ = false;
    changed_.notify_all();
  }

  void lock_upgrade() {
    typename Sync::unique_lock guard{mutex_};
    changed_.wait(guard, [this] { return !writing_ && !upgradeable_; });
    upgradeable_ = true;
  }
  void unlock_upgrade_and_lock() {
    typename Sync::unique_lock guard{mutex_};
    upgrading_ = true;
    if (readers_ == 0)
      finish_upgrade();
    else
      changed_.wait(guard, [this] { return !upgrading_; }); // the last reader hands over
  }

private:
  void finish_upgrade() {
    upgrading_ = false;
    upgradeable_ = false;
    writing_ = true;
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable changed_;
  typename Sync::template var<int> readers_{0};
  typename Sync::template var<bool> writing_{false}, upgradeable_{false}, upgrading_{false};
};

} // namespace

exhibit m25() {
  return in_endless_letters<starving_upgrader>(
      {.code = "M25",
       .title = "Readers come and go while an upgrade waits, and it waits for ever",
       .systems = "boost::shared_mutex (Boost 1.74 and later)",
       .story =
           "An upgrade waits until no reader is inside. It does not hold new readers back "
           "meanwhile. Two readers that overlap, each coming back before the other has left, "
           "keep the lock read for ever, and the upgrader waits for ever: for three seconds in "
           "a test with four readers.",
       .repair = "A pending upgrade bars new readers, so those inside become fewer until none is "
                 "left.",
       .lesson = "A request that waits for a count to reach zero must stop it from growing. Even a "
                 "lock that prefers readers needs this for upgrades: the upgrader is inside, and "
                 "all writers wait for it.",
       .sources = {"https://github.com/boostorg/thread/issues/265",
                   "https://github.com/boostorg/thread/issues/361"}},
      "verify/museum/m25_starving_upgrader.cpp", property::writer_starvation_freedom,
      {"R", "R", "U>W"});
}

} // namespace rwl::verify::museum
