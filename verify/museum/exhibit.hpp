// The museum: bugs that shipped in real locks, each re-enacted by a small lock of ours.
//
// An exhibit is one class template Lock<Sync, mended>: with false it has the defect, with true it
// is the repaired twin, and the lines that differ are the story. A small program decides about
// both: the defect must be refuted, and the twin must hold in all executions.
#pragma once

#include "../scenarios/judge.hpp"
#include "../scenarios/plan.hpp"
#include "../scenarios/reported.hpp"

#include <string>
#include <vector>

namespace rwl::verify::museum {

// What stands beside an exhibit. Plain prose in complete sentences, Markdown allowed.
struct card {
  std::string code;                 // "M2", the number in the catalogue
  std::string title;                // "A writer that gives up leaves the readers behind it asleep"
  std::string systems;              // where it shipped: "glibc before 2.22, .NET, aiorwlock"
  std::string story;                // the lock's idea, and the interleaving that breaks it
  std::string repair;               // what the twin does instead
  std::string lesson;               // what to take home
  std::vector<std::string> sources; // addresses, or "project#number"
};

struct exhibit {
  card about;
  std::string source;   // "verify/museum/m02_abandoned_readers.cpp"
  property refuted;     // what the defect violates
  std::string failure;  // the kind of it: "deadlock", "data race", "assertion", "starvation", …
  check broken, mended; // check::lock is the code, check::scenario "broken" or "mended"
};

// All exhibits, in the order of the catalogue.
const std::vector<exhibit>& collection();

namespace detail {

template <class Parameters, class Judge, class Replay>
check check_of(const card& about, const char* scenario, recipe_for<Parameters> make, Parameters p,
               int threads, property decides, Judge judge, Replay replay) {
  check c;
  c.lock = about.code;
  c.scenario = scenario;
  c.threads = threads;
  c.decides = {decides};
  stage(c, make, p, judge, replay);
  return c;
}

template <template <class, bool> class Lock, bool mended>
using subject = reported<Lock<explorer_sync, mended>>;

} // namespace detail

// An exhibit whose program is written in letters (scenarios/letters.hpp), a script for each thread.
template <template <class, bool> class Lock>
exhibit in_letters(card about, std::string source, property refuted, std::string failure,
                   const std::vector<std::string>& scripts) {
  const script_set set = script_set::of(scripts);
  const auto staged = [&]<bool mended>(const char* scenario) {
    const recipe_for<script_set> make =
        place<scripted_program<detail::subject<Lock, mended>>, script_set>;
    const auto judge = [](auto m, const script_set& s, const check_options& o) {
      return judge_scripts(m, s, true, false, o);
    };
    return detail::check_of(about, scenario, make, set, set.threads, refuted, judge,
                            replay_scripts);
  };
  check broken = staged.template operator()<false>("broken");
  check mended = staged.template operator()<true>("mended");
  return {std::move(about),   std::move(source), refuted,
          std::move(failure), std::move(broken), std::move(mended)};
}

// The same with threads that come again and again for ever. The question is whether a property of
// starvation holds; what else the program shows does not count.
template <template <class, bool> class Lock>
exhibit in_endless_letters(card about, std::string source, property refuted,
                           const std::vector<std::string>& scripts) {
  const script_set set = script_set::of(scripts);
  const auto staged = [&]<bool mended>(const char* scenario) {
    const recipe_for<script_set> make =
        place<forever_program<detail::subject<Lock, mended>>, script_set>;
    const auto judge = [refuted](auto m, const script_set& s, const check_options& o) {
      check_result r = judge_forever(m, s, memory_model::weak, o);
      std::erase_if(r.findings, [refuted](const finding& f) { return f.about != refuted; });
      return r;
    };
    const auto replay = [](auto m, const script_set& s, const decisions& path, std::uint64_t) {
      return replay_forever(m, s, memory_model::weak, path);
    };
    return detail::check_of(about, scenario, make, set, set.threads, refuted, judge, replay);
  };
  check broken = staged.template operator()<false>("broken");
  check mended = staged.template operator()<true>("mended");
  return {std::move(about), std::move(source), refuted,
          "starvation",     std::move(broken), std::move(mended)};
}

// An exhibit that brings its program: Program<mended> derives from verify::program, calls
// run::check and run::witness, and is constructible without arguments. Its mended run must have
// reached witnesses 0 to cases.size() - 1, which `cases` names.
template <template <bool> class Program>
exhibit in_program(card about, std::string source, property refuted, std::string failure,
                   int threads, std::vector<std::string> cases) {
  struct stage {
    int threads;
  };
  const auto judge = [refuted, cases](recipe_for<stage> make, const stage& s,
                                      const check_options& o) {
    return judge_program(make(s), refuted, cases, o);
  };
  const auto staged = [&]<bool mended>(const char* scenario) {
    const recipe_for<stage> make = [](const stage& s) {
      return recipe::of<Program<mended>>(s.threads);
    };
    return detail::check_of(about, scenario, make, stage{threads}, threads, refuted, judge,
                            replay_plainly<stage>);
  };
  check broken = staged.template operator()<false>("broken");
  check mended = staged.template operator()<true>("mended");
  return {std::move(about),   std::move(source), refuted,
          std::move(failure), std::move(broken), std::move(mended)};
}

} // namespace rwl::verify::museum
