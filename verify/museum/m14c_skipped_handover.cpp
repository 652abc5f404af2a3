// M14 c: a reader takes the last hand-over for the one that is still to come.
#include "exhibit.hpp"
#include "exhibits.hpp"

#include <cstdint>

namespace rwl::verify::museum {

namespace {

// The lock alternates between read phases and write phases. The state word tells the phase, who
// has claimed to write, and how many read or wait to. Whoever changes the phase tells it a second
// time, in a word to sleep on: that is the hand-over, and those that wait must not go before it.
template <class Sync, bool mended>
class skipped_handover {
public:
  void lock_shared() {
    word s = state_.fetch_add(reader, std::memory_order_acquire) + reader;
    if (!(s & write_phase))
      return;
    while (s & write_phase && !(s & writer))
      if (exchange(s, s ^ write_phase, std::memory_order_acquire))
        return hand_over(false);
    await_handover(false);
  }

  void unlock_shared() {
    word s = state_.load(std::memory_order_relaxed), next;
    do {
      next = s - reader;
      if (next == writer) // it waits for the last reader
        next |= write_phase;
    } while (!exchange(s, next, std::memory_order_acq_rel)); // acquire: after the other hand-over
    if (next & write_phase)
      hand_over(true);
  }

  void lock() {
    word s = state_.fetch_or(writer, std::memory_order_acquire);
    while (s & writer) {
      Sync::await(
          state_, [](word now) { return !(now & writer); }, std::memory_order_relaxed);
      s = state_.fetch_or(writer, std::memory_order_acquire);
    }
    if (s & write_phase)
      return;
    s |= writer;
    while (s == writer)
      if (exchange(s, s | write_phase, std::memory_order_acquire))
        return hand_over(true);
    await_handover(true);
  }

  void unlock() {
    word s = state_.load(std::memory_order_relaxed), next;
    do {
      next = s - writer;
      if (next >= reader) // they wait for the writer
        next -= write_phase;
    } while (!exchange(s, next, std::memory_order_release));
    if (!(next & write_phase))
      hand_over(false);
  }

private:
  using word = std::uint32_t;
  static constexpr word write_phase = 1, writer = 2, reader = 4;

  bool exchange(word& expected, word desired, std::memory_order success) {
    return state_.compare_exchange_strong(expected, desired, success, std::memory_order_relaxed);
  }

  void hand_over(bool to_writer) { handed_to_writer_.store(to_writer, std::memory_order_relaxed); }

  void await_handover(bool to_writer) {
    const auto mine = [=](bool now) { return now == to_writer; };
    Sync::await(handed_to_writer_, mine, std::memory_order_relaxed);
    Sync::await(
        state_, [=](word now) { return bool(now & write_phase) == to_writer; },
        std::memory_order_acquire);
    if constexpr (mended)
      Sync::await(handed_to_writer_, mine, std::memory_order_relaxed);
  }

  typename Sync::template atomic<word> state_{0};
  typename Sync::template atomic<bool> handed_to_writer_{false};
};

} // namespace

exhibit m14c() {
  return in_letters<skipped_handover>(
      {.code = "M14c",
       .title = "A reader takes an old hand-over for the one that is still to come",
       .systems = "glibc 2.25",
       .story =
           "Read phases and write phases alternate. Whoever changes the phase does so in the state "
           "word, and then hands the lock over by a second word, on which the others sleep. A "
           "writer has started its phase, and a reader comes to wait. In the second word it still "
           "finds the hand-over of the read phase before, because the writer has not told of its "
           "own yet, or the reader cannot see it yet. So it checks with the state word; meanwhile "
           "the writer has left, and a read phase has begun indeed. The reader goes in and out "
           "without waiting for the hand-over, and as it leaves it hands the lock to a second "
           "writer. Only now does the first writer come to its own hand-over, to a reader that "
           "has long gone, and overwrites the other one. The second writer sleeps for ever.",
       .repair = "After the state word has confirmed the phase, whoever waits looks at the second "
                 "word once more: what it finds now cannot be older than the phase.",
       .lesson = "If one fact is told in two places, one after the other, a reading of both can "
                 "mix two moments. What was read first has to be read again after the second has "
                 "confirmed it.",
       .sources = {"https://sourceware.org/bugzilla/show_bug.cgi?id=21298",
                   "https://sourceware.org/git/?p=glibc.git;a=commit;h=faf8c066df"}},
      "verify/museum/m14c_skipped_handover.cpp", property::deadlock_freedom, "deadlock",
      {"W", "R", "W"});
}

} // namespace rwl::verify::museum
