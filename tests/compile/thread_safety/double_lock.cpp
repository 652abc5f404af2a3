// A lock that is locked twice: it is not recursive.
// compiler: clang++
// flags: -Wthread-safety
// must fail: acquiring .* that is already held
#include "subject.hpp"

void f() {
  rwl::read_guard reading(m);
#ifndef FIXED
  rwl::read_guard again(m);
#endif
}
