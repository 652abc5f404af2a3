#include "word_check.hpp"

#include <rwl/core/word.hpp>

#include <array>
#include <span>

#include <fmt/format.h>

namespace rwl::conformance {

namespace {

// Who is inside.
struct presence {
  int writers = 0, upgradeable = 0, upgrading = 0, readers = 0;

  static presence of(const specification& s) {
    return {s.writer() >= 0, s.upgradeable() >= 0, s.upgrade_pending(), s.readers().size()};
  }
  static presence of(std::uint32_t w) {
    const word::fields f = word::decode(w);
    return {f.writer, f.upgradeable, f.upgrading, static_cast<int>(f.readers)};
  }
  presence without(const presence& o) const {
    return {writers - o.writers, upgradeable - o.upgradeable, upgrading - o.upgrading,
            readers - o.readers};
  }
  std::string show() const {
    return fmt::format("W={} U={}{} R={}", writers, upgradeable, upgrading > 0 ? "!" : "", readers);
  }
  friend bool operator==(const presence&, const presence&) = default;
};

class word_follower {
public:
  explicit word_follower(const table& by) : rules_(by.rules), state_(by.bypass_bound, by.broken) {}

  // The change has made these happen. Whether the word agrees.
  bool agrees(const change& c, std::span<const step> made) {
    announced_[static_cast<std::size_t>(c.by)] = {};
    presence entered;
    for (const step& s : made) {
      state_.step(rules_, s.what, s.thread);
      entered.readers += s.what == event::read_grant;
      entered.upgradeable += s.what == event::upgradeable_grant;
    }
    if (presence::of(c.word) == expected())
      return true;
    const bool announces = (c.word & word::waiters) && entered.readers + entered.upgradeable == 1;
    if (announces)
      announced_[static_cast<std::size_t>(c.by)] = entered;
    return announces && presence::of(c.word) == expected();
  }

  presence expected() const {
    presence all = presence::of(state_);
    for (const presence& p : announced_)
      all = all.without(p);
    return all;
  }

private:
  verify::strategy rules_;
  specification state_;
  std::array<presence, verify::max_threads> announced_; // [t]: by the last change of t
};

} // namespace

std::string disagreement(const log& all, const table& by) {
  word_follower follower(by);
  auto next = all.steps.begin();
  std::uint32_t number = 0;
  for (const change& c : all.changes) {
    if (c.number != ++number)
      return fmt::format("the log lacks change {} of the word", number);
    const auto first = next;
    while (next != all.steps.end() && next->change == number && !next->only_looked)
      ++next;
    if (!follower.agrees(c, {first, next}))
      return fmt::format("after change {}, by thread {}, the word says {}, but by the events it is "
                         "{}",
                         number, c.by, presence::of(c.word).show(), follower.expected().show());
    while (next != all.steps.end() && next->change == number)
      ++next;
  }
  return next == all.steps.end() ? "" : "an event belongs to no change of the word";
}

} // namespace rwl::conformance
