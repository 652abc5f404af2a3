// M29: a mask and a comparison, in an order that the author did not mean.
#include "exhibit.hpp"
#include "exhibits.hpp"

#include <cstdint>

namespace rwl::verify::museum {

namespace {

// A word of spinning readers and one writer at a time.
template <class Sync, bool mended>
class precedence {
  using word = std::uint32_t;

  static constexpr word writer = word{1} << 31;
  static constexpr word readers = writer - 1; // the bits that count them

public:
  void lock_shared() {
    word seen = 0; // a guess, which the exchange corrects
    while (!state_.compare_exchange_strong(seen, seen + 1, std::memory_order_acquire,
                                           std::memory_order_relaxed))
      seen = Sync::await(
          state_, [](word s) { return !(s & writer); }, std::memory_order_relaxed);
  }
  void unlock_shared() { state_.fetch_sub(1, std::memory_order_release); }

  void lock() {
    state_.fetch_or(writer, std::memory_order_acquire);
    Sync::await(
        state_, [](word s) { return !has_readers(s); }, std::memory_order_acquire);
  }
  void unlock() { state_.fetch_and(~writer, std::memory_order_release); }

private:
  static bool has_readers(word s) {
    if constexpr (mended)
      return (s & readers) != 0;
    else
      return s & (readers != 0); // how C reads: s & readers != 0
  }

  typename Sync::template atomic<word> state_{0};
};

} // namespace

exhibit m29() {
  return in_letters<precedence>(
      {.code = "M29",
       .title = "A missing pair of parentheses tests one bit of the reader count",
       .systems = "Concurrency Kit (the recursive writer of ck_swlock, never released)",
       .story =
           "The writer announces itself and spins while the bits that count the readers are not "
           "zero. The test is written `n & bits != 0`, and in C the comparison comes first: "
           "`bits != 0` is one, so only the lowest bit of the count is tested. With one reader "
           "inside the writer waits. With two it enters.",
       .repair = "Parentheses: `(n & bits) != 0`.",
       .lesson =
           "A test of a lock needs two readers inside at once, and then a writer: one of each "
           "kind finds nothing here. Compilers warn of this very mistake; make the warning "
           "an error.",
       .sources = {"https://github.com/concurrencykit/ck/commit/1f03809",
                   "https://github.com/concurrencykit/ck/commit/0f44d50"}},
      "verify/museum/m29_precedence.cpp", property::mutual_exclusion, "assertion", {"R", "R", "W"});
}

} // namespace rwl::verify::museum
