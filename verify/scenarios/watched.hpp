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
};

// Evidence slots that the scenarios share.
namespace evidence {
enum witness { readers_overlapped, reader_waited, writer_waited, try_refused, outlived };
enum maximum { exit_steps, entry_steps, bypassed_by, first_order };
} // namespace evidence

class watched_program : public program {
public:
  explicit watched_program(rules r) : rules_(r) {}

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

  static void note_witnesses(const transition& step) {
    overlap_witness seen;
    seen.observe(step);
    if (seen.most_readers() > 1)
      run::witness(evidence::readers_overlapped);
    if (seen.reader_waited())
      run::witness(evidence::reader_waited);
    if (seen.writer_waited())
      run::witness(evidence::writer_waited);
    if (seen.try_refused())
      run::witness(evidence::try_refused);
  }

  specification spec_;
  rules rules_;
  bool refines_ = true;
};

} // namespace rwl::verify
