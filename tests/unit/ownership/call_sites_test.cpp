// Where checked<L> says that a lock was taken: by a call, through guards, through guarded.
#include <rwl/checked.hpp>
#include <rwl/guarded.hpp>
#include <rwl/guards.hpp>
#include <rwl/rwlock.hpp>
#include <rwl/upgrade.hpp>

#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using lock = rwl::checked<rwl::phase_fair_rwlock>;

// Of the latest report: where the caller asks for a lock, and where the same lock was taken by who
// waited in the other order.
rwl::call_site heard, heard_held;

void hear(const rwl::lock_order_violation& v) {
  heard = v.cycle.front().second.at;
  heard_held = v.cycle.back().first.at;
}

class call_sites_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(call_sites_test);
  CPPUNIT_TEST(own_call_names_its_place_after_an_announcement);
  CPPUNIT_TEST(latest_announcement_counts);
  CPPUNIT_TEST(announcement_ends_with_the_lock);
  CPPUNIT_TEST(upgrade_lock_names_its_place);
  CPPUNIT_TEST(upgrade_names_its_place);
  CPPUNIT_TEST(guarded_names_its_place);
  CPPUNIT_TEST(guarded_names_its_lock);
  CPPUNIT_TEST_SUITE_END();

  rwl::lock_order_handler before = nullptr;
  lock first{"first"};
  std::optional<lock> second{std::in_place, "second"};

public:
  void setUp() override {
    heard = {};
    before = rwl::set_lock_order_handler(hear);
  }
  void tearDown() override { rwl::set_lock_order_handler(before); }

private:
  // What holds the first lock and waits for the second is reported after this.
  void take_in_the_right_order() {
    second->lock();
    first.lock();
    first.unlock();
    second->unlock();
  }

  void check_heard(unsigned line) {
    CPPUNIT_ASSERT_EQUAL(std::string(__FILE__), std::string(heard.file));
    CPPUNIT_ASSERT_EQUAL(line, heard.line);
  }

  void own_call_names_its_place_after_an_announcement() {
    take_in_the_right_order();
    const std::lock_guard holding(first);
    const std::unique_lock never_used(second->here(), std::defer_lock);
    second->lock();
    check_heard(__LINE__ - 1);
    second->unlock();
  }

  void latest_announcement_counts() {
    take_in_the_right_order();
    const std::lock_guard holding(first);
    const std::unique_lock never_used(second->here(), std::defer_lock);
    const std::unique_lock used(second->here());
    check_heard(__LINE__ - 1);
  }

  void announcement_ends_with_the_lock() {
    { const std::unique_lock never_used(second->here(), std::defer_lock); }
    second.emplace("another"); // at the same address
    {
      const std::lock_guard unannounced(*second);
      const std::lock_guard behind_it(first);
    }
    const std::lock_guard holding(first);
    const std::lock_guard waiting(*second);
    CPPUNIT_ASSERT(heard_held.line > 0 && std::string(heard_held.file) != __FILE__);
  }

  void upgrade_lock_names_its_place() {
    take_in_the_right_order();
    const std::lock_guard holding(first);
    const rwl::upgrade_lock looking(*second);
    check_heard(__LINE__ - 1);
  }

  void upgrade_names_its_place() {
    rwl::upgrade_lock looking(*second);
    const std::lock_guard holding(first);
    const std::unique_lock writing = rwl::upgrade(std::move(looking));
    check_heard(__LINE__ - 1);
  }

  template <class Use>
  void check_guarded(unsigned line, Use use) {
    rwl::guarded<int, lock> value(5);
    heard = {};
    {
      const auto reading = value.read();
      first.lock();
      first.unlock();
    }
    {
      const std::lock_guard holding(first);
      use(value);
    }
    check_heard(line);
  }

  void guarded_names_its_place() {
    check_guarded(__LINE__, [](auto& v) { (void)v.read(); });
    check_guarded(__LINE__, [](auto& v) { (void)v.write(); });
    check_guarded(__LINE__, [](auto& v) { (void)v.upgradeable({}, rwl::call_site::current()); });
    check_guarded(__LINE__, [](auto& v) { v.with([](int& i) { ++i; }); });
    check_guarded(__LINE__, [](auto& v) { (void)v.with_read([](int i) { return i; }); });
    rwl::guarded<int, lock> value(5);
    auto looking = value.upgradeable();
    const std::lock_guard holding(first);
    ++*rwl::upgrade(std::move(looking));
    check_heard(__LINE__ - 1);
  }

  void guarded_names_its_lock() {
    rwl::guarded<std::string, lock> motto(std::piecewise_construct, std::tuple("motto"),
                                          std::tuple(3, 'x'));
    const auto writing = motto.write();
    CPPUNIT_ASSERT_EQUAL(std::string("xxx"), *writing);
    try {
      (void)motto.read();
      CPPUNIT_FAIL("misuse was not reported");
    } catch (const std::system_error& error) {
      CPPUNIT_ASSERT_MESSAGE(error.what(), std::string(error.what()).starts_with("lock 'motto': "));
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(call_sites_test);

} // namespace
