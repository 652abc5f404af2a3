// The table of behaviours: what every lock that offers the features has to show.
//
//   template <timed Lock>
//   void T1_gives_up_in_time(Lock& m) { ... }      // a new lock, free again in the end
//
//   const chapter timeouts{BEHAVIOUR(T1_gives_up_in_time), ...};
//
// runs it over each lock of the table of locks that satisfies the constraints, as the tests
// T1_gives_up_in_time<rwlock> and so on. The name begins with the behaviour's id (list.hpp).
#pragma once

#include "checks.hpp"
#include "locks.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <cppunit/TestCase.h>
#include <cppunit/TestSuite.h>
#include <cppunit/extensions/TestFactory.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

namespace rwl::test {

template <class Show>
struct behaviour {
  behaviour(const char* n, Show s) : name(n), show(std::move(s)) {}
  std::string name;
  Show show;
};

#define BEHAVIOUR(function)                                                                        \
  ::rwl::test::behaviour(                                                                          \
      #function, [](auto& m) requires requires { function(m); } { function(m); })

// A behaviour over a lock.
struct row {
  std::string behaviour;
  std::string lock;
  std::function<void()> run;
};

inline std::vector<row>& all_rows() {
  static std::vector<row> rows;
  return rows;
}

// All names, also of those that no lock offers the features for.
inline std::vector<std::string>& all_behaviours() {
  static std::vector<std::string> names;
  return names;
}

class behaviour_case : public CppUnit::TestCase {
public:
  explicit behaviour_case(const row& r) : TestCase(r.behaviour + '<' + r.lock + '>'), run_(r.run) {}
  void runTest() override { run_(); }

private:
  std::function<void()> run_;
};

// Behaviours on one subject, as a suite of tests.
class chapter : public CppUnit::TestFactory {
public:
  template <class... Show>
  explicit chapter(behaviour<Show>... behaviours) {
    (add(std::move(behaviours)), ...);
    all_rows().insert(all_rows().end(), rows_.begin(), rows_.end());
    CppUnit::TestFactoryRegistry::getRegistry().registerFactory(this);
  }

  CppUnit::Test* makeTest() override {
    auto* const suite = new CppUnit::TestSuite("behaviours");
    for (const row& r : rows_)
      suite->addTest(new behaviour_case(r));
    return suite;
  }

private:
  template <class Show>
  void add(behaviour<Show> b) {
    all_behaviours().push_back(b.name);
    for_each_lock([&]<class Lock>(const char* lock) {
      if constexpr (requires(Lock & m) { b.show(m); })
        rows_.push_back({b.name, lock, [show = b.show] { run_on<Lock>(show); }});
    });
  }

  template <class Lock, class Show>
  static void run_on(const Show& show) {
    watched_sync::reset();
    Lock m;
    show(m);
    check_free(m);
  }

  std::vector<row> rows_;
};

} // namespace rwl::test
