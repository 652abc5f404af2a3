// A section that is entered although the try may have been refused.
// compiler: clang++
// flags: -Wthread-safety
// must fail: requires holding|was not held|is not held
#include "subject.hpp"

#include <chrono>

void f() {
  using namespace std::chrono_literals;
#ifdef FIXED
  if (!m.try_lock_for(1ms))
    return;
#else
  static_cast<void>(m.try_lock_for(1ms));
#endif
  ++counter;
  m.unlock();
}
