// A program whose lock is watched: the specification follows it step by step.
#pragma once

#include "../engine/program.hpp"
#include "../oracle/monitors.hpp"

#include <cstdint>
#include <cstdio>

namespace rwl::verify {

static_assert(thread_limit <= max_threads);

// What a lock is held to.
struct rules {
  bool specified = false; // it follows the strategy below, event by event
  strategy follows = strategy::reader_preferring;
  int bypass_bound = specification::default_bypass_bound; // the K of throughput
};

// Evidence slots that the scenarios share.
namespace evidence {
enum witness {
  readers_overlapped,
  reader_waited,
  writer_waited,
  try_refused,
  try_let_in,
  outlived,
  timed_out,            // a request that waited
  stopped,              // a request that waited
  let_in_within_limit,  // though it could have given up
  let_in_too_late,      // as its time had run out
  let_in_while_stopped, // after a wait
  let_in_by_quitter,    // by a request that gave up
  upgrade_waited,
  upgrade_given_up,
  reader_held_back, // by a pending upgrade
};
enum maximum { exit_steps, giving_up_steps, entry_steps, bypassed_by, first_order };
} // namespace evidence

class watched_program : public program {
public:
  explicit watched_program(rules r) : spec_(r.bypass_bound), rules_(r) {}

  void observe(event e, int thread) override {
    const specification before = spec_;
    if (!rules_.specified || !spec_.step(rules_.follows, e, thread)) {
      if (rules_.specified && refines_)
        run::fail(refusal(e));
      spec_.follow(rules_.follows, e, thread);
    }
    const transition step{rules_.follows, before, e, thread, spec_};
    note_witnesses(step);
    observe_step(step);
  }

  // From here on a request is leaving.
  void time_is_up() override { run::enter(phase::leaving); }

  void describe(char* text, std::size_t size) const override {
    const std::string state = spec_.show();
    std::snprintf(text, size, "%s", state.c_str());
  }

  std::uint64_t key() const override { return spec_.hash(); }

protected:
  virtual void observe_step(const transition&) {}

  const specification& spec() const { return spec_; }
  const rules& lock_rules() const { return rules_; }
  void refine(bool wanted) { refines_ = wanted; }

  // Whether the thread's last request could not be granted at its doorway.
  bool has_waited(int thread) const { return waited_.contains(thread); }

private:
  static const char* refusal(event e) {
    if (is_refusal(e))
      return e == event::upgrade_refused
                 ? "refinement: an upgrade failed at once where the specification lets it happen"
                 : "refinement: a try failed though its grant was possible";
    switch (e) {
    case event::read_grant:
      return "refinement: a reader entered that the specification holds back";
    case event::write_grant:
      return "refinement: a writer entered that the specification holds back";
    case event::upgradeable_grant:
      return "refinement: the upgradeable mode was granted where the specification holds it back";
    case event::upgrade_grant:
    case event::read_to_write:
      return "refinement: an upgrade was granted that the specification holds back";
    default:
      return "refinement: an event that the specification does not allow here";
    }
  }

  void note_witnesses(const transition& step) {
    overlap_witness seen;
    seen.observe(step);
    if (step.is_request())
      waited_.erase(step.thread);
    if (seen.reader_waited() || seen.writer_waited())
      waited_.insert(step.thread);
    if (seen.most_readers() > 1)
      run::witness(evidence::readers_overlapped);
    if (seen.reader_waited())
      run::witness(evidence::reader_waited);
    if (seen.writer_waited())
      run::witness(evidence::writer_waited);
    if (seen.try_refused())
      run::witness(evidence::try_refused);
    note_upgrade(step);
    note_end_of_wait(step);
  }

  static void note_upgrade(const transition& step) {
    if (step.what == event::upgrade_request &&
        !step.after.can(step.rules, event::upgrade_grant, step.thread))
      run::witness(evidence::upgrade_waited);
    if (step.what == event::upgrade_cancel)
      run::witness(evidence::upgrade_given_up);
    if (step.what == event::read_request && step.before.upgrade_pending())
      run::witness(evidence::reader_held_back);
  }

  void note_end_of_wait(const transition& step) {
    const bool gives_up = step.what == event::cancel || step.what == event::upgrade_cancel;
    const bool lets_in = step.is_admission() || step.what == event::upgrade_grant;
    if (lets_in && quitting_)
      run::witness(evidence::let_in_by_quitter);
    quitting_ = gives_up || (quitting_ && lets_in);
    if (!gives_up)
      return;
    const bool too_late = run::current_phase(step.thread) == phase::leaving;
    run::witness(too_late ? evidence::timed_out : evidence::stopped);
    if (!too_late)
      run::enter(phase::leaving, step.thread);
  }

  specification spec_;
  rules rules_;
  bool refines_ = true;
  // For witnesses only.
  thread_set waited_;
  bool quitting_ = false; // whoever gave up last lets others in
};

} // namespace rwl::verify
