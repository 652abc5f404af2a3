// A program in letters: each thread makes the uses of the lock that its script says. What happens
// in the sections is left to the scenario.
#pragma once

#include "requests.hpp"
#include "script_set.hpp"
#include "unmodelled.hpp"

#include <cstdint>
#include <optional>

namespace rwl::verify {

// Own steps of a release, of a downgrade, and of a request from the moment in which its time is up
// or it is stopped: a few attempts, the queue lock, the hand-over, and one wake-up for each thread
// let in.
inline constexpr std::uint32_t exit_step_bound = 16 + thread_limit;

template <class Lock>
class letters_program : public watched_program {
public:
  explicit letters_program(const script_set& m) : watched_program(m.held_to), set_(m) {
    if (m.has(&request_form::is_stop) || m.has(&request_form::stoppable))
      stop_.emplace();
  }

  void thread(int t) override {
    const std::string& script = set_.scripts[static_cast<std::size_t>(t)];
    for (visit v{script_reader(script)}; !v.script.done();)
      use_lock(v);
    run::checkpoint(1000); // in its remainder
  }

protected:
  // Where a thread stands in its script.
  struct visit {
    script_reader script;
    mode held = mode::read;
    std::uint64_t version = 0; // how many had written when its last section ended
    bool stopped = false;      // it has requested the stop

    void arrive(phase p) const {
      run::enter(p);
      checkpoint(p, 0);
    }
    void checkpoint(phase p, unsigned point) const {
      const std::uint64_t where = script.position() * 64 + static_cast<unsigned>(held) * 16 +
                                  static_cast<unsigned>(p) * 4 + point;
      run::checkpoint(machine::mix(where, version));
    }
  };

  // Inside, in the mode that the visit holds. Returns how many it finds to have written before, and
  // leaves in the visit how many have written after.
  virtual std::uint64_t section(visit&) = 0;

  // A request has returned, let in or not.
  virtual void returned_from(const request_form&) {}

  const script_set& set() const { return set_; }

  void require(property p, bool condition, const char* message) const {
    run::check(!set_.checks(p) || condition, message);
  }

private:
  // One use: a request, a section, changes of mode with a section after each, the release.
  void use_lock(visit& v) {
    v.arrive(phase::trying);
    const request_form f = v.script.next();
    if (f.is_stop)
      request_stop(v);
    else if (returned(make_request(lock_, v.held, f, token()), f, v))
      hold(f.wanted, v);
    v.script.skip_changes();
    v.version = 0;
    run::enter(phase::remainder);
  }

  void hold(mode wanted, visit& v) {
    v.held = wanted;
    unmodelled_.check_unchanged();
    section(v);
    while (v.script.changes() && change(v)) {
    }
    v.version = 0;
    v.arrive(phase::leaving);
    release(lock_, v.held);
    left();
    unmodelled_.check_unchanged();
  }

  // False: the mode is kept.
  bool change(visit& v) {
    const request_form f = v.script.next();
    const std::uint64_t before = v.version;
    const bool upgrades = f.wanted == mode::write;
    bool changed = true;
    v.arrive(upgrades ? phase::trying : phase::leaving);
    if (upgrades) {
      changed = returned(make_request(lock_, v.held, f, token()), f, v);
    } else {
      downgrade(lock_, v.held, f.wanted);
      left();
    }
    if (changed)
      v.held = f.wanted;
    const bool unchanged = section(v) == before;
    if (upgrades)
      require(property::upgrade, unchanged,
              "upgrade: somebody wrote between a section and its upgrade");
    else
      require(property::downgrade, unchanged,
              "downgrade: somebody wrote between a section and the weaker one");
    return changed;
  }

  // What a request has come to. True: the thread was let in.
  bool returned(bool let_in, const request_form& f, const visit& v) {
    returned_from(f);
    if (let_in && !f.waits)
      run::witness(evidence::try_let_in);
    if (let_in && f.may_give_up())
      run::witness(evidence::let_in_within_limit);
    if (let_in && f.stoppable) {
      require(property::cancellation, !v.stopped,
              "cancellation: a request was let in though its token had been stopped before");
      if (stop_begun_ && has_waited(run::thread()))
        run::witness(evidence::let_in_while_stopped);
    }
    if (run::current_phase(run::thread()) == phase::leaving)
      gave_up(let_in, f);
    return let_in;
  }

  void gave_up(bool in_vain, const request_form& f) {
    if (in_vain)
      run::witness(evidence::let_in_too_late);
    run::maximum(evidence::giving_up_steps, run::steps_in_phase());
    const bool bounded = run::steps_in_phase() <= exit_step_bound;
    if (f.timed)
      require(property::timeout, bounded, "timeout: to give up took too many own steps");
    else
      require(property::cancellation, bounded, "cancellation: to give up took too many own steps");
  }

  void left() {
    run::maximum(evidence::exit_steps, run::steps_in_phase());
    require(property::bounded_exit, run::steps_in_phase() <= exit_step_bound,
            "bounded exit: a release took too many own steps");
  }

  void request_stop(visit& v) {
    v.stopped = stop_begun_ = true;
    stop_->request_stop();
  }

  explorer_sync::stop_token token() {
    return stop_ ? stop_->get_token() : explorer_sync::stop_token();
  }

  const script_set& set_;
  Lock lock_;
  unmodelled_bytes<Lock> unmodelled_{lock_};
  std::optional<explorer_sync::stop_source> stop_;
  bool stop_begun_ = false; // follows from the threads' own histories
};

} // namespace rwl::verify
