// M31: the writer sees that the readers have gone, and not what they did.
#include "exhibit.hpp"
#include "exhibits.hpp"

#include <cstdint>

namespace rwl::verify::museum {

namespace {

// A word of spinning readers and writers: a writer takes its bit, and then waits until the readers
// have left.
template <class Sync, bool mended>
class relaxed_drain {
  using word = std::uint32_t;

  static constexpr word writer = 1;
  static constexpr word reader = 2; // and all above count them

public:
  void lock_shared() {
    word seen = await_no_writer();
    while (!state_.compare_exchange_strong(seen, seen + reader, std::memory_order_acquire,
                                           std::memory_order_relaxed))
      seen = await_no_writer();
  }
  void unlock_shared() { state_.fetch_sub(reader, std::memory_order_release); }

  void lock() {
    while (state_.fetch_or(writer, std::memory_order_acquire) & writer)
      await_no_writer();
    Sync::await(
        state_, [](word s) { return s / reader == 0; },
        // Acquire: pairs with the release in unlock_shared(), the sections of those readers are
        // over.
        mended ? std::memory_order_acquire : std::memory_order_relaxed);
  }
  void unlock() { state_.fetch_and(~writer, std::memory_order_release); }

private:
  word await_no_writer() {
    return Sync::await(
        state_, [](word s) { return !(s & writer); }, std::memory_order_relaxed);
  }

  typename Sync::template atomic<word> state_{0};
};

} // namespace

exhibit m31() {
  return in_letters<relaxed_drain>(
      {.code = "M31",
       .title = "The writer waits for the readers with a relaxed load",
       .systems = "parking_lot (and, by the same oversight, its upgrade and a failed exchange)",
       .story =
           "A writer takes its bit while a reader is still inside, and then waits until the count "
           "of readers is zero. It reads that count with a relaxed load. So it knows that the "
           "reader has left, but nothing orders what the reader did before its own writes: the "
           "reader may still be reading what the writer changes already. The exchange that took "
           "the bit does acquire, but it came too early, before the reader left.",
       .repair = "The load that ends the wait acquires. It pairs with the release by which the "
                 "reader left.",
       .lesson = "The last load of an entry is the one that must acquire: whoever it tells has "
                 "left. A checker that knows only sequential consistency finds nothing here, and "
                 "neither does a test on x86.",
       .sources = {"https://github.com/Amanieu/parking_lot/issues/257",
                   "https://github.com/Amanieu/parking_lot/issues/294",
                   "https://github.com/Amanieu/parking_lot/issues/323"}},
      "verify/museum/m31_relaxed_drain.cpp", property::data_race_freedom, "data race", {"R", "W"});
}

} // namespace rwl::verify::museum
