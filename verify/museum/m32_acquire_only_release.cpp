// M32: one exchange drops the lock and takes another one, and is ordered for the second only.
#include "exhibit.hpp"
#include "exhibits.hpp"

#include <cstdint>

namespace rwl::verify::museum {

namespace {

// A word with a list of sleepers, which a bit of the same word guards. Whoever leaves while
// somebody sleeps drops the lock and takes that bit in one exchange, so that the list does not
// change until it has woken them.
template <class Sync, bool mended>
class acquire_only_release {
  using word = std::uint32_t;

  static constexpr auto relaxed = std::memory_order_relaxed;
  static constexpr auto acquire = std::memory_order_acquire;
  static constexpr auto release = std::memory_order_release;

  static constexpr word writer = 1;
  static constexpr word waiting = 2; // the list is not empty
  static constexpr word listing = 4; // somebody works on the list
  static constexpr word reader = 8;  // and all above count them

  struct sleeper {
    typename Sync::parker parker;
    typename Sync::template var<sleeper*> next{nullptr};
  };

public:
  void lock_shared() { enter(writer, reader); }
  void unlock_shared() { leave(reader); }
  void lock() { enter(~(waiting | listing), writer); }
  void unlock() { leave(writer); }

private:
  void enter(word barred_by, word mine) {
    for (word seen = 0;;) { // a guess, which the exchange corrects
      if (!(seen & barred_by)) {
        if (state_.compare_exchange_strong(seen, seen + mine, acquire, relaxed))
          return;
      } else if (seen & listing) {
        seen = await_list();
      } else if (state_.compare_exchange_strong(seen, seen | waiting | listing, acquire, relaxed)) {
        sleep();
        seen = 0;
      }
    }
  }

  void leave(word mine) {
    // Acquire for the list; release for whoever enters before the list is given back.
    constexpr auto both = mended ? std::memory_order_acq_rel : acquire;
    for (word seen = mine;;) {
      if (!(seen & waiting)) {
        if (state_.compare_exchange_strong(seen, seen - mine, release, relaxed))
          return;
      } else if (seen & listing) {
        seen = await_list();
      } else if (state_.compare_exchange_strong(seen, (seen - mine) | listing, both, relaxed)) {
        return wake_all();
      }
    }
  }

  void sleep() {
    sleeper self;
    self.next = sleepers_.get();
    sleepers_ = &self;
    state_.fetch_and(~listing, release);
    self.parker.park();
  }

  void wake_all() {
    sleeper* next = sleepers_;
    sleepers_ = nullptr;
    state_.fetch_and(~(listing | waiting), release);
    while (sleeper* const first = next) {
      next = first->next;
      first->parker.unpark();
    }
  }

  word await_list() {
    return Sync::await(
        state_, [](word s) { return !(s & listing); }, relaxed);
  }

  typename Sync::template atomic<word> state_{0};
  typename Sync::template var<sleeper*> sleepers_{nullptr};
};

} // namespace

exhibit m32() {
  return in_letters<acquire_only_release>(
      {.code = "M32",
       .title = "An exchange that unlocks and locks is ordered as a lock only",
       .systems = "nsync before 2024",
       .story =
           "Somebody sleeps, so a writer that leaves needs the list of sleepers. One exchange "
           "drops the lock and takes the bit that guards the list. Since it takes a lock it "
           "acquires, but it does not release. A reader that comes at this moment finds the lock "
           "free and enters. What the writer wrote is not ordered before what this reader reads: "
           "the release that gives the list back comes later, and the reader has not waited for "
           "it.",
       .repair = "The exchange acquires for the list, and releases for the lock.",
       .lesson = "An operation that does two things needs the orders of both. Name the two in the "
                 "code, and the missing one is seen. It takes a third thread, which neither sleeps "
                 "nor wakes, to suffer from it.",
       .sources = {"https://github.com/google/nsync/pull/16",
                   "https://github.com/google/nsync/commit/88fa032"}},
      "verify/museum/m32_acquire_only_release.cpp", property::data_race_freedom, "data race",
      {"W", "R", "R"});
}

} // namespace rwl::verify::museum
