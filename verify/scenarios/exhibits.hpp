// Locks that are wrong on purpose: what they are refuted for shows that the checks would notice.
#pragma once

#include <rwl/sync/policy.hpp>

namespace rwl::verify {

// A plain mutex behind the interface: every safety property of a reader-writer lock holds, and no
// two readers are ever inside together. It has no doorway of its own: it asks when it is let in.
template <class Sync>
class mutex_behind_interface {
public:
  void lock() {
    mutex_.lock();
    report(event::write_request, event::write_grant);
  }
  bool try_lock() {
    const bool taken = mutex_.try_lock();
    if (taken)
      report(event::write_request, event::write_grant);
    else
      Sync::observe(event::write_refused, this, Sync::owner());
    return taken;
  }
  void unlock() {
    mutex_.unlock();
    Sync::observe(event::write_release, this, Sync::owner());
  }
  void lock_shared() {
    mutex_.lock();
    report(event::read_request, event::read_grant);
  }
  bool try_lock_shared() {
    const bool taken = mutex_.try_lock();
    if (taken)
      report(event::read_request, event::read_grant);
    else
      Sync::observe(event::read_refused, this, Sync::owner());
    return taken;
  }
  void unlock_shared() {
    mutex_.unlock();
    Sync::observe(event::read_release, this, Sync::owner());
  }

private:
  void report(event request, event grant) {
    Sync::observe(request, this, Sync::owner());
    Sync::observe(grant, this, Sync::owner());
  }
  typename Sync::mutex mutex_;
};

} // namespace rwl::verify
