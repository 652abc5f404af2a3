// Stop sources, tokens and callbacks for explored programs: std::stop_source and its companions,
// but without a heap, so the source outlives all who refer to it.
//
//   request_stop:       lock;  if stopped already, unlock and return false
//                      stopped; while a callback is left: take the first, unlock, run it, lock
//   construct callback: lock;  if not stopped, append it;  unlock;  else run it here
//   destroy callback:   lock;  if it is still there, take it out;  unlock
//                      else, if another thread has taken it: await that it runs no more
//
// Few visible steps, since each multiplies the states of every program that can be cancelled. Locks
// of the mutex bear the location of the caller, who is what a trace is about. Accesses with a
// memory order bear their own: the orders are those of std, not of the lock that is explored.
#pragma once

#include "machine.hpp"

#include <utility>

namespace rwl::verify {

template <class Sync>
class stop_source;

// A node of the list of those to be called.
template <class Sync>
class stop_listener {
public:
  stop_listener() = default;
  stop_listener(const stop_listener&) = delete;
  stop_listener& operator=(const stop_listener&) = delete;

protected:
  ~stop_listener() = default;

private:
  friend class stop_source<Sync>;
  virtual void stop() = 0;

  typename Sync::template var<stop_listener*> next_{nullptr};
};

template <class Sync>
class stop_token {
public:
  stop_token() = default; // of no source: it is never stopped
  explicit stop_token(stop_source<Sync>& source) : source_(&source) {}

  bool stop_possible() const { return source_ != nullptr; }
  bool stop_requested() const { return source_ && source_->stop_requested(); }

  stop_source<Sync>* source() const { return source_; }

private:
  stop_source<Sync>* source_ = nullptr;
};

template <class Sync>
class stop_source {
public:
  using listener = stop_listener<Sync>;

  stop_source() = default;
  stop_source(const stop_source&) = delete;
  stop_source& operator=(const stop_source&) = delete;

  stop_token<Sync> get_token() { return stop_token<Sync>(*this); }

  bool stop_requested() const {
    // Acquire: pairs with the release in take_first(), what precedes the request is seen.
    return running_.load(std::memory_order_acquire) != nullptr;
  }

  // Runs the callbacks, in the order of their registration. True for the first request only.
  bool request_stop(location at = location::current()) {
    typename Sync::unique_lock turn(mutex_, at);
    if (requester_ != nobody)
      return false;
    requester_ = Sync::self();
    while (listener* first = take_first()) {
      turn.unlock(at);
      first->stop(); // may end the listener: no access after it
      turn.lock(at);
    }
    return true;
  }

  // False if the stop has been requested.
  bool add(listener& l, location at) {
    return section(at, [&] {
      if (requester_ != nobody)
        return false;
      *find(nullptr) = &l;
      return true;
    });
  }

  // Afterwards the listener is not running, unless it is what calls this.
  void remove(listener& l, location at) {
    const bool elsewhere = section(at, [&] {
      auto* const link = find(&l);
      if (*link == &l) {
        *link = l.next_;
        return false;
      }
      return requester_ != Sync::self();
    });
    // Acquire: pairs with the release in take_first(), after which the listener runs no more. The
    // section came after the store of its address, so nothing older is read here.
    if (elsewhere)
      Sync::await(
          running_, [&l](const void* running) { return running != &l; }, std::memory_order_acquire);
  }

private:
  using thread_id = typename Sync::thread_id;
  using pointer = typename Sync::template var<listener*>;
  static constexpr thread_id nobody = -1;

  // Where the list refers to the listener, or its end.
  pointer* find(const listener* l) {
    pointer* link = &first_;
    while (listener* there = *link) {
      if (there == l)
        break;
      link = &there->next_;
    }
    return link;
  }

  listener* take_first() {
    listener* const first = first_;
    if (first)
      first_ = first->next_;
    // Release: pairs with the acquire in stop_requested(), and in remove() for the listener that
    // has run before.
    running_.store(first ? static_cast<const void*>(first) : this, std::memory_order_release);
    return first;
  }

  // Of what f sees of the list, nothing but its result matters to the thread later: saying so saves
  // states, since the order of the list differs between executions.
  template <class F>
  bool section(location at, F f) {
    const std::uint64_t before = machine::local_history();
    typename Sync::unique_lock turn(mutex_, at);
    const bool result = f();
    machine::set_local_history(machine::mix(before, result));
    return result;
  }

  // Null before the stop is requested; then the listener that runs; this source when all have run.
  typename Sync::template atomic<const void*> running_{nullptr};
  typename Sync::mutex mutex_; // guards the rest
  typename Sync::template var<thread_id> requester_{nobody};
  pointer first_{nullptr};
};

// Calls f when the stop is requested, in the thread that requests it; at once if that has happened
// already. The destructor waits for a call that is being made by another thread.
template <class F, class Sync>
class stop_callback final : stop_listener<Sync> {
public:
  explicit stop_callback(const stop_token<Sync>& token, F f, location at = location::current())
      : f_(std::move(f)), source_(token.source()), at_(at) {
    if (source_ && !source_->add(*this, at)) {
      source_ = nullptr;
      f_();
    }
  }
  ~stop_callback() {
    if (source_)
      source_->remove(*this, at_);
  }

private:
  void stop() override { f_(); }

  F f_;
  stop_source<Sync>* source_; // null if there is nothing to take back
  const location at_;
};

} // namespace rwl::verify
