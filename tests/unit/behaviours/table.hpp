// The table of behaviours: what every lock that offers the features has to show.
//
//   void T1_gives_up_in_time(any_lock& m) { ... }      // a new lock, free again in the end
//
//   const chapter timeouts{BEHAVIOUR(T1_gives_up_in_time, timed), ...};
//
// runs it over each lock of the table of locks (locks_test.cpp) that is timed, as the tests
// T1_gives_up_in_time<rwlock> and so on. The name begins with the behaviour's id (list_test.cpp).
#pragma once

#include "any_lock.hpp"
#include "checks.hpp"

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <cppunit/TestCase.h>
#include <cppunit/TestSuite.h>
#include <cppunit/extensions/TestFactory.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

namespace rwl::test {

struct entry {
  std::string name;
  features offered;
  std::function<std::unique_ptr<any_lock>()> make;
};

inline std::vector<entry>& all_locks() {
  static std::vector<entry> entries;
  return entries;
}

struct behaviour {
  std::string name;
  void (*show)(any_lock&);
  features needed;

  bool applies_to(const entry& lock) const { return covers(lock.offered, needed); }
};

#define BEHAVIOUR(function, needed)                                                                \
  ::rwl::test::behaviour { #function, function, needed }

inline std::vector<behaviour>& all_behaviours() {
  static std::vector<behaviour> behaviours;
  return behaviours;
}

class behaviour_case : public CppUnit::TestCase {
public:
  behaviour_case(const behaviour& b, const entry& lock)
      : TestCase(b.name + '<' + lock.name + '>'), show_(b.show), make_(lock.make) {}

  void runTest() override {
    const std::unique_ptr<any_lock> m = make_();
    show_(*m);
    check_free(*m);
  }

private:
  void (*show_)(any_lock&);
  std::function<std::unique_ptr<any_lock>()> make_;
};

// Behaviours on one subject, as a suite of tests.
class chapter : public CppUnit::TestFactory {
public:
  chapter(std::initializer_list<behaviour> behaviours) : behaviours_(behaviours) {
    all_behaviours().insert(all_behaviours().end(), behaviours);
    CppUnit::TestFactoryRegistry::getRegistry().registerFactory(this);
  }

  CppUnit::Test* makeTest() override {
    auto* const suite = new CppUnit::TestSuite("behaviours");
    for (const behaviour& b : behaviours_)
      for (const entry& lock : all_locks())
        if (b.applies_to(lock))
          suite->addTest(new behaviour_case(b, lock));
    return suite;
  }

private:
  std::vector<behaviour> behaviours_;
};

} // namespace rwl::test
