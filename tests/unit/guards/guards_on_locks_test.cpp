// Guards, transforms, views and guarded over the locks of the library, with threads.
#include <rwl/guarded.hpp>
#include <rwl/guards.hpp>
#include <rwl/rwlock.hpp>

#include "docs/examples/config_cache.hpp"
#include "tests/unit/production_locks.hpp"
#include "tests/unit/threads.hpp"
#include "tests/unit/twins.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;
using rwl::test::elsewhere;
using rwl::test::poll;
using rwl::test::together;
using rwl::test::twins;

template <class Lock>
constinit rwl::guarded<int, Lock> global(7);

template <class Lock>
class guards_on_locks : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(guards_on_locks);
  CPPUNIT_TEST(upgrade_lock_gives_up_when_time_is_up_or_stop_requested);
  CPPUNIT_TEST(downgrade_of_upgradeable_admits_all_readers);
  CPPUNIT_TEST(downgrade_to_upgradeable_admits_readers_only);
  CPPUNIT_TEST(upgrade_waits_for_readers_and_admits_none);
  CPPUNIT_TEST(failed_upgrade_keeps_the_upgradeable_mode);
  CPPUNIT_TEST(lock_may_be_used_after_all_transforms);
  CPPUNIT_TEST(nobody_writes_between_look_and_upgrade);
  CPPUNIT_TEST(guarded_is_constant_initialised);
  CPPUNIT_TEST(guarded_in_all_modes);
  CPPUNIT_TEST(config_cache_snapshots_are_consistent);
  CPPUNIT_TEST_SUITE_END();

  static_assert(sizeof(rwl::guarded<Lock*, Lock>) <= 16 + sizeof(Lock*));

  using upgrader = rwl::upgrade_lock<Lock>;

  Lock m;

  void check_others(bool read, bool look, bool write) {
    CPPUNIT_ASSERT_EQUAL(read, rwl::test::admits_reader(m));
    CPPUNIT_ASSERT_EQUAL(look, rwl::test::admits_upgradeable(m));
    CPPUNIT_ASSERT_EQUAL(write, rwl::test::admits_writer(m));
  }
  void check_free() { check_others(true, true, true); }

  void upgrade_lock_gives_up_when_time_is_up_or_stop_requested() {
    const std::unique_lock writing(m);
    std::stop_source source;
    source.request_stop();
    elsewhere([&] {
      const auto start = std::chrono::steady_clock::now();
      CPPUNIT_ASSERT(!upgrader(m, 2ms));
      CPPUNIT_ASSERT(std::chrono::steady_clock::now() - start >= 2ms);
      CPPUNIT_ASSERT(!upgrader(m, start));
      CPPUNIT_ASSERT(!upgrader(m, source.get_token()));
      CPPUNIT_ASSERT(!upgrader(m, 1h, source.get_token()));
    });
  }

  void downgrade_of_upgradeable_admits_all_readers() {
    {
      upgrader looking(m);
      const std::shared_lock reading = rwl::downgrade(std::move(looking));
      check_others(true, true, false);
    }
    check_free();
  }

  void downgrade_to_upgradeable_admits_readers_only() {
    std::unique_lock writing(m);
    {
      const upgrader looking = rwl::downgrade_to_upgradeable(std::move(writing));
      check_others(true, false, false);
    }
    check_free();
  }

  void upgrade_waits_for_readers_and_admits_none() {
    std::atomic<bool> upgraded = false;
    std::shared_lock reading(m);
    auto other = std::async(std::launch::async, [&] {
      const std::unique_lock writing = rwl::upgrade(upgrader(m));
      upgraded = true;
    });
    poll([this] { return !rwl::test::admits_reader(m); });
    CPPUNIT_ASSERT(!upgraded);
    reading.unlock();
    other.get();
    CPPUNIT_ASSERT(upgraded);
    check_free();
  }

  void failed_upgrade_keeps_the_upgradeable_mode() {
    const std::shared_lock reading(m);
    std::stop_source source;
    source.request_stop();
    elsewhere([&] {
      upgrader looking(m);
      CPPUNIT_ASSERT(!rwl::try_upgrade(looking) && looking);
      CPPUNIT_ASSERT(!rwl::try_upgrade_for(looking, 1ms) && looking);
      CPPUNIT_ASSERT(!rwl::try_upgrade_until(looking, std::chrono::steady_clock::now()) && looking);
      CPPUNIT_ASSERT(!rwl::upgrade(looking, source.get_token()) && looking);
      CPPUNIT_ASSERT(!rwl::try_upgrade_for(looking, 1h, source.get_token()) && looking);
      check_others(true, false, false);
    });
    check_others(true, true, false);
  }

  void lock_may_be_used_after_all_transforms() {
    {
      std::unique_lock writing(m);
      upgrader looking = rwl::downgrade_to_upgradeable(std::move(writing));
      writing = rwl::try_upgrade(looking);
      CPPUNIT_ASSERT(writing);
      looking = rwl::downgrade_to_upgradeable(std::move(writing));
      writing = rwl::upgrade(std::move(looking));
      std::shared_lock reading = rwl::downgrade(std::move(writing));
      writing = rwl::try_upgrade(reading);
      CPPUNIT_ASSERT(writing);
      check_others(false, false, false);
    }
    check_free();
  }

  void nobody_writes_between_look_and_upgrade() {
    constexpr int rounds = 500;
    twins value;
    std::atomic<int> torn = 0;
    const auto upgrades = [&] {
      for (int i = 0; i < rounds; ++i) {
        upgrader looking(m);
        const long seen = value.get();
        const std::unique_lock writing = rwl::upgrade(std::move(looking));
        torn += value.get() != seen;
        value.change();
      }
    };
    const auto writes = [&] {
      for (int i = 0; i < rounds; ++i) {
        const std::lock_guard writing(m);
        value.change();
      }
    };
    const auto reads = [&] {
      for (int i = 0; i < rounds; ++i) {
        const std::shared_lock reading(m);
        torn += !value.agree();
      }
    };
    together(upgrades, upgrades, writes, reads);
    CPPUNIT_ASSERT_EQUAL(0, torn.load());
    CPPUNIT_ASSERT_EQUAL(3L * rounds, value.get());
    check_free();
  }

  void guarded_is_constant_initialised() { CPPUNIT_ASSERT_EQUAL(7, *global<Lock>.read()); }

  void guarded_in_all_modes() {
    constexpr int rounds = 300;
    rwl::guarded<twins, Lock> value;
    std::atomic<int> torn = 0;
    const auto writes = [&] {
      for (int i = 0; i < rounds; ++i)
        value.with(&twins::change);
    };
    const auto upgrades = [&] {
      for (int i = 0; i < rounds; ++i) {
        auto looking = value.upgradeable();
        const long seen = looking->get();
        const auto writing = rwl::upgrade(std::move(looking));
        torn += writing->get() != seen;
        writing->change();
      }
    };
    const auto reads = [&] {
      for (int i = 0; i < rounds; ++i) {
        torn += !value.with_read(&twins::agree);
        if (const auto reading = value.try_read_for(10us))
          torn += !reading->agree();
      }
    };
    together(writes, upgrades, upgrades, reads);
    CPPUNIT_ASSERT_EQUAL(0, torn.load());
    CPPUNIT_ASSERT_EQUAL(3L * rounds, value.read()->get());
  }

  void config_cache_snapshots_are_consistent() {
    using cache_type = config_cache<Lock>;
    cache_type cache;
    std::atomic<int> torn = 0;
    const auto load = [&](int n) {
      cache.reload([number = std::to_string(n)] {
        return typename cache_type::entries{{"host", number}, {"port", number}};
      });
    };
    load(0);
    const auto reloads = [&] {
      for (int n = 1; n <= 200; ++n)
        load(n);
    };
    const auto reads = [&] {
      constexpr std::array<std::string_view, 2> keys{"host", "port"};
      for (int i = 0; i < 500; ++i) {
        const auto values = cache.get_many(keys);
        torn += !values[0] || values[0] != values[1];
      }
    };
    together(reloads, reads, reads);
    CPPUNIT_ASSERT_EQUAL(0, torn.load());
    CPPUNIT_ASSERT(cache.get("host") == "200");
    CPPUNIT_ASSERT(*cache.age() >= 0ns);
  }
};

const rwl::test::on_production_locks<guards_on_locks> registered;

} // namespace
