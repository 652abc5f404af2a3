// What the tests of the thread-safety attributes misuse: a counter and its lock.
#pragma once

#include <rwl/rwlock.hpp>
#include <rwl/scoped_guards.hpp>
#include <rwl/thread_safety.hpp>

inline rwl::rwlock m;
inline int counter RWL_GUARDED_BY(m) = 0;
