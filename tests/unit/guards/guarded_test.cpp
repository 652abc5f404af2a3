// guarded: the value is reached under the right mode of the lock, and not otherwise.
#include "misuse_check.hpp"
#include "recording_lock.hpp"

#include <rwl/guarded.hpp>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace std::chrono_literals;
using rwl::test::check_misuse;
using rwl::test::recording_lock;
using std::string;

constexpr std::chrono::steady_clock::time_point at_seven(7ms);

// Tells where it is, since guarded hides its lock.
class found_lock : public recording_lock {
public:
  found_lock() { latest = this; }
  static inline recording_lock* latest = nullptr;
};

using table = rwl::guarded<std::vector<int>, found_lock>;

template <class Handle>
using reference = decltype(*std::declval<Handle>());
static_assert(std::is_same_v<reference<table::read_handle>, const std::vector<int>&>);
static_assert(std::is_same_v<reference<table::upgradeable_handle>, const std::vector<int>&>);
static_assert(std::is_same_v<reference<table::write_handle>, std::vector<int>&>);

template <class Guarded>
concept writable = requires(Guarded g) {
  g.write();
};
template <class Guarded>
concept upgradeable = requires(Guarded g) {
  g.upgradeable();
};
template <class Guarded>
concept readable = requires(Guarded g) {
  g.read();
};
static_assert(readable<table&> && writable<table&> && upgradeable<table&>);
static_assert(readable<const table&> && !writable<const table&> && !upgradeable<const table&>);

static_assert(!std::is_copy_constructible_v<table> && !std::is_move_constructible_v<table>);
static_assert(!std::is_copy_constructible_v<table::read_handle> &&
              std::is_nothrow_move_constructible_v<table::read_handle>);

// Nobody else makes a handle that owns a lock.
static_assert(!std::is_constructible_v<table::write_handle, std::unique_lock<found_lock>,
                                       table::read_handle&>);
static_assert(!std::is_constructible_v<table::write_handle, std::unique_lock<found_lock>,
                                       table::write_handle&>);
static_assert(
    !std::is_constructible_v<table::write_handle, std::unique_lock<found_lock>, std::vector<int>&>);
static_assert(
    !std::is_constructible_v<table::write_handle, std::unique_lock<found_lock>, std::vector<int>*>);

struct word_lock : rwl::viewable<word_lock> {
  using stop_token = std::stop_token;
  unsigned word = 0;
};
[[maybe_unused]] constinit rwl::guarded<int, word_lock> constant(5);
static_assert(sizeof(constant) == sizeof(unsigned) + sizeof(int));

