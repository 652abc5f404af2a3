// The records of who holds what: complete beyond their first few, empty after use (L2), and of no
// concern to plain locks (E6).
#include "records.hpp"

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
using rwl::test::held_by_this_thread;

using list = rwl::ownership::holdings<holding>;
static_assert(std::is_trivially_destructible_v<list>);

// Counts who asks who it is.
struct asking_sync : rwl::std_sync {
  static inline int asked = 0;
  static thread_id self() noexcept {
    ++asked;
    return rwl::std_sync::self();
  }
  template <class T>
  struct tls {
    static T& get() {
      ++asked;
      return rwl::std_sync::tls<T>::get();
    }
  };
};

// How often one thread asks that goes through all modes.
template <class Lock>
int questions_asked_by() {
  Lock m;
  asking_sync::asked = 0;
  m.lock();
  m.unlock_and_lock_shared();
  m.unlock_shared();
  m.lock_upgrade();
  m.unlock_upgrade_and_lock();
  m.unlock();
  return asking_sync::asked;
}

template <class Strategy>
using plain = rwl::basic_rwlock<Strategy, asking_sync>;

class holdings_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(holdings_test);
  CPPUNIT_TEST(finds_what_was_added);
  CPPUNIT_TEST(erases_in_any_order);
  CPPUNIT_TEST(E6_plain_lock_asks_nobody_who_he_is);
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

  void E6_plain_lock_asks_nobody_who_he_is() {
    CPPUNIT_ASSERT_EQUAL(0, questions_asked_by<plain<rwl::strategy::reader_preferring>>());
    CPPUNIT_ASSERT_EQUAL(0, questions_asked_by<plain<rwl::strategy::writer_preferring>>());
    CPPUNIT_ASSERT_EQUAL(0, questions_asked_by<plain<rwl::strategy::phase_fair>>());
    CPPUNIT_ASSERT_EQUAL(0, questions_asked_by<plain<rwl::strategy::fifo>>());
    CPPUNIT_ASSERT_EQUAL(0, questions_asked_by<plain<rwl::strategy::throughput<8>>>());
    CPPUNIT_ASSERT(questions_asked_by<rwl::reentrant<plain<rwl::strategy::phase_fair>>>() > 0);
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
