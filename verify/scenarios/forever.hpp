// Everybody makes the uses of its script again and again, for ever: the state graph of this program
// decides starvation.
#pragma once

#include "letters_program.hpp"

namespace rwl::verify {

template <class Lock>
class forever_program : public letters_program<Lock> {
  using base = letters_program<Lock>;

public:
  explicit forever_program(const script_set& s) : base(s) { base::refine(false); }

  void thread(int t) override {
    while (run::keep_going()) {
      base::thread(t);
      section_.get(); // a place to stay, for ever if it likes
    }
  }

  // Which thread does what follows from the lock's own state: the specification is kept for the
  // trace only.
  std::uint64_t key() const override { return 0; }

protected:
  std::uint64_t section(typename base::visit& v) override {
    v.arrive(phase::inside);
    return section_.get();
  }

private:
  ghost section_; // always 0
};

} // namespace rwl::verify
