// The records of who holds what: complete beyond their first few, empty after use (L2), and of no
// concern to plain locks (E6).
#include <rwl/checked.hpp>
#include <rwl/ownership/holdings.hpp>
#include <rwl/reentrant.hpp>
#include <rwl/rwlock.hpp>

#include <array>
#include <cstddef>
#include <type_traits>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using rwl::ownership::depths;
using rwl::ownership::holding;
using rwl::ownership::mode;

using list = rwl::ownership::holdings<holding>;
static_assert(std::is_trivially_destructible_v<list>);

// Counts who asks who it is.
struct watched_sync : rwl::std_sync {
  static inline int look_ups = 0;
  static thread_id self() noexcept {
    ++look_ups;
    return rwl::std_sync::self();
  }
  template <class T>
  struct tls {
    static T& get() {
      ++look_ups;
      return rwl::std_sync::tls<T>::get();
    }
  };
};

template <class Lock>
void use(Lock& m) {
  m.lock();
  m.unlock_and_lock_shared();
  m.unlock_shared();
  m.lock_upgrade();
  m.unlock_upgrade_and_lock();
  m.unlock();
}

class holdings_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(holdings_test);
  CPPUNIT_TEST(finds_what_was_added);
  CPPUNIT_TEST(erases_in_any_order);
  CPPUNIT_TEST(E6_plain_lock_does_not_ask_for_its_owner);
  CPPUNIT_TEST(L2_records_are_empty_after_use);
  CPPUNIT_TEST(L2_no_growth_over_many_cycles);
  CPPUNIT_TEST_SUITE_END();

  static constexpr std::size_t many = 40;
  std::array<char, many> locks{};

  list filled() {
    list all;
    for (const char& lock : locks)
      all.add({&lock, depths(mode::shared)});
    return all;
  }
  void check_holds_from(list& all, std::size_t first) {
    CPPUNIT_ASSERT_EQUAL(many - first, all.size());
    for (std::size_t i = 0; i < many; ++i) {
      const holding* found = all.find(&locks[i]);
      CPPUNIT_ASSERT_EQUAL(i >= first, found != nullptr);
      CPPUNIT_ASSERT(!found || (found->lock == &locks[i] && found->depth[mode::shared] == 1));
    }
  }

  void finds_what_was_added() {
    list all = filled();
    check_holds_from(all, 0);
    while (all.size() > 0)
      all.erase(all[all.size() - 1]);
  }

  void erases_in_any_order() {
    list all = filled();
    for (std::size_t i = 0; i < many; ++i) {
      all.erase(*all.find(&locks[i]));
      check_holds_from(all, i + 1);
    }
  }

  void E6_plain_lock_does_not_ask_for_its_owner() {
    using plain = rwl::basic_rwlock<rwl::strategy::phase_fair, watched_sync>;
    plain m;
    watched_sync::look_ups = 0;
    use(m);
    CPPUNIT_ASSERT_EQUAL(0, watched_sync::look_ups);
    rwl::reentrant<plain> owned;
    use(owned);
    CPPUNIT_ASSERT(watched_sync::look_ups > 0);
  }

  template <class Held>
  static std::size_t held_by_this_thread() {
    return rwl::std_sync::tls<rwl::ownership::holdings<Held>>::get().size();
  }

  void L2_records_are_empty_after_use() {
    std::array<rwl::checked<rwl::reentrant<rwl::rwlock>>, many> all;
    for (auto& m : all)
      m.lock();
    for (auto& m : all)
      m.lock_shared();
    CPPUNIT_ASSERT_EQUAL(many, held_by_this_thread<holding>());
    CPPUNIT_ASSERT_EQUAL(many, held_by_this_thread<rwl::ownership::named_holding>());
    for (auto& m : all)
      m.unlock();
    for (auto& m : all)
      m.unlock_shared();
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, held_by_this_thread<holding>());
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, held_by_this_thread<rwl::ownership::named_holding>());
  }

  void L2_no_growth_over_many_cycles() {
    rwl::reentrant<rwl::rwlock> m;
    for (int i = 0; i < 1'000'000; ++i) {
      m.lock();
      m.lock_shared();
      m.unlock();
      CPPUNIT_ASSERT_EQUAL(std::size_t{1}, held_by_this_thread<holding>());
      m.unlock_shared();
    }
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, held_by_this_thread<holding>());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(holdings_test);

} // namespace
