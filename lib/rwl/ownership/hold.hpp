// What an owner has of one lock, and what it may not do with it.
#pragma once

#include "../core/waiter.hpp"

#include <cstddef>
#include <cstdint>
#include <system_error>

namespace rwl::ownership {

using kind = core::waiter_kind;

// In the order of strength: who has one of them may do all that a weaker one allows.
enum class mode : std::uint8_t { none, shared, upgradeable, exclusive };

constexpr mode mode_of(kind k) {
  switch (k) {
  case kind::reader:
    return mode::shared;
  case kind::upgradeable:
    return mode::upgradeable;
  default:
    return mode::exclusive;
  }
}

// How often an owner holds a lock in each mode.
class depths {
public:
  constexpr depths() = default;
  constexpr explicit depths(mode m) { ++of(m); }

  constexpr std::uint32_t operator[](mode m) const { return held_[index(m)]; }

  constexpr mode strongest() const {
    for (mode m : {mode::exclusive, mode::upgradeable, mode::shared})
      if ((*this)[m] > 0)
        return m;
    return mode::none;
  }

  constexpr void add(mode m) { ++of(m); }
  // One hold less in one mode, one more in the other, which may be none.
  constexpr void change(mode from, mode to) {
    --of(from);
    if (to != mode::none)
      ++of(to);
  }

  constexpr bool once() const { return held_[0] + held_[1] + held_[2] == 1; }

private:
  static constexpr std::size_t index(mode m) { return static_cast<std::size_t>(m) - 1; }
  constexpr std::uint32_t& of(mode m) { return held_[index(m)]; }

  std::uint32_t held_[3] = {};
};

// What is reported rather than done.
enum class misstep : std::uint8_t { not_held, nested, waits_for_itself, destroyed_in_use };

constexpr std::errc error_of(misstep m) {
  return m == misstep::waits_for_itself ? std::errc::resource_deadlock_would_occur
                                        : std::errc::operation_not_permitted;
}

constexpr const char* text_of(misstep what, mode m) {
  constexpr const char* not_held[] = {
      "", "the caller gives up the shared mode of a lock, but does not have it",
      "the caller gives up the upgradeable mode of a lock, but does not have it",
      "the caller gives up the exclusive mode of a lock, but does not have it"};
  constexpr const char* waits_for_itself[] = {
      "", "the caller asks for the shared mode of a lock, and would wait for itself",
      "the caller asks for the upgradeable mode of a lock, and would wait for itself",
      "the caller asks for the exclusive mode of a lock, and would wait for itself"};
  const auto i = static_cast<std::size_t>(m);
  switch (what) {
  case misstep::not_held:
    return not_held[i];
  case misstep::nested:
    return "the caller holds a lock several times, and can neither change its mode nor wait with "
           "it";
  case misstep::waits_for_itself:
    return waits_for_itself[i];
  default:
    return "a lock is destroyed while somebody holds it or waits for it";
  }
}

} // namespace rwl::ownership
