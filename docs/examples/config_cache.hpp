// A configuration that many threads look up and few reload.
//
// A reload is slow and a look-up is not, so the new entries are built while readers go on with the
// old ones, and the lock is held exclusively only to swap the two.
#pragma once

#include <rwl/guarded.hpp>
#include <rwl/rwlock.hpp>

#include <chrono>
#include <concepts>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

template <class Lock = rwl::rwlock, class Clock = std::chrono::steady_clock>
class config_cache {
public:
  using entries = std::map<std::string, std::string, std::less<>>;
  using value = std::optional<std::string>;

  // The value of a key, none if there is no such key.
  value get(std::string_view key) const {
    return state_.with_read([&](const state& s) { return s.find(key); });
  }

  // The values of several keys, all from one load. As many calls of get() might see a reload in
  // between.
  std::vector<value> get_many(std::span<const std::string_view> keys) const {
    std::vector<value> values;
    values.reserve(keys.size());
    const auto reading = state_.read();
    for (const std::string_view key : keys)
      values.push_back(reading->find(key));
    return values;
  }

  // Replaces all entries by those that load() returns. If it throws, they stay. So they do, and the
  // result is false, if meanwhile another reload has finished that began later: of two at the same
  // time the slower does not bring back what the faster has replaced.
  template <std::invocable Load>
  bool reload(Load&& load) {
    const auto began = Clock::now();
    entries fresh = std::invoke(std::forward<Load>(load));
    return state_.with([&](state& s) {
      if (s.loaded && *s.loaded > began)
        return false;
      s.all.swap(fresh);
      s.loaded = began;
      return true;
    });
  } // the old entries are freed here, when nobody waits for it

  // How old the entries may be: the time since the load began that they come from. None if there
  // was no load.
  std::optional<typename Clock::duration> age() const {
    const auto loaded = state_.with_read([](const state& s) { return s.loaded; });
    if (!loaded)
      return std::nullopt;
    return Clock::now() - *loaded;
  }

private:
  struct state {
    entries all;
    std::optional<typename Clock::time_point> loaded;

    value find(std::string_view key) const {
      const auto entry = all.find(key);
      return entry == all.end() ? value() : entry->second;
    }
  };

  rwl::guarded<state, Lock> state_;
};
