// Expects that misuse is reported.
#pragma once

#include <system_error>

#include <cppunit/TestAssert.h>

namespace rwl::test {

template <class F>
void check_misuse(std::errc expected, F f) {
  try {
    f();
  } catch (const std::system_error& error) {
    CPPUNIT_ASSERT_EQUAL(std::make_error_code(expected).message(), error.code().message());
    return;
  }
  CPPUNIT_FAIL("misuse was not reported");
}

} // namespace rwl::test
