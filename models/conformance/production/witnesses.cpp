#include "witnesses.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace rwl::conformance {

std::string_view name(situation s) {
  static constexpr std::string_view names[] = {
      "readers inside together",
      "reads that wait",
      "writes that wait",
      "upgradeable requests that wait",
      "upgrades that wait",
      "reads behind a pending upgrade",
      "let in by another thread",
      "reads given up",
      "writes given up",
      "upgradeable requests given up",
      "withdrawn by who requests the stop",
      "given up while others wait",
      "lets others in by giving up",
      "upgrade given up lets readers in",
      "notified, and waits for the lock",
      "overtakes an earlier request",
      "overtaken as often as is allowed",
  };
  static_assert(std::size(names) == situation_count);
  return names[static_cast<int>(s)];
}

void witnesses::observe(const transition& t, const step& s) {
  ++events_[static_cast<std::size_t>(t.what)];
  if (t.is_request())
    note_request(t);
  if (t.what == event::cancel || t.what == event::upgrade_cancel)
    note_withdrawal(t, s);
  else if (t.is_admission() || t.what == event::upgrade_grant)
    note_entry(t, s);
  else
    withdrawal_ = {};
}

std::uint64_t witnesses::steps() const {
  return std::accumulate(events_.begin(), events_.end(), std::uint64_t{0});
}

// Waits: its grant is not possible at its doorway.
void witnesses::note_request(const transition& t) {
  const auto waits = [&](event grant) { return !t.after.can(t.rules, grant, t.thread); };
  switch (t.what) {
  case event::read_request:
    note(situation::reader_waits, waits(event::read_grant));
    note(situation::reader_held_back, t.before.upgrade_pending());
    break;
  case event::write_request:
    note(situation::writer_waits, waits(event::write_grant));
    break;
  case event::upgradeable_request:
    note(situation::upgradeable_waits, waits(event::upgradeable_grant));
    break;
  case event::upgrade_request:
    note(situation::upgrade_waits, waits(event::upgrade_grant));
    break;
  default:
    note(situation::notified_waits, waits(event::read_grant) && waits(event::write_grant));
  }
}

void witnesses::note_withdrawal(const transition& t, const step& s) {
  withdrawal_ = s;
  note(situation::stopped_by_another, s.by != s.thread);
  note(situation::gives_up_before_others, !all_waiters(t.after).empty());
  if (t.what == event::upgrade_cancel)
    return;
  const verify::request* r = t.before.queue().find(t.thread);
  if (t.before.waiting_readers().contains(t.thread))
    note(situation::reader_gives_up);
  else
    note(r->wanted == verify::mode::write ? situation::writer_gives_up
                                          : situation::upgradeable_gives_up);
}

void witnesses::note_entry(const transition& t, const step& s) {
  note(situation::readers_share, t.after.readers().size() > 1);
  note(situation::handed_over, s.by != s.thread);
  if (s.change == withdrawal_.change && s.by == withdrawal_.by)
    note(withdrawal_.what == event::cancel ? situation::quitter_lets_in
                                           : situation::upgrade_quitter_lets_in);
  note(situation::overtaken,
       t.before.queue().find(t.thread) != nullptr && !t.before.queue().headed_by(t.thread));
  const auto overtaken_enough = [&](const verify::request& r) {
    return r.overtaken == t.after.bypass_bound();
  };
  note(situation::overtaken_to_the_bound,
       std::any_of(t.after.queue().begin(), t.after.queue().end(), overtaken_enough));
}

} // namespace rwl::conformance
