// What has happened in the logs: a recording in which nobody ever waits would be accepted too.
#pragma once

#include "judge.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace rwl::conformance {

enum class situation {
  readers_share,
  reader_waits,
  writer_waits,
  upgradeable_waits,
  upgrade_waits,
  reader_held_back,
  handed_over,
  reader_gives_up,
  writer_gives_up,
  upgradeable_gives_up,
  stopped_by_another,
  gives_up_before_others,
  quitter_lets_in,
  upgrade_quitter_lets_in,
  notified_waits,
  overtaken,
  overtaken_to_the_bound,
};
inline constexpr int situation_count = static_cast<int>(situation::overtaken_to_the_bound) + 1;

std::string_view name(situation);

class witnesses {
public:
  // Feed with every transition of a log.
  void observe(const transition&, const step&);

  std::uint64_t count(event e) const { return events_[static_cast<std::size_t>(e)]; }
  std::uint64_t count(situation s) const { return situations_[static_cast<std::size_t>(s)]; }
  std::uint64_t steps() const;

private:
  void note(situation s, bool seen = true) { situations_[static_cast<std::size_t>(s)] += seen; }
  void note_request(const transition&);
  void note_withdrawal(const transition&, const step&);
  void note_entry(const transition&, const step&);

  std::array<std::uint64_t, event_count> events_{};
  std::array<std::uint64_t, situation_count> situations_{};
  step withdrawal_{}; // if nothing has followed it but entries
};

} // namespace rwl::conformance
