// M30: a reader that leaves looks at the count in one step and changes it in another.
#include "exhibit.hpp"
#include "exhibits.hpp"

namespace rwl::verify::museum {

namespace {

// The first reader takes the room, the last one gives it back; a writer takes it for itself.
// Whoever waits for the room does so in the doorway, where the others wait behind it.
template <class Sync, bool mended>
class nobody_is_last {
public:
  void lock_shared() {
    typename Sync::unique_lock doorway{doorway_};
    if (readers_.fetch_add(1, std::memory_order_seq_cst) == 0)
      take_room();
  }
  void unlock_shared() {
    if (leave())
      give_room();
  }

  void lock() {
    typename Sync::unique_lock doorway{doorway_};
    take_room();
  }
  void unlock() { give_room(); }

private:
  // Whether this was the last reader. Sequentially consistent, so that nobody sees an old count:
  // the defect is not one of order.
  bool leave() {
    if constexpr (mended)
      return readers_.fetch_sub(1, std::memory_order_seq_cst) == 1;
    const bool last = readers_.load(std::memory_order_seq_cst) == 1;
    readers_.fetch_sub(1, std::memory_order_seq_cst);
    return last;
  }

  void take_room() {
    Sync::await(
        empty_, [](bool empty) { return empty; }, std::memory_order_acquire);
    empty_.store(false, std::memory_order_relaxed); // nobody else can: this is the doorway
  }
  void give_room() { empty_.store(true, std::memory_order_release); }

  typename Sync::mutex doorway_;
  typename Sync::template atomic<int> readers_{0};
  typename Sync::template atomic<bool> empty_{true};
};

} // namespace

exhibit m30() {
  return in_letters<nobody_is_last>(
      {.code = "M30",
       .title = "Two readers leave at once, neither is the last, and the writer hangs",
       .systems = "Zephyr's pthread_rwlock",
       .story =
           "The last reader gives the room back to the writer. Each reader that leaves looks "
           "whether it is alone, and then takes itself off the count. Two readers leave together: "
           "each looks while the other is still counted, and each concludes that the other will be "
           "the last. The count reaches zero, and the room is never given back. (The same gap also "
           "lets a "
           "reader take itself for the last while another enters: then a writer joins that one.)",
       .repair = "One atomic step takes the reader off the count and tells how many there were "
                 "before: exactly one reader is told that it was the last.",
       .lesson = "A decision must be made on the value that the change itself has seen. To look "
                 "first and change afterwards leaves a gap, and more than one looks through it; "
                 "to look afterwards leaves another.",
       .sources = {"https://github.com/zephyrproject-rtos/zephyr/issues/60145",
                   "https://github.com/zephyrproject-rtos/zephyr/pull/60231",
                   "https://github.com/zephyrproject-rtos/zephyr/issues/104908"}},
      "verify/museum/m30_nobody_is_last.cpp", property::deadlock_freedom, "deadlock",
      {"R", "R", "W"});
}

} // namespace rwl::verify::museum
