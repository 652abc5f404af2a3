// The same as write_under_read_lock.cpp, of an adaptor.
// compiler: clang++
// flags: -Wthread-safety
// must fail: writing variable 'counter' requires holding.*exclusively
#include <rwl/checked.hpp>
#include <rwl/rwlock.hpp>

#define RWLOCK rwl::checked<rwl::rwlock>
#include "write_under_read_lock.cpp"
