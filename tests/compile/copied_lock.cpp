// A lock cannot be copied.
// must fail: deleted
#include <rwl/rwlock.hpp>

rwl::rwlock original;
#ifndef FIXED
rwl::rwlock copy = original;
#endif
