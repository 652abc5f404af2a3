// M16: a reader that comes while sleepers are being woken takes the lock for itself alone.
#include "exhibit.hpp"
#include "exhibits.hpp"
#include "readers_after_writer.hpp"

#include <cstdint>

namespace rwl::verify::museum {

namespace {

// One word: whether the lock is owned, whether anybody sleeps, and how many readers own it. No
// reader counted means a writer. Whoever frees the lock wakes the sleepers afterwards, and until it
// has done so a newcomer may steal the lock from them.
template <class Sync, bool mended>
class uncounted_thief {
public:
  void lock_shared() {
    enter([](word s) { return s & locked && s < reader; },
          [](word s) {
            const bool steals = !(s & locked) && s & sleepers;
            return (steals && !mended ? s : s + reader) | locked;
          });
  }

  void unlock_shared() {
    word s = state_.load(std::memory_order_relaxed), next;
    do {
      next = s >= reader ? s - reader : s;
      if (next < reader)
        next &= ~locked;
    } while (!exchange(s, next, std::memory_order_release));
    if (next == sleepers)
      wake();
  }

  void lock() {
    enter([](word s) { return s & locked; }, [](word s) { return s | locked; });
  }

  void unlock() {
    if (state_.fetch_and(~locked, std::memory_order_release) & sleepers)
      wake();
  }

private:
  using word = std::uint32_t;
  static constexpr word locked = 1, sleepers = 2, reader = 4;

  void enter(auto must_wait, auto owned) {
    word s = state_.load(std::memory_order_relaxed);
    for (;;) {
      Sync::live(Sync::here(), s);
      if (must_wait(s))
        s = sleep(must_wait);
      else if (exchange(s, owned(s), std::memory_order_acquire))
        return;
    }
  }

  word sleep(auto must_wait) {
    typename Sync::unique_lock queue{queue_};
    word s = state_.load(std::memory_order_relaxed);
    while (must_wait(s) && !exchange(s, s | sleepers, std::memory_order_relaxed)) {
    }
    if (must_wait(s))
      woken_.wait(queue);
    return state_.load(std::memory_order_relaxed);
  }

  void wake() {
    typename Sync::unique_lock queue{queue_};
    state_.fetch_and(~sleepers, std::memory_order_relaxed);
    woken_.notify_all();
  }

  bool exchange(word& expected, word desired, std::memory_order success) {
    return state_.compare_exchange_strong(expected, desired, success, std::memory_order_relaxed);
  }

  typename Sync::template atomic<word> state_{0};
  typename Sync::mutex queue_;
  typename Sync::condition_variable woken_;
};

template <bool mended>
using subject = readers_after_writer<uncounted_thief<explorer_sync, mended>>;

} // namespace

exhibit m16() {
  return in_program<subject>(
      {.code = "M16",
       .title = "A reader asks for a share and is given the whole lock",
       .systems = "Windows SRWLOCK, and with it std::shared_mutex and Rust's RwLock; ReactOS",
       .story =
           "A writer is inside and a reader sleeps. The writer frees the lock and turns to waking "
           "the sleeper. In between a second reader comes, finds the lock free, and steals it. "
           "But while there are sleepers the word has no room for a count of readers, so the "
           "thief sets the bit of ownership only; and a lock that is owned with no reader counted "
           "is owned by a writer. The first reader wakes up, sees a writer, and goes back to "
           "sleep. The thief waits inside for the first reader, and neither goes on.",
       .repair = "A reader that steals the lock is counted like any other. (ReactOS proposes not "
                 "to let readers steal at all while somebody sleeps.)",
       .lesson = "Shared ownership that now and then turns out to be exclusive is safe, but it is "
                 "not shared ownership: two readers that need each other are enough to see it.",
       .sources = {"https://github.com/microsoft/STL/issues/4448",
                   "https://github.com/rust-lang/rust/issues/121949",
                   "https://github.com/reactos/reactos/pull/9415"}},
      "verify/museum/m16_uncounted_thief.cpp", property::reader_concurrency, "deadlock", 3,
      {"the readers met before the writer came", "the readers met after the writer had left"});
}

} // namespace rwl::verify::museum
