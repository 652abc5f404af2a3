// The same as write_under_read_lock.cpp, of an adaptor.
// compiler: clang++
// flags: -Wthread-safety
// must fail: writing variable 'counter' requires holding.*exclusively
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>

#define RWLOCK rwl::reentrant<rwl::rwlock>
#include "write_under_read_lock.cpp"
