// The function that hears of misuse: one for the whole program, any thread may replace it.
#pragma once

#include <atomic>
#include <system_error>

namespace rwl {

// Gets the kind of error, and a message to copy if it is kept: it may be gone when the handler has
// returned, and is overwritten by a misuse in the handler itself.
using misuse_handler = void (*)(std::errc, const char*);

namespace detail {
inline constinit std::atomic<misuse_handler> current_misuse_handler{nullptr};
}

// Installs the handler, or none for nullptr, and returns the one before. Thread-safe: a misuse
// reported at the same time goes to either of the two.
inline misuse_handler set_misuse_handler(misuse_handler handler) noexcept {
  // Acquire and release: who hears of a misuse, or gets this handler back, sees what was set up for
  // it. Pairs with itself and with the load in get_misuse_handler().
  return detail::current_misuse_handler.exchange(handler, std::memory_order_acq_rel);
}

// The handler installed, nullptr if there is none.
inline misuse_handler get_misuse_handler() noexcept {
  // Acquire: pairs with the exchange in set_misuse_handler().
  return detail::current_misuse_handler.load(std::memory_order_acquire);
}

} // namespace rwl
