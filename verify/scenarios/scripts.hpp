// The standard program: each thread makes a few uses of the lock, and everything is watched.
#pragma once

#include "check.hpp"
#include "requests.hpp"
#include "watched.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace rwl::verify {

// One script of letters (letters.hpp) for each thread.
struct script_set {
  std::array<std::string, thread_limit> scripts;
  int threads = 0;
  rules held_to;
  bool orders = false;           // follow the orders of entry
  std::uint8_t fatal_orders = 0; // fail when one of these is violated
  std::uint32_t ignored = 0;     // properties that are not checked

  bool checks(property p) const { return !(ignored >> static_cast<int>(p) & 1); }
  void ignore(property p) { ignored |= 1u << static_cast<int>(p); }

  // Calls f with the form of each letter.
  template <class F>
  void for_each_letter(F f) const {
    for (const std::string& s : scripts)
      for (script_reader rest(s); !rest.done();)
        f(rest.next());
  }

  bool stops() const {
    bool some = false;
    for_each_letter([&](const request_form& f) { some |= f.is_stop || f.stoppable; });
    return some;
  }

  std::string name() const { // "R+RW", longest first as given
    std::string text;
    for (int t = 0; t < threads; ++t)
      text += (t ? "+" : "") + scripts[static_cast<std::size_t>(t)];
    return text;
  }
};

// Own steps of a release, of a downgrade, and of a request from the moment in which its time is up
// or it is stopped: a few attempts, the queue lock, the hand-over, and one wake-up for each thread
// let in.
inline constexpr std::uint32_t exit_step_bound = 16 + thread_limit;

template <class Lock>
class scripted_program : public watched_program {
public:
  explicit scripted_program(const script_set& m) : watched_program(m.held_to), set_(m) {
    refine(m.checks(property::refinement));
    if (m.stops())
      stop_.emplace();
  }

  void thread(int t) override {
    script_reader script(set_.scripts[static_cast<std::size_t>(t)]);
    while (!script.done())
      use_lock(script);
    run::checkpoint(1000);
  }

  void finish() override {
    run::check(!spec().held() && spec().waiting_readers().empty() &&
                   spec().waiting_writers().empty(),
               "at the end somebody holds the lock or waits for it");
  }

  std::uint64_t key() const override {
    return set_.orders ? machine::mix(watched_program::key(), orders_.hash())
                       : watched_program::key();
  }

  std::uint64_t final_state() const override { return spec().hash(); }

protected:
  void observe_step(const transition& step) override {
    if (!set_.orders)
      return;
    orders_.observe(step);
    std::uint64_t violated = 0;
    for (order o : all_orders)
      if (orders_.violated(o)) {
        violated |= 1u << static_cast<int>(o);
        run::maximum(evidence::first_order + static_cast<int>(o), 1);
      }
    run::check(!(violated & set_.fatal_orders), "an order of entry is violated");
  }

private:
  // How often somebody has written, as a section has seen it.
  using version = std::uint64_t;

  // One use: a request, the changes of mode that follow it, the release.
  void use_lock(script_reader& script) {
    begin(phase::trying, script);
    const request_form f = script.next();
    if (f.is_stop) {
      stop_->request_stop();
    } else if (request(lock_, f, token())) {
      mode held = f.wanted;
      version seen = section(held, script);
      while (script.changes()) {
        const mode before = held;
        const version unchanged = change(held, seen, script);
        require_unchanged(before, seen, unchanged)
      }
    } else {
      gave_up(f);
      script.skip_changes();
    }
    run::enter(phase::remainder);
  }

  const script_set& set_;
  Lock lock_;
  explorer_sync::var<int> payload_{0};
  std::optional<explorer_sync::stop_source> stop_;
  ghost inside_;
  order_monitor orders_;
};

} // namespace rwl::verify
