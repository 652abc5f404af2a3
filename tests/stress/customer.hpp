// A visitor of a lock who makes tokens and waits for them.
#pragma once

#include "requests.hpp"
#include "tally.hpp"
#include "tokens.hpp"

#include <cstdint>
#include <mutex>
#include <shared_mutex>

namespace rwl::stress {

template <class Lock>
class customer {
public:
  customer(trial& t, Lock& m, tokens& all) : trial_(t), m_(m), tokens_(all) { tokens_.arrive(); }

  const tally& done() const { return done_; }

  // Inside, as a writer or a reader: makes tokens, or waits for one.
  void rest(bool writes, const request& how, std::uint32_t dice) {
    if (writes && dice % 4 != 0)
      make(dice / 4 % 8, dice / 32 % 2 == 0);
    else if (writes)
      wait(std::unique_lock(m_, std::adopt_lock), how);
    else
      wait(std::shared_lock(m_, std::adopt_lock), how);
  }

  // Outside: what it has put off.
  void notify() {
    if (owed_ > 0)
      tokens_.made_some.notify(owed_);
    owed_ = 0;
  }

  // Outside, and nothing follows.
  void leave() {
    const std::lock_guard writing(m_);
    tokens_.leave();
  }

private:
  void make(std::uint32_t n, bool at_once) {
    const std::uint32_t to_notify = tokens_.make(n);
    ++done_.notifications;
    if (at_once || tokens_.unlimited) // by and by, others could have come to wait
      tokens_.made_some.notify(to_notify);
    else
      owed_ += to_notify;
  }

  template <class Guard>
  void wait(Guard guard, const request& how) {
    ++done_.waits;
    if (tokens_.unlimited || (!how.limit && !how.stop))
      wait_without_limit(guard);
    else
      while (!tokens_.take() && wait_once(guard, how))
        continue;
    guard.release(); // still inside
  }

  template <class Guard>
  void wait_without_limit(Guard& guard) {
    bool slept = false;
    tokens_.made_some.wait(guard, [&] {
      if (slept) {
        tokens_.wake();
        was_notified();
      }
      slept = !tokens_.take() && tokens_.may_sleep();
      return !slept;
    });
  }

  // Whether it has been notified.
  template <class Guard>
  bool wait_once(Guard& guard, request how) {
    if (!how.limit && !tokens_.may_sleep())
      return false;
    how.waits = true;
    const outcome end = ask_to_wait(trial_, tokens_.made_some, guard, how);
    if (!how.limit)
      tokens_.wake();
    done_.timed_out += end == outcome::timed_out;
    done_.cancelled += end == outcome::cancelled;
    if (end != outcome::granted)
      return false;
    was_notified();
    return true;
  }

  void was_notified() {
    tokens_.was_notified();
    ++done_.notified;
  }

  trial& trial_;
  Lock& m_;
  tokens& tokens_;
  std::uint32_t owed_ = 0;
  tally done_;
};

} // namespace rwl::stress
