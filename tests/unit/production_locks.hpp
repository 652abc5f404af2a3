// The locks of the library that each stand for a strategy, for suites of tests that run over all.
#pragma once

#include <rwl/rwlock.hpp>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::test {

// Registers Suite<Lock> for each.
template <template <class> class Suite>
class on_production_locks {
  template <class Lock>
  using registered = CppUnit::AutoRegisterSuite<Suite<Lock>>;

  registered<reader_preferring_rwlock> reader_preferring_;
  registered<writer_preferring_rwlock> writer_preferring_;
  registered<phase_fair_rwlock> phase_fair_;
  registered<fifo_rwlock> fifo_;
  registered<rwlock> throughput_;
};

} // namespace rwl::test