class guarded_test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(guarded_test);
  CPPUNIT_TEST(constructors);
  CPPUNIT_TEST(handles_hold_the_lock);
  CPPUNIT_TEST(const_guarded_is_read);
  CPPUNIT_TEST(forms_that_may_fail);
  CPPUNIT_TEST(functions_under_the_lock);
  CPPUNIT_TEST(results_are_copies);
  CPPUNIT_TEST(handles_change_their_mode);
  CPPUNIT_TEST(upgrades_that_may_fail);
  CPPUNIT_TEST(exception_releases);
  CPPUNIT_TEST(access_without_the_lock_is_misuse);
  CPPUNIT_TEST_SUITE_END();

  table t{std::vector{1, 2, 3}};
  recording_lock& m = *found_lock::latest;
  std::stop_source source;

  void check_calls(const string& expected) { CPPUNIT_ASSERT_EQUAL(expected, m.calls()); }

  void constructors() {
    const rwl::guarded<int, recording_lock> zero;
    CPPUNIT_ASSERT_EQUAL(0, *zero.read());
    const rwl::guarded<string, recording_lock> three(std::in_place, 3, 'x');
    CPPUNIT_ASSERT_EQUAL(string("xxx"), *three.read());
    rwl::guarded<std::unique_ptr<int>, recording_lock> moved(std::make_unique<int>(7));
    CPPUNIT_ASSERT_EQUAL(7, **moved.write());
    struct immovable {
      explicit immovable(int v) : value(v) {}
      immovable(const immovable&) = delete;
      int value;
    };
    const rwl::guarded<immovable, recording_lock> emplaced(std::in_place, 9);
    CPPUNIT_ASSERT_EQUAL(9, emplaced.read()->value);
  }

  void handles_hold_the_lock() {
    {
      const auto writing = t.write();
      CPPUNIT_ASSERT(writing && writing.owns_lock());
      writing->push_back(4);
      check_calls("lock");
    }
    check_calls("unlock");
    {
      const auto reading = t.read();
      CPPUNIT_ASSERT_EQUAL(4, reading->back());
      check_calls("lock_shared");
    }
    check_calls("unlock_shared");
    {
      const auto looking = t.upgradeable();
      CPPUNIT_ASSERT_EQUAL(4, looking->back());
      check_calls("lock_upgrade");
    }
    check_calls("unlock_upgrade");
  }

  void const_guarded_is_read() {
    const table& constant_table = t;
    CPPUNIT_ASSERT_EQUAL(1, constant_table.read()->front());
    CPPUNIT_ASSERT(constant_table.try_read());
    check_calls("lock_shared unlock_shared try_lock_shared unlock_shared");
  }

  // In vain, then with success.
  template <class F>
  void check_attempt(const string& call, const string& unlock, F attempt) {
    m.grants = false;
    CPPUNIT_ASSERT(!attempt());
    m.grants = true;
    {
      const auto handle = attempt();
      CPPUNIT_ASSERT(handle);
      CPPUNIT_ASSERT_EQUAL(3, handle->back());
    }
    check_calls(call + ' ' + call + ' ' + unlock);
  }

  void forms_that_may_fail() {
    const std::stop_token stop = source.get_token();
    const auto check_read = [&](const string& limit, auto f) {
      check_attempt(limit, "unlock_shared", f);
    };
    check_read("lock_shared(stop)", [&] { return t.read(stop); });
    check_read("try_lock_shared", [&] { return t.try_read(); });
    check_read("try_lock_shared_for(5ms)", [&] { return t.try_read_for(5ms); });
    check_read("try_lock_shared_for(5ms,stop)", [&] { return t.try_read_for(5ms, stop); });
    check_read("try_lock_shared_until(@7ms)", [&] { return t.try_read_until(at_seven); });
    check_read("try_lock_shared_until(@7ms,stop)",
               [&] { return t.try_read_until(at_seven, stop); });

    const auto check_write = [&](const string& call, auto f) { check_attempt(call, "unlock", f); };
    check_write("lock(stop)", [&] { return t.write(stop); });
    check_write("try_lock", [&] { return t.try_write(); });
    check_write("try_lock_for(5ms)", [&] { return t.try_write_for(5ms); });
    check_write("try_lock_for(5ms,stop)", [&] { return t.try_write_for(5ms, stop); });
    check_write("try_lock_until(@7ms)", [&] { return t.try_write_until(at_seven); });
    check_write("try_lock_until(@7ms,stop)", [&] { return t.try_write_until(at_seven, stop); });

    const auto check_upgradeable = [&](const string& call, auto f) {
      check_attempt(call, "unlock_upgrade", f);
    };
    check_upgradeable("lock_upgrade(stop)", [&] { return t.upgradeable(stop); });
    check_upgradeable("try_lock_upgrade", [&] { return t.try_upgradeable(); });
    check_upgradeable("try_lock_upgrade_for(5ms)", [&] { return t.try_upgradeable_for(5ms); });
    check_upgradeable("try_lock_upgrade_for(5ms,stop)",
                      [&] { return t.try_upgradeable_for(5ms, stop); });
    check_upgradeable("try_lock_upgrade_until(@7ms)",
                      [&] { return t.try_upgradeable_until(at_seven); });
    check_upgradeable("try_lock_upgrade_until(@7ms,stop)",
                      [&] { return t.try_upgradeable_until(at_seven, stop); });
  }

  void functions_under_the_lock() {
    t.with([&](std::vector<int>& v) {
      check_calls("lock");
      v.clear();
    });
    check_calls("unlock");
    const table& constant_table = t;
    const bool empty = constant_table.with_read([&](const std::vector<int>& v) {
      check_calls("lock_shared");
      return v.empty();
    });
    CPPUNIT_ASSERT(empty);
    check_calls("unlock_shared");
    CPPUNIT_ASSERT_EQUAL(std::size_t(0), t.with_read(&std::vector<int>::size));
  }

  void results_are_copies() {
    const auto itself = [](auto& v) -> auto& { return v; };
    static_assert(std::is_same_v<decltype(t.with(itself)), std::vector<int>>);
    static_assert(std::is_same_v<decltype(t.with_read(itself)), std::vector<int>>);
  }

  void handles_change_their_mode() {
    {
      auto looking = t.upgradeable();
      auto writing = rwl::upgrade(std::move(looking));
      CPPUNIT_ASSERT(writing && !looking);
      writing->push_back(4);
      auto looking_again = rwl::downgrade_to_upgradeable(std::move(writing));
      CPPUNIT_ASSERT(looking_again && !writing);
      const table::read_handle reading = rwl::downgrade(std::move(looking_again));
      CPPUNIT_ASSERT(reading && !looking_again);
      CPPUNIT_ASSERT_EQUAL(4, reading->back());
    }
    check_calls("lock_upgrade unlock_upgrade_and_lock unlock_and_lock_upgrade "
                "unlock_upgrade_and_lock_shared unlock_shared");
    {
      const table::read_handle reading = rwl::downgrade(t.write());
      CPPUNIT_ASSERT_EQUAL(4, reading->back());
    }
    check_calls("lock unlock_and_lock_shared unlock_shared");
  }

  template <class F>
  void check_upgrade(const string& call, F change) {
    {
      auto looking = t.upgradeable();
      m.grants = false;
      CPPUNIT_ASSERT(!change(looking));
      CPPUNIT_ASSERT_EQUAL(1, looking->front());
      m.grants = true;
      const table::write_handle writing = change(looking);
      CPPUNIT_ASSERT(!looking);
      CPPUNIT_ASSERT_EQUAL(1, writing->front());
    }
    check_calls("lock_upgrade " + call + ' ' + call + " unlock");
  }

  void upgrades_that_may_fail() {
    using handle = table::upgradeable_handle;
    const std::stop_token stop = source.get_token();
    check_upgrade("unlock_upgrade_and_lock(stop)",
                  [&](handle& h) { return rwl::upgrade(h, stop); });
    check_upgrade("try_unlock_upgrade_and_lock", [](handle& h) { return rwl::try_upgrade(h); });
    check_upgrade("try_unlock_upgrade_and_lock_for(5ms)",
                  [](handle& h) { return rwl::try_upgrade_for(h, 5ms); });
    check_upgrade("try_unlock_upgrade_and_lock_for(5ms,stop)",
                  [&](handle& h) { return rwl::try_upgrade_for(h, 5ms, stop); });
    check_upgrade("try_unlock_upgrade_and_lock_until(@7ms)",
                  [](handle& h) { return rwl::try_upgrade_until(h, at_seven); });
    check_upgrade("try_unlock_upgrade_and_lock_until(@7ms,stop)",
                  [&](handle& h) { return rwl::try_upgrade_until(h, at_seven, stop); });
  }

  void exception_releases() {
    const auto fails = [](const std::vector<int>&) { throw std::runtime_error("in the section"); };
    CPPUNIT_ASSERT_THROW(t.with(fails), std::runtime_error);
    CPPUNIT_ASSERT_THROW(t.with_read(fails), std::runtime_error);
    CPPUNIT_ASSERT_THROW(fails(*t.upgradeable()), std::runtime_error);
    check_calls("lock unlock lock_shared unlock_shared lock_upgrade unlock_upgrade");
  }

  void access_without_the_lock_is_misuse() {
    m.grants = false;
    const auto refused = t.try_write();
    check_misuse(std::errc::operation_not_permitted, [&] { (void)*refused; });
    check_misuse(std::errc::operation_not_permitted, [&] { refused->clear(); });
    const table::read_handle none;
    check_misuse(std::errc::operation_not_permitted, [&] { (void)none->size(); });
    auto from = t.write();
    const auto to = std::move(from);
    CPPUNIT_ASSERT(to && !from);
    check_misuse(std::errc::operation_not_permitted, [&] { from->clear(); });
    check_misuse(std::errc::operation_not_permitted,
                 [&] { (void)rwl::downgrade(std::move(from)); });
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(guarded_test);

} // namespace
