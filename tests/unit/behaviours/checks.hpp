// What a lock lets others do, by the mode in which the caller holds it.
#pragma once

#include "any_lock.hpp"
#include "waiters.hpp"

#include <cppunit/TestAssert.h>

namespace rwl::test {

inline void check_admits(any_lock& m, bool reader, bool writer) {
  CPPUNIT_ASSERT_EQUAL(reader, admits_reader(m));
  CPPUNIT_ASSERT_EQUAL(writer, admits_writer(m));
}

inline void check_exclusive(any_lock& m) {
  check_admits(m, false, false);
  if (m.offers(upgradeable))
    CPPUNIT_ASSERT(!admits_upgradeable(m));
}

inline void check_shared(any_lock& m) {
  check_admits(m, m.offers(shares), false);
  if (m.offers(upgradeable))
    CPPUNIT_ASSERT_EQUAL(m.offers(shares), admits_upgradeable(m));
}

inline void check_upgradeable(any_lock& m) {
  check_admits(m, m.offers(shares), false);
  CPPUNIT_ASSERT(!admits_upgradeable(m));
}

inline void check_tells(const any_lock& m, bool writer, bool reader) {
  CPPUNIT_ASSERT_EQUAL(writer, m.is_locked());
  CPPUNIT_ASSERT_EQUAL(reader, m.is_locked_shared());
}

// Nobody holds it, and nobody waits.
inline void check_free(any_lock& m) {
  check_admits(m, true, true);
  if (m.offers(upgradeable))
    CPPUNIT_ASSERT(admits_upgradeable(m));
  if (m.offers(tells_mode))
    check_tells(m, false, false);
  if (m.offers(tells_waiting))
    CPPUNIT_ASSERT_EQUAL(0u, m.waiting());
}

} // namespace rwl::test
