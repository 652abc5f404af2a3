// Debian's Relacy, without its macros.
//
// relacy.hpp and relacy_std.hpp redefine new, delete, malloc, assert and memory_order_*; the core
// headers do not. They are included one by one, behind all standard headers, and only by the
// translation units that need them: the scheduler and the operations.
#pragma once

#ifdef _FORTIFY_SOURCE
#error "compile with -U_FORTIFY_SOURCE: Relacy's fibers jump between stacks, which it aborts on"
#endif

#include "machine.hpp" // history_depth

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <deque>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <queue>
#include <random>
#include <set>
#include <sstream>
#include <stack>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <vector>

// Relacy keeps three stores of each atomic; only its base header names the constant to change.
#define atomic_history_size stock_atomic_history_size
#include <relacy/base.hpp>
#undef atomic_history_size
namespace rl {
inline constexpr size_t atomic_history_size = rwl::verify::history_depth;
}
#include <relacy/context.hpp>
#include <relacy/context_base_impl.hpp>

#include <relacy/atomic.hpp>
#include <relacy/atomic_fence.hpp>
#include <relacy/backoff.hpp>
#include <relacy/dyn_thread.hpp>
#include <relacy/stdlib/condition_variable.hpp>
#include <relacy/stdlib/event.hpp>
#include <relacy/stdlib/mutex.hpp>
#include <relacy/stdlib/semaphore.hpp>
#include <relacy/test_suite.hpp>
#include <relacy/thread_local.hpp>
#include <relacy/var.hpp>
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdollar-in-identifier-extension"
#endif
#undef $
#ifdef __clang__
#pragma clang diagnostic pop
#endif
