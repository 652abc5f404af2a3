// M22: an upgrade that gives the lock up and asks for it again.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// A monitor with an upgradeable mode, which one thread holds at a time, beside the readers.
template <class Sync, bool mended>
class upgrade_in_two_steps {
public:
  void lock_shared() {
    typename Sync::unique_lock guard{mutex_};
    changed_.wait(guard, [this] { return !writing_; });
    ++readers_;
  }
  void unlock_shared() {
    typename Sync::unique_lock guard{mutex_};
    --readers_;
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
  void unlock_upgrade() {
    typename Sync::unique_lock guard{mutex_};
    upgradeable_ = false;
    changed_.notify_all();
  }

  void unlock_upgrade_and_lock() {
    if constexpr (mended) {
      typename Sync::unique_lock guard{mutex_};
      changed_.wait(guard, [this] { return readers_ == 0; }); // no writer enters meanwhile
      upgradeable_ = false;
      writing_ = true;
    } else {
      unlock_upgrade();
      lock();
    }
  }

private:
  typename Sync::mutex mutex_;
  typename Sync::condition_variable changed_;
  typename Sync::template var<int> readers_{0};
  typename Sync::template var<bool> writing_{false}, upgradeable_{false};
};

} // namespace

exhibit m22() {
  return in_letters<upgrade_in_two_steps>(
      {.code = "M22",
       .title = "A writer slips in between the upgrade's release and its lock",
       .systems = "AWS Labs' shuttle; Asterinas",
       .story =
           "The upgradeable mode lets a thread read, decide, and then write what it has decided "
           "on. Here an upgrade releases that mode and then asks for the lock like any other "
           "writer. A writer that waited enters between the two and changes the value. The "
           "upgrade succeeds, and its thread writes on the strength of a value that is gone.",
       .repair = "The upgrade keeps its mode while it waits for the readers to leave, so no writer "
                 "can enter, and turns it into the write lock in one step.",
       .lesson = "A change of mode is worth having only if nobody gets in between. If it cannot be "
                 "atomic it must not be offered as one: then the caller releases, locks, and looks "
                 "again.",
       .sources = {"https://github.com/awslabs/shuttle/pull/351",
                   "https://github.com/asterinas/asterinas/issues/440"}},
      "verify/museum/m22_upgrade_in_two_steps.cpp", property::upgrade, "assertion", {"U>W", "W"});
}

} // namespace rwl::verify::museum
