// A walk through the modes of a lock: in by some request, from mode to mode by upgrades and
// downgrades, and out again.
//
// All data is plain. A walker that is inside knows the number: nobody but itself may change it
// before it leaves, whatever it changes into on its way. So it sees a writer between the two halves
// of an upgrade or a downgrade.
#pragma once

#include "place.hpp"
#include "requests.hpp"
#include "stops.hpp"
#include "tally.hpp"

#include <cstdint>
#include <random>

namespace rwl::stress {

// How walkers ask: so many in a hundred of their requests only try, have a time limit, have a stop
// token, each independently of the others.
struct manners {
  unsigned tries, timed, stoppable;
};

// May be locked by who holds it.
template <class Lock>
concept recursive = Lock::recursive;

template <class Lock>
class walker {
public:
  walker(trial& t, place<Lock>& p, stop_board& stops, manners how)
      : trial_(t), place_(p), stops_(stops), how_(how) {}

  const tally& done() const { return done_; }

  // One walk: into any mode, some steps, and out. The same seed makes the same choices, as far as
  // the lock gives the same answers.
  void walk(std::uint32_t seed) {
    walk(seed, [](bool, const request&) {});
  }

  // The same. Whoever is a reader or a writer after the first step calls rest(writes, how), which
  // may give the lock up and wait, as how says, until it has it again in the same mode.
  template <class Rest>
  void walk(std::uint32_t seed, Rest rest) {
    dice_.seed(seed);
    if (chance(5))
      cancel_somebody();
    if (enter(any_request())) {
      wander(1);
      if (at_ != mode::upgradeable) {
        rest(at_ == mode::exclusive, any_request());
        learn();
        arrive(at_);
      }
      wander(2);
    }
    leave();
  }

  // The same, but it waits until it is let in, and calls last() as the last thing inside.
  template <class Last>
  void walk_out(std::uint32_t seed, Last last) {
    dice_.seed(seed);
    enter({});
    wander(2);
    last();
    leave();
  }

private:
  enum class mode { none, shared, upgradeable, exclusive };

  bool enter(const request& r) {
    const auto choice = dice_() % 8;
    const mode wanted = choice < 4   ? mode::shared
                        : choice < 6 ? mode::upgradeable
                                     : mode::exclusive;
    const outcome answer = wanted == mode::shared      ? ask_to_read(trial_, place_.m, r)
                           : wanted == mode::exclusive ? ask_to_write(trial_, place_.m, r)
                                                       : ask_for_upgradeable(trial_, place_.m, r);
    if (!granted(answer))
      return false;
    learn();
    arrive(wanted);
    return true;
  }

  // Others may have written meanwhile.
  void learn() {
    trial_.expect(place_.number.value() >= known_, "a write that was seen before is lost");
    known_ = place_.number.value();
  }

  void wander(int steps) {
    for (; steps > 0; --steps)
      switch (at_) {
      case mode::shared:
        try_to_write_alone();
        break;
      case mode::upgradeable:
        dice_() % 4 == 0 ? downgrade(mode::shared) : upgrade();
        break;
      case mode::exclusive:
        downgrade(dice_() % 2 == 0 ? mode::shared : mode::upgradeable);
        break;
      case mode::none:
        break;
      }
  }

  void try_to_write_alone() {
    if (!place_.m.try_unlock_shared_and_lock())
      return stay();
    ++done_.lone_readers;
    arrive(mode::exclusive);
  }

  void upgrade() {
    const bool done = granted(ask_for_upgrade(trial_, place_.m, any_request()));
    ++(done ? done_.upgrades : done_.upgrades_failed);
    arrive(done ? mode::exclusive : mode::upgradeable);
  }

  void downgrade(mode to) {
    if (at_ == mode::upgradeable)
      place_.m.unlock_upgrade_and_lock_shared();
    else if (to == mode::shared)
      place_.m.unlock_and_lock_shared();
    else
      place_.m.unlock_and_lock_upgrade();
    ++done_.downgrades;
    arrive(to);
  }

  void leave() {
    if (at_ == mode::shared)
      place_.m.unlock_shared();
    else if (at_ == mode::upgradeable)
      place_.m.unlock_upgrade();
    else if (at_ == mode::exclusive)
      place_.m.unlock();
    at_ = mode::none;
  }

  void arrive(mode at) {
    at_ = at;
    stay();
    if (at == mode::exclusive) {
      place_.number.increment([this] { linger(); });
      ++known_;
      ++done_.writes;
    } else if (at == mode::upgradeable) {
      ++place_.looks;
      ++done_.looks;
    }
    stay();
  }

  void stay() {
    trial_.expect(place_.number.whole(), "somebody inside finds a half-done write");
    if constexpr (recursive<Lock>)
      enter_again();
    linger();
    trial_.expect(place_.number.value() == known_, "somebody wrote beside a reader");
  }

  // Whatever it has, it may read; it must not have to wait for those who wait for it.
  void enter_again() {
    place_.m.lock_shared();
    linger();
    place_.m.unlock_shared();
  }

  // Now and then gives the processor away, so that the others come to wait, and are cancelled.
  void linger() {
    if (chance(3))
      std::this_thread::yield();
    if (chance(1))
      cancel_somebody();
  }

  void cancel_somebody() { stops_.request_stop(any_place()); }
  int any_place() { return static_cast<int>(dice_() % static_cast<unsigned>(stops_.places())); }

  request any_request() {
    request r;
    r.waits = !chance(how_.tries);
    if (chance(how_.timed)) {
      const unsigned most[] = {1, 50, 500, 4000};
      r.limit = std::chrono::microseconds(dice_() % most[dice_() % 4]);
      r.form = static_cast<request::until>(dice_() % 3);
    }
    if (chance(how_.stoppable))
      r.stop = stops_.token(any_place(), chance(5));
    return r;
  }

  bool chance(unsigned percent) { return dice_() % 100 < percent; }

  bool granted(outcome answer) {
    ++done_.requests;
    done_.refused += answer == outcome::refused;
    done_.timed_out += answer == outcome::timed_out;
    done_.cancelled += answer == outcome::cancelled;
    return answer == outcome::granted;
  }

  trial& trial_;
  place<Lock>& place_;
  stop_board& stops_;
  const manners how_;
  std::minstd_rand dice_;
  mode at_ = mode::none;
  std::uint64_t known_ = 0;
  tally done_;
};

} // namespace rwl::stress
