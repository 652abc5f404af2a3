// An asymmetric pair of fences. A light and a heavy one order each other as two seq_cst fences
// would: if one thread stores x, fence_light(), loads y, and another stores y, fence_heavy(), loads
// x, then at least one of them sees the other's store.
//
// On Linux the heavy fence makes every running thread of the process pass a full barrier
// (membarrier, a few microseconds), and the light one merely keeps the compiler from reordering.
// Where the kernel lacks membarrier, or with RWL_PORTABLE, both are full fences.
//
// Nothing else in the library may use a thread fence: ThreadSanitizer cannot see them.
#pragma once

#include <atomic>

#if defined(__linux__) && !defined(RWL_PORTABLE)
#define RWL_HAS_MEMBARRIER 1
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace rwl {

namespace detail {

inline void full_fence() noexcept {
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wtsan" // the users' happens-before edges do not rest on this fence
#endif
  std::atomic_thread_fence(std::memory_order_seq_cst);
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
}

#if defined(RWL_HAS_MEMBARRIER)

inline bool membarrier(int command) noexcept {
  return ::syscall(SYS_membarrier, command, 0, 0) == 0;
}

inline constinit std::atomic<bool> light_is_free{false};

// Registers the process, once; true if heavy fences are membarriers. Light fences become free only
// after that is decided, so a thread that runs before the static initialisation below is safe too:
// it meets membarriers, or full fences on both sides.
inline bool asymmetric() noexcept {
  static const bool registered = [] {
    const bool ok = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
    // Relaxed: whoever sees true is served by the kernel, whoever still sees false fences itself.
    light_is_free.store(ok, std::memory_order_relaxed);
    return ok;
  }();
  return registered;
}

// At start-up, since registering costs some ten milliseconds once there are several threads.
inline const bool registered_at_start = asymmetric();

#endif

} // namespace detail

// The cheap side, for the frequent path.
inline void fence_light() noexcept {
#if defined(RWL_HAS_MEMBARRIER)
  // Relaxed: see detail::asymmetric().
  if (detail::light_is_free.load(std::memory_order_relaxed)) [[likely]] {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    return;
  }
#endif
  detail::full_fence();
}

// The dear side: a system call that interrupts the other processors.
inline void fence_heavy() noexcept {
#if defined(RWL_HAS_MEMBARRIER)
  if (detail::asymmetric()) {
    detail::membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
    return;
  }
#endif
  detail::full_fence();
}

} // namespace rwl
