// Requests that must give up, for nobody leaves before they have: a limit that is ignored, and a
// waiter that is not let in once the request ahead of it has left, both block the program for ever.
#pragma once

#include "letters_program.hpp"

#include <algorithm>

namespace rwl::verify {

// Whoever is inside stays there until all requests with a limit have returned, and readers until
// all of them are inside.
template <class Lock>
class giving_up_program : public letters_program<Lock> {
  using base = letters_program<Lock>;
  using typename base::visit;

public:
  explicit giving_up_program(const script_set& m)
      : base(m),
        readers_(static_cast<int>(std::ranges::count(m.scripts, "R"))),
        undecided_(limited(m)) {
    base::refine(false);
  }

protected:
  void returned_from(const request_form& f) override {
    if (f.may_give_up())
      undecided_.fetch_sub(1, std::memory_order_relaxed);
  }

  std::uint64_t section(visit& v) override {
    v.arrive(phase::inside);
    if (v.held == mode::read)
      present_.fetch_add(1, std::memory_order_relaxed);
    v.checkpoint(phase::inside, 1);
    const int own = limited_in(v.script); // that come later in its own script
    explorer_sync::await(
        undecided_, [own](int n) { return n <= own; }, std::memory_order_relaxed);
    if (v.held == mode::read)
      explorer_sync::await(
          present_, [all = readers_](int n) { return n >= all; }, std::memory_order_relaxed);
    return 0;
  }

private:
  static int limited_in(script_reader script) {
    int n = 0;
    while (!script.done())
      n += script.next().may_give_up();
    return n;
  }
  static int limited(const script_set& set) {
    int n = 0;
    set.for_each_letter([&](const request_form& f) { n += f.may_give_up(); });
    return n;
  }

  int readers_; // without a limit of their own
  explorer_sync::atomic<int> undecided_;
  explorer_sync::atomic<int> present_{0};
};

} // namespace rwl::verify
