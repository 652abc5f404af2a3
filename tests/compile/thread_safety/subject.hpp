// What the tests of the thread-safety attributes misuse: a counter and its lock, an RWLOCK.
#pragma once

#include <rwl/rwlock.hpp>
#include <rwl/scoped_guards.hpp>
#include <rwl/thread_safety.hpp>

#ifndef RWLOCK
#define RWLOCK rwl::rwlock
#endif

inline RWLOCK m;
inline int counter RWL_GUARDED_BY(m) = 0;
