// What reentrant<L> and checked<L> have in common: who may give up or change a mode, beyond what
// all locks that know their owner show (../behaviours), and how they wait with a condition.
#include "owned_fixture.hpp"
#include "tests/unit/sleepers.hpp"

#include <rwl/condition.hpp>
#include <rwl/ownership/asking.hpp>

#include <chrono>
#include <mutex>
#include <shared_mutex>

#include <cppunit/extensions/HelperMacros.h>

namespace rwl::test {
namespace {

using namespace std::chrono_literals;

template <class Lock>
class owned_rwlock_test : public owned_fixture<Lock> {
  CPPUNIT_TEST_SUITE(owned_rwlock_test);
  CPPUNIT_TEST(only_what_is_held_can_be_given_up);
  CPPUNIT_TEST(strangers_can_give_up_nothing);
  CPPUNIT_TEST(condition_waits_and_holds_the_lock_again);
  CPPUNIT_TEST_SUITE_END();

  using base = owned_fixture<Lock>;
  using base::check_depths;
  using base::check_free;
  using base::check_refuses_all_but;
  using base::m;
  using base::others_may_read;
  using base::others_may_take_upgradeable;
  using base::others_may_write;
  using typename base::mode;

  void only_what_is_held_can_be_given_up() {
    check_refuses_all_but(mode::none);
    check_free();
    m.lock();
    check_refuses_all_but(mode::exclusive);
    check_depths(1, 0, 0);
    m.unlock_and_lock_upgrade();
    check_refuses_all_but(mode::upgradeable);
    check_depths(0, 1, 0);
    m.unlock_upgrade_and_lock_shared();
    check_refuses_all_but(mode::shared);
    check_depths(0, 0, 1);
    m.unlock_shared();
    check_free();
  }

  void strangers_can_give_up_nothing() {
    const auto check_strangers_are_refused = [this] {
      elsewhere([this] { check_refuses_all_but(mode::none); });
    };
    m.lock();
    check_strangers_are_refused();
    CPPUNIT_ASSERT(!others_may_read());
    m.unlock_and_lock_upgrade();
    check_strangers_are_refused();
    CPPUNIT_ASSERT(others_may_read() && !others_may_take_upgradeable());
    m.unlock_upgrade_and_lock_shared();
    check_strangers_are_refused();
    CPPUNIT_ASSERT(others_may_take_upgradeable() && !others_may_write());
    m.unlock_shared();
    check_free();
  }

  void condition_waits_and_holds_the_lock_again() {
    using guard = std::shared_lock<Lock>;
    bool ready = false;
    sleepers<Lock> all(m);
    all.template add<guard>(1, [&](rwl::condition& changed, guard& reading) {
      changed.wait(reading, [&] { return ready; });
      check_depths(0, 0, 1);
    });
    {
      std::unique_lock writing(m);
      CPPUNIT_ASSERT(!all.changed.wait_for(writing, 1ms));
      check_depths(1, 0, 0);
      ready = true;
    }
    all.changed.notify_all();
    all.join();
    check_free();
  }
};

const on_reentrant_locks<owned_rwlock_test> registered;
const CppUnit::AutoRegisterSuite<owned_rwlock_test<checked<rwlock>>> not_reentrant;

} // namespace
} // namespace rwl::test
