// M27: the unlock is the last statement of the section, and an exception leaves before it.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// A monitor, and the way users go through it: a section as a function.
template <class Sync, bool mended>
class skipped_unlock {
  class write_guard {
  public:
    explicit write_guard(skipped_unlock& lock) : lock_(lock) { lock_.lock(); }
    ~write_guard() noexcept(false) { lock_.unlock(); }

  private:
    skipped_unlock& lock_;
  };

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

  template <class Section>
  void write(Section section) {
    if constexpr (mended) {
      write_guard guard{*this};
      section();
    } else {
      lock();
      section();
      unlock();
    }
  }

private:
  void lock() {
    typename Sync::unique_lock guard{mutex_};
    changed_.wait(guard, [this] { return !writing_ && readers_ == 0; });
    writing_ = true;
  }
  void unlock() {
    typename Sync::unique_lock guard{mutex_};
    writing_ = false;
    changed_.notify_all();
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable changed_;
  typename Sync::template var<int> readers_{0};
  typename Sync::template var<bool> writing_{false};
};

// One thread writes, and its section throws. One reads.
template <bool mended>
class throwing_section : public program {
  struct failure {};

public:
  void thread(int t) override {
    run::enter(phase::trying);
    if (t == 0)
      write();
    else
      read();
    run::enter(phase::remainder);
  }

private:
  void write() {
    try {
      lock_.write([this] {
        run::enter(phase::inside);
        value_ = 1;
        throw failure();
      });
    } catch (const failure&) {
    }
  }
  void read() {
    lock_.lock_shared();
    run::enter(phase::inside);
    run::witness(value_.get());
    lock_.unlock_shared();
  }

  skipped_unlock<explorer_sync, mended> lock_;
  explorer_sync::var<int> value_{0};
};

} // namespace

exhibit m27() {
  return in_program<throwing_section>(
      {.code = "M27",
       .title = "A section throws, its unlock is skipped, and the lock stays held",
       .systems = "libcoro (scoped_lock)",
       .story = "A scoped operation locks, runs the caller's section, and unlocks. The unlock is "
                "awaited, which a destructor cannot do, so it stands as a statement after the "
                "section. The section throws. The exception passes the statement by, and "
                "nobody who asks for the lock afterwards ever gets it.",
       .repair = "A guard unlocks in its destructor, which an exception does not pass by.",
       .lesson = "A release must not suspend: only then can a destructor make it, and only a "
                 "destructor runs on every way out of a section.",
       .sources = {"libcoro: scoped_lock, whose co_await unlock() a throwing section skips"}},
      "verify/museum/m27_skipped_unlock.cpp", property::deadlock_freedom, "deadlock", 2,
      {"the reader came first", "the reader came after the section that threw"});
}

} // namespace rwl::verify::museum
