// Guards, transforms, views and guarded over the locks of the library, with threads.
#include <rwl/guarded.hpp>
#include <rwl/guards.hpp>
#include <rwl/rwlock.hpp>

#include "docs/examples/config_cache.hpp"
#include "tests/unit/threads.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
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

template <class Lock>
constinit rwl::guarded<int, Lock> global(7);

template <class Lock>
class guards_on_locks : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(guards_on_locks);
  CPPUNIT_TEST(upgrade_lock_shares_with_readers_only);
  CPPUNIT_TEST(upgrade_lock_gives_up_when_time_is_up_or_stop_requested);
  CPPUNIT_TEST(downgrade_admits_readers_and_refuses_writers);
  CPPUNIT_TEST(downgrade_to_upgradeable_admits_readers_only);
  CPPUNIT_TEST(downgrade_wakes_a_queued_reader);
  CPPUNIT_TEST(guard_exit_after_downgrade_releases_the_read_side);
  CPPUNIT_TEST(upgrade_waits_for_readers_and_admits_none);
  CPPUNIT_TEST(failed_upgrade_keeps_the_upgradeable_mode);
  CPPUNIT_TEST(only_the_sole_reader_becomes_the_writer);
  CPPUNIT_TEST(lock_may_be_used_after_all_transforms);
  CPPUNIT_TEST(exception_releases_upgradeable_and_upgraded);
  CPPUNIT_TEST(nobody_writes_between_look_and_upgrade);
  CPPUNIT_TEST(nobody_writes_between_write_and_downgrade);
  CPPUNIT_TEST(guarded_is_constant_initialised);
  CPPUNIT_TEST(guarded_in_all_modes);
  CPPUNIT_TEST(config_cache_snapshots_are_consistent);
  CPPUNIT_TEST_SUITE_END();

  static_assert(sizeof(Lock) <= 16);
  static_assert(sizeof(rwl::guarded<Lock*, Lock>) <= 16 + sizeof(Lock*));

  using upgrader = rwl::upgrade_lock<Lock>;

  Lock m;

  void check_others(bool read, bool look, bool write) {
    CPPUNIT_ASSERT_EQUAL(read, rwl::test::admits_reader(m));
    CPPUNIT_ASSERT_EQUAL(look, rwl::test::admits_upgradeable(m));
    CPPUNIT_ASSERT_EQUAL(write, rwl::test::admits_writer(m));
  }
  void check_free() { check_others(true, true, true); }

  void upgrade_lock_shares_with_readers_only() {
    {
      const upgrader looking(m);
      CPPUNIT_ASSERT(m.is_locked_upgrade());
      check_others(true, false, false);
    }
    check_free();
  }

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

  void downgrade_admits_readers_and_refuses_writers() {
    {
      std::unique_lock writing(m);
      const std::shared_lock reading = rwl::downgrade(std::move(writing));
      CPPUNIT_ASSERT_EQUAL(1u, m.reader_count());
      check_others(true, true, false);
    }
    check_free();
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

  void downgrade_wakes_a_queued_reader() {
    std::unique_lock writing(m);
    auto reader = std::async(std::launch::async, [this] { const std::shared_lock reading(m); });
    poll([this] { return m.waiting_readers() > 0; });
    const std::shared_lock reading = rwl::downgrade(std::move(writing));
    reader.get(); // while this thread still reads
    CPPUNIT_ASSERT_EQUAL(1u, m.reader_count());
  }

  void guard_exit_after_downgrade_releases_the_read_side() {
    try {
      std::unique_lock writing(m);
      const std::shared_lock reading = rwl::downgrade(std::move(writing));
      throw std::runtime_error("in the section");
    } catch (const std::runtime_error&) {
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

  void only_the_sole_reader_becomes_the_writer() {
    std::shared_lock reading(m);
    elsewhere([this] {
      std::shared_lock second(m);
      CPPUNIT_ASSERT(!rwl::try_upgrade(second) && second);
    });
    const std::unique_lock writing = rwl::try_upgrade(reading);
    CPPUNIT_ASSERT(writing && !reading);
    check_others(false, false, false);
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

  void exception_releases_upgradeable_and_upgraded() {
    try {
      const upgrader looking(m);
      throw std::runtime_error("in the section");
    } catch (const std::runtime_error&) {
    }
    check_free();
    try {
      const std::unique_lock writing = rwl::upgrade(upgrader(m));
      throw std::runtime_error("in the section");
    } catch (const std::runtime_error&) {
    }
    check_free();
  }

  void nobody_writes_between_look_and_upgrade() {
    constexpr int rounds = 500;
    long value = 0;
    std::atomic<int> torn = 0;
    const auto upgrades = [&] {
      for (int i = 0; i < rounds; ++i) {
        upgrader looking(m);
        const long seen = value;
        const std::unique_lock writing = rwl::upgrade(std::move(looking));
        torn += value != seen;
        ++value;
      }
    };
    const auto writes = [&] {
      for (int i = 0; i < rounds; ++i) {
        const std::lock_guard writing(m);
        ++value;
      }
    };
    const auto reads = [&] {
      for (int i = 0; i < rounds; ++i) {
        const std::shared_lock reading(m);
        torn += value > 3L * rounds;
      }
    };
    together(upgrades, upgrades, writes, reads);
    CPPUNIT_ASSERT_EQUAL(0, torn.load());
    CPPUNIT_ASSERT_EQUAL(3L * rounds, value);
    check_free();
  }

  void nobody_writes_between_write_and_downgrade() {
    constexpr int rounds = 500;
    long value = 0;
    std::atomic<int> torn = 0;
    const auto downgrades = [&] {
      for (int i = 0; i < rounds; ++i) {
        std::unique_lock writing(m);
        const long written = ++value;
        if (i % 2 == 0) {
          const std::shared_lock reading = rwl::downgrade(std::move(writing));
          torn += value != written;
        } else {
          const upgrader looking = rwl::downgrade_to_upgradeable(std::move(writing));
          torn += value != written;
        }
      }
    };
    together(downgrades, downgrades, downgrades);
    CPPUNIT_ASSERT_EQUAL(0, torn.load());
    CPPUNIT_ASSERT_EQUAL(3L * rounds, value);
    check_free();
  }

  void guarded_is_constant_initialised() { CPPUNIT_ASSERT_EQUAL(7, *global<Lock>.read()); }

  void guarded_in_all_modes() {
    constexpr int rounds = 300;
    rwl::guarded<std::pair<long, long>, Lock> halves;
    std::atomic<int> torn = 0;
    const auto change = [](auto& pair) { ++pair.first, ++pair.second; };
    const auto writes = [&] {
      for (int i = 0; i < rounds; ++i)
        halves.with(change);
    };
    const auto upgrades = [&] {
      for (int i = 0; i < rounds; ++i) {
        auto looking = halves.upgradeable();
        const long seen = looking->first;
        const auto writing = rwl::upgrade(std::move(looking));
        torn += writing->second != seen;
        change(*writing);
      }
    };
    const auto reads = [&] {
      for (int i = 0; i < rounds; ++i) {
        torn += halves.with_read([](const auto& pair) { return pair.first != pair.second; });
        if (const auto reading = halves.try_read_for(10us))
          torn += reading->first != reading->second;
      }
    };
    together(writes, upgrades, upgrades, reads);
    CPPUNIT_ASSERT_EQUAL(0, torn.load());
    CPPUNIT_ASSERT(*halves.read() == std::pair(3L * rounds, 3L * rounds));
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

using guards_on_reader_preferring = guards_on_locks<rwl::reader_preferring_rwlock>;
using guards_on_writer_preferring = guards_on_locks<rwl::writer_preferring_rwlock>;
using guards_on_phase_fair = guards_on_locks<rwl::phase_fair_rwlock>;
using guards_on_fifo = guards_on_locks<rwl::fifo_rwlock>;
using guards_on_throughput = guards_on_locks<rwl::rwlock>;
CPPUNIT_TEST_SUITE_REGISTRATION(guards_on_reader_preferring);
CPPUNIT_TEST_SUITE_REGISTRATION(guards_on_writer_preferring);
CPPUNIT_TEST_SUITE_REGISTRATION(guards_on_phase_fair);
CPPUNIT_TEST_SUITE_REGISTRATION(guards_on_fifo);
CPPUNIT_TEST_SUITE_REGISTRATION(guards_on_throughput);

} // namespace
