// Everybody locks and unlocks for ever: the state graph of this program decides starvation.
#pragma once

#include "../engine/sync.hpp"
#include "watched.hpp"

namespace rwl::verify {

struct population {
  int writers = 1;
  int readers = 1;
  rules held_to;
  bool outlived = false; // teardown: some release must be seen to outlive the lock

  int threads() const { return writers + readers; }
};

template <class Lock>
class forever_program : public watched_program {
public:
  explicit forever_program(const population& p) : watched_program(p.held_to), population_(p) {
    refine(false);
  }

  void thread(int t) override {
    while (run::keep_going()) {
      run::enter(phase::trying);
      run::checkpoint(1);
      t < population_.writers ? lock_.lock() : lock_.lock_shared();
      run::enter(phase::inside);
      run::checkpoint(2);
      section_.get();
      run::enter(phase::leaving);
      run::checkpoint(3);
      t < population_.writers ? lock_.unlock() : lock_.unlock_shared();
      run::enter(phase::remainder);
      run::checkpoint(4);
      section_.get(); // a place to stay, for ever if it likes
    }
  }

  // Which thread does what follows from the lock's own state: the specification is kept for the
  // trace only.
  std::uint64_t key() const override { return 0; }

private:
  const population& population_;
  Lock lock_;
  ghost section_;
};

} // namespace rwl::verify
