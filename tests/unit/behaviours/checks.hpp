// What a lock lets others do, by the mode in which the caller holds it.
#pragma once

#include "features.hpp"
#include "waiters.hpp"

#include <cppunit/TestAssert.h>

namespace rwl::test {

template <class Lock>
void check_admits(Lock& m, bool reader, bool writer) {
  CPPUNIT_ASSERT_EQUAL(reader, admits_reader(m));
  CPPUNIT_ASSERT_EQUAL(writer, admits_writer(m));
}

template <class Lock>
void check_exclusive(Lock& m) {
  check_admits(m, false, false);
  if constexpr (upgradeable<Lock>)
    CPPUNIT_ASSERT(!admits_upgradeable(m));
}

template <class Lock>
void check_shared(Lock& m) {
  check_admits(m, shares<Lock>, false);
  if constexpr (upgradeable<Lock>)
    CPPUNIT_ASSERT_EQUAL(shares<Lock>, admits_upgradeable(m));
}

template <upgradeable Lock>
void check_upgradeable(Lock& m) {
  check_admits(m, shares<Lock>, false);
  CPPUNIT_ASSERT(!admits_upgradeable(m));
}

template <tells_mode Lock>
void check_tells(const Lock& m, bool writer, bool reader) {
  CPPUNIT_ASSERT_EQUAL(writer, m.is_locked());
  CPPUNIT_ASSERT_EQUAL(reader, m.is_locked_shared());
}

// Nobody holds it, and nobody waits.
template <class Lock>
void check_free(Lock& m) {
  check_admits(m, true, true);
  if constexpr (upgradeable<Lock>)
    CPPUNIT_ASSERT(admits_upgradeable(m));
  if constexpr (tells_mode<Lock>)
    check_tells(m, false, false);
  if constexpr (tells_who_waits<Lock>)
    CPPUNIT_ASSERT_EQUAL(0u, waiting(m, true) + waiting(m, false));
}

} // namespace rwl::test
