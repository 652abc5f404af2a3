// A lock that only writes down how it is called, and grants or refuses as it is told.
#pragma once

#include <rwl/views.hpp>

#include <chrono>
#include <stop_token>
#include <string>
#include <utility>

namespace rwl::test {

class recording_lock : public viewable<recording_lock> {
public:
  using stop_token = std::stop_token;

  bool grants = true; // what can fail succeeds

  // What was called since the last time, in order: names, and limits in parentheses: 5ms for a
  // duration, @5ms for a point of time, stop for a token that can be stopped.
  std::string calls() { return std::exchange(calls_, {}); }

  void lock() { note("lock"); }
  bool lock(const stop_token& s) { return attempt("lock", s); }
  bool try_lock() { return attempt("try_lock"); }
  bool try_lock_for(auto d, const stop_token& s = {}) { return attempt("try_lock_for", d, s); }
  bool try_lock_until(auto t, const stop_token& s = {}) { return attempt("try_lock_until", t, s); }
  void unlock() { note("unlock"); }

  void lock_shared() { note("lock_shared"); }
  bool lock_shared(const stop_token& s) { return attempt("lock_shared", s); }
  bool try_lock_shared() { return attempt("try_lock_shared"); }
  bool try_lock_shared_for(auto d, const stop_token& s = {}) {
    return attempt("try_lock_shared_for", d, s);
  }
  bool try_lock_shared_until(auto t, const stop_token& s = {}) {
    return attempt("try_lock_shared_until", t, s);
  }
  void unlock_shared() { note("unlock_shared"); }

  void lock_upgrade() { note("lock_upgrade"); }
  bool lock_upgrade(const stop_token& s) { return attempt("lock_upgrade", s); }
  bool try_lock_upgrade() { return attempt("try_lock_upgrade"); }
  bool try_lock_upgrade_for(auto d, const stop_token& s = {}) {
    return attempt("try_lock_upgrade_for", d, s);
  }
  bool try_lock_upgrade_until(auto t, const stop_token& s = {}) {
    return attempt("try_lock_upgrade_until", t, s);
  }
  void unlock_upgrade() { note("unlock_upgrade"); }

  void unlock_upgrade_and_lock() { note("unlock_upgrade_and_lock"); }
  bool unlock_upgrade_and_lock(const stop_token& s) {
    return attempt("unlock_upgrade_and_lock", s);
  }
  bool try_unlock_upgrade_and_lock() { return attempt("try_unlock_upgrade_and_lock"); }
  bool try_unlock_upgrade_and_lock_for(auto d, const stop_token& s = {}) {
    return attempt("try_unlock_upgrade_and_lock_for", d, s);
  }
  bool try_unlock_upgrade_and_lock_until(auto t, const stop_token& s = {}) {
    return attempt("try_unlock_upgrade_and_lock_until", t, s);
  }
  bool try_unlock_shared_and_lock() { return attempt("try_unlock_shared_and_lock"); }

  void unlock_and_lock_shared() { note("unlock_and_lock_shared"); }
  void unlock_and_lock_upgrade() { note("unlock_and_lock_upgrade"); }
  void unlock_upgrade_and_lock_shared() { note("unlock_upgrade_and_lock_shared"); }

private:
  using ms = std::chrono::milliseconds;

  template <class Rep, class Period>
  static std::string text(const std::chrono::duration<Rep, Period>& d) {
    return std::to_string(std::chrono::duration_cast<ms>(d).count()) + "ms";
  }
  template <class Clock, class Duration>
  static std::string text(const std::chrono::time_point<Clock, Duration>& t) {
    return '@' + text(t.time_since_epoch());
  }

  void note(const std::string& call) { calls_ += (calls_.empty() ? "" : " ") + call; }
  bool attempt(const std::string& name) {
    note(name);
    return grants;
  }
  bool attempt(const std::string& name, const stop_token& s) {
    return attempt(s.stop_possible() ? name + "(stop)" : name);
  }
  bool attempt(const std::string& name, auto limit, const stop_token& s) {
    return attempt(name + '(' + text(limit) + (s.stop_possible() ? ",stop)" : ")"));
  }

  std::string calls_;
};

} // namespace rwl::test
