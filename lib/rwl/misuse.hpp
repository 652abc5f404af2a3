// How the library reports misuse, such as unlocking a lock that the caller does not hold: to a
// handler of the user's first, then by an exception, or the end of the program where there are
// none.
#pragma once

#include "sync/misuse_handler.hpp"

#if !defined(__cpp_exceptions)
#include <cstdio>
#include <cstdlib>
#endif

namespace rwl {

// Reports a misuse. The text what lives until the calling thread's next misuse, or longer. Does not
// return:
//
//   1. the handler set by set_misuse_handler() is called, if there is one. It may end the program,
//      throw something else, or return;
//   2. with exceptions: throws std::system_error(make_error_code(error), what), which copies it.
//      Without: says so on stderr if there was no handler to say it, and calls std::abort().
//
// Whoever reports does so before changing anything, so the lock is as it was. All of a program is
// to be compiled with exceptions, or all without: it is one inline function.
[[noreturn]] inline void misuse(std::errc error, const char* what) {
  const misuse_handler handler = get_misuse_handler();
  if (handler)
    handler(error, what);
#if defined(__cpp_exceptions)
  throw std::system_error(std::make_error_code(error), what);
#else
  if (!handler)
    std::fprintf(stderr, "%s: %s\n", what, std::make_error_code(error).message().c_str());
  std::abort();
#endif
}

} // namespace rwl
