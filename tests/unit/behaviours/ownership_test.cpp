// A lock as a plain mutex, and who may release it.
#include "table.hpp"
#include "tests/unit/guards/misuse_check.hpp"

#include <mutex>
#include <shared_mutex>
#include <system_error>

#include <cppunit/TestAssert.h>

namespace rwl::test {
namespace {

void D1_lock_object_is_a_mutex(any_lock& m) {
  constexpr int rounds = 500;
  long value = 0;
  const auto use = [&] {
    for (int i = 0; i < rounds; ++i) {
      const std::lock_guard inside(m);
      ++value;
    }
  };
  together(use, use, use);
  CPPUNIT_ASSERT_EQUAL(3L * rounds, value);
}

template <class F>
void check_not_permitted(F f) {
  check_misuse(std::errc::operation_not_permitted, f);
}

void X1_release_of_a_free_lock_is_an_error(any_lock& m) {
  check_not_permitted([&m] { m.unlock(); });
  check_not_permitted([&m] { m.unlock_shared(); });
  if (m.offers(upgradeable))
    check_not_permitted([&m] { m.unlock_upgrade(); });
  check_free(m);
}

void X1_release_in_another_mode_is_an_error(any_lock& m) {
  {
    const std::lock_guard inside(m);
    check_not_permitted([&m] { m.unlock_shared(); });
    check_exclusive(m);
  }
  const std::shared_lock inside(m);
  check_not_permitted([&m] { m.unlock(); });
  check_shared(m);
}

void X2_release_by_another_thread_is_refused(any_lock& m) {
  {
    const std::shared_lock inside(m);
    elsewhere([&m] { check_not_permitted([&m] { m.unlock_shared(); }); });
    check_shared(m);
  }
  const std::lock_guard inside(m);
  elsewhere([&m] { check_not_permitted([&m] { m.unlock(); }); });
  check_exclusive(m);
}

const chapter ownership{
    BEHAVIOUR(D1_lock_object_is_a_mutex, every_lock),
    BEHAVIOUR(X1_release_of_a_free_lock_is_an_error, checks_owner),
    BEHAVIOUR(X1_release_in_another_mode_is_an_error, checks_owner),
    BEHAVIOUR(X2_release_by_another_thread_is_refused, checks_owner),
};

} // namespace
} // namespace rwl::test
