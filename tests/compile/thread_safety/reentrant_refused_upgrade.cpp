// The same as refused_upgrade.cpp, of an adaptor.
// compiler: clang++
// flags: -Wthread-safety
// must fail: requires holding|was not held|is not held
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>

#define RWLOCK rwl::reentrant<rwl::rwlock>
#include "refused_upgrade.cpp"
