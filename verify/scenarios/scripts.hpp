// The standard program: short sections, in which everything is checked.
#pragma once

#include "letters_program.hpp"

#include <cstdint>

namespace rwl::verify {

template <class Lock>
class scripted_program : public letters_program<Lock> {
  using base = letters_program<Lock>;
  using base::require;
  using base::set;
  using base::spec;
  using typename base::visit;

public:
  explicit scripted_program(const script_set& m) : base(m) {
    base::refine(m.checks(property::refinement));
  }

  void finish() override {
    run::check(!spec().held() && spec().waiting_readers().empty() &&
                   spec().waiting_writers().empty(),
               "at the end somebody holds the lock or waits for it");
  }

  std::uint64_t key() const override {
    return set().orders ? machine::mix(base::key(), orders_.hash()) : base::key();
  }

  std::uint64_t final_state() const override { return spec().hash(); }

protected:
  void observe_step(const transition& step) override {
    if (!set().orders)
      return;
    orders_.observe(step);
    std::uint64_t violated = 0;
    for (order o : all_orders)
      if (orders_.violated(o)) {
        violated |= 1u << static_cast<int>(o);
        run::maximum(evidence::first_order + static_cast<int>(o), 1);
      }
    run::check(!(violated & set().fatal_orders), "an order of entry is violated");
  }

  std::uint64_t section(visit& v) override {
    v.arrive(phase::inside);
    const std::uint64_t found = v.held == mode::read    ? read()
                                : v.held == mode::write ? write(v)
                                                        : read_upgradeably(v);
    v.version = found + (v.held == mode::write);
    return found;
  }

private:
  // The low bits of inside_ count writers and upgradeable holders, the rest those who have written.
  static constexpr std::int64_t writer = 1, upgradeable = 16, written = 256;

  std::uint64_t read() {
    look();
    const std::uint64_t inside = inside_.get();
    require(property::mutual_exclusion, inside % upgradeable == 0,
            "mutual exclusion: a reader is inside beside a writer");
    return inside / written;
  }

  std::uint64_t read_upgradeably(const visit& v) {
    look();
    const std::uint64_t inside = inside_.add(upgradeable);
    require(property::mutual_exclusion, inside % written == 0,
            "mutual exclusion: an upgradeable holder is inside beside a writer or another one");
    v.checkpoint(phase::inside, 1);
    return inside_.add(-upgradeable) / written;
  }

  std::uint64_t write(const visit& v) {
    const std::uint64_t inside = inside_.add(writer);
    require(property::mutual_exclusion, inside % written == 0,
            "mutual exclusion: a writer is inside beside another or an upgradeable holder");
    if (set().checks(property::data_race_freedom))
      payload_ = payload_.get() + 1;
    v.checkpoint(phase::inside, 1);
    return inside_.add(written - writer) / written;
  }

  void look() {
    if (set().checks(property::data_race_freedom))
      (void)payload_.get();
  }

  explorer_sync::var<int> payload_{0};
  ghost inside_;
  order_monitor orders_;
};

} // namespace rwl::verify
