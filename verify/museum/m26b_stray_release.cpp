// M26b: a thread that does not hold the lock releases it, and is believed.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// A monitor, of which the writing half is enough here.
template <class Sync, bool mended>
class stray_release {
public:
  void lock() {
    typename Sync::unique_lock guard{mutex_};
    released_.wait(guard, [this] { return writer_ == nobody; });
    writer_ = Sync::self();
  }
  bool try_lock() {
    typename Sync::unique_lock guard{mutex_};
    if (writer_ != nobody)
      return false;
    writer_ = Sync::self();
    return true;
  }
  // False: the caller is not the writer, and nothing has changed.
  bool unlock() {
    typename Sync::unique_lock guard{mutex_};
    if constexpr (mended)
      if (writer_ != Sync::self())
        return false;
    writer_ = nobody;
    released_.notify_one();
    return true;
  }

private:
  static constexpr typename Sync::thread_id nobody = -1;

  typename Sync::mutex mutex_;
  typename Sync::condition_variable released_;
  typename Sync::template var<typename Sync::thread_id> writer_{nobody};
};

// One thread writes. Another tries to, cleans up whether it was let in or not, and then writes.
template <bool mended>
class careless_cleanup : public program {
public:
  void thread(int t) override {
    if (t == 1) {
      const bool let_in = lock_.try_lock();
      const bool released = lock_.unlock();
      run::check(released || !let_in, "the owner could not release the lock");
      run::witness(released ? 0 : 1);
    }
    run::enter(phase::trying);
    lock_.lock();
    run::enter(phase::inside);
    run::check(inside_.add(1) == 0, "mutual exclusion: two writers are inside");
    inside_.add(-1);
    run::enter(phase::leaving);
    run::check(lock_.unlock(), "the owner could not release the lock");
    run::enter(phase::remainder);
  }

private:
  stray_release<explorer_sync, mended> lock_;
  ghost inside_;
};

} // namespace

exhibit m26b() {
  return in_program<careless_cleanup>(
      {.code = "M26b",
       .title = "A release by a thread that holds nothing frees another's lock",
       .systems = "the deep-dive locks",
       .story =
           "A thread tries to write and is refused, since another one writes. Its cleanup releases "
           "the lock all the same, as it would after a success. The lock does not ask who "
           "releases it: it marks itself free while the writer is inside, and the next one who "
           "asks, here the careless thread itself, enters beside it.",
       .repair = "The lock remembers its writer, and refuses a release by anybody else.",
       .lesson =
           "A release is a claim: I am inside. A lock that can check it should, since the "
           "caller's mistake otherwise breaks the guarantee of somebody who made none. Guards "
           "that exist only after a success make the mistake hard to write.",
       .sources = {"deep-dive locks: release_write without a check of the owner"}},
      "verify/museum/m26b_stray_release.cpp", property::mutual_exclusion, "assertion", 2,
      {"the cleanup released what the try had taken", "a stray release was refused"});
}

} // namespace rwl::verify::museum
