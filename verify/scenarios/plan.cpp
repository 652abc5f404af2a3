#include "plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace rwl::verify {

namespace {

using script_list = std::vector<std::string>;

// All multisets of `threads` of the given scripts.
std::vector<script_list> mixes(const script_list& scripts, int threads, std::size_t from = 0) {
  if (threads == 0)
    return {{}};
  std::vector<script_list> all;
  for (std::size_t i = from; i < scripts.size(); ++i)
    for (script_list& rest : mixes(scripts, threads - 1, i)) {
      rest.insert(rest.begin(), scripts[i]);
      all.push_back(std::move(rest));
    }
  return all;
}

// States multiply by about this much with each further operation of a reader or a writer.
double cost_of(const script_list& scripts) {
  double cost = 1e-4;
  for (const std::string& s : scripts)
    for (char c : s)
      cost *= c == 'R' || c == 'r' ? 7 : 4;
  return cost;
}

class planner {
public:
  explicit planner(const lock_entry& e) : entry_(e) {}

  lock_info all() {
    meetings();
    scripts();
    if (entry_.shares)
      rounds();
    forever();
    if (entry_.held_to.specified)
      conserving();
    if (entry_.shares)
      teardown();
    if (entry_.programs.upgrading)
      upgrading();
    return {entry_.name, entry_.family, entry_.description, std::move(checks_)};
  }

private:
  template <class Parameters, class Judge>
  void add(std::string scenario, recipe_for<Parameters> make, Parameters p, int threads,
           double cost, std::vector<property> decides, Judge judge, tier size = tier::quick) {
    p.held_to = entry_.held_to;
    check c;
    c.lock = entry_.name;
    c.scenario = std::move(scenario);
    c.size = size;
    c.threads = threads;
    c.cost = cost;
    c.decides = std::move(decides);
    c.run = [make, p, judge](const check_options& o) { return judge(make, p, o); };
    c.replay = [make, p](const decisions& path) { return replay_of(make, p, path); };
    checks_.push_back(std::move(c));
  }

  // Properties that the standard program decides for this lock.
  std::vector<property> columns(bool orders) const {
    using enum property;
    std::vector<property> all = {mutual_exclusion, data_race_freedom, deadlock_freedom,
                                 bounded_exit};
    if (entry_.held_to.specified)
      all.push_back(refinement);
    if (orders)
      all.insert(all.end(), {writer_fcfs, fcfs, reader_fife, reader_priority, writer_priority,
                             phase_fairness});
    return all;
  }

  void add_scripts(const script_list& scripts, bool twice, tier size) {
    script_set set;
    for (const std::string& s : scripts)
      set.scripts[static_cast<std::size_t>(set.threads++)] = s;
    // A try that succeeds is no waiting request: orders are about those who ask to wait.
    set.orders = entry_.shares && set.name().find_first_of("rw") == std::string::npos;
    const bool shares = entry_.shares;
    add(
        "mix " + set.name(), entry_.programs.scripts, set, set.threads, cost_of(scripts),
        columns(set.orders),
        [shares, twice](auto make, const script_set& s, const check_options& o) {
          return judge_scripts(make, s, shares, twice, o);
        },
        size);
  }

  void scripts() {
    const script_list once = {"R", "W"}, two = {"RR", "RW", "WR", "WW"},
                      tries = {"R", "W", "r", "w"};
    for (int threads : {2, 3})
      for (const auto& m : mixes(once, threads))
        add_scripts(m, true, tier::quick);
    for (const auto& m : mixes(two, 2))
      add_scripts(m, true, tier::quick);
    const tier two_by_three = entry_.family == "rwl" ? tier::quick : tier::full;
    for (const auto& m : mixes(two, 3))
      add_scripts(m, false, two_by_three);
    for (const auto& m : mixes(once, 4))
      add_scripts(m, false, tier::quick);
    for (int threads : {2, 3})
      for (const auto& m : mixes(tries, threads))
        if (std::any_of(m.begin(), m.end(),
                        [](const std::string& s) { return s == "r" || s == "w"; }))
          add_scripts(m, threads == 2, tier::quick);
    // With four readers among five threads the states outgrow a machine, and so do five threads in
    // a monitor, where each wake-up is a race for its mutex.
    for (const auto& m : mixes(once, 5))
      if (entry_.family != "textbook" && std::count(m.begin(), m.end(), "R") <= 3)
        add_scripts(m, false, tier::full);
  }

  void rounds() {
    for (const auto& [victim, environment] :
         {std::pair{'R', "WW"}, {'R', "RW"}, {'W', "RR"}, {'W', "RW"}, {'W', "WW"}}) {
      rounds_set set;
      set.victim = victim;
      set.environment = environment;
      add(fmt::format("rounds {}|{}", victim, environment), entry_.programs.rounds, set, 3, 6,
          {victim == 'R' ? property::reader_bypass : property::writer_bypass}, judge_rounds);
    }
  }

  void forever() {
    const auto add_forever = [this](int writers, int readers, memory_model memory, tier size) {
      population people;
      people.writers = writers;
      people.readers = readers;
      add(
          fmt::format("forever {}W+{}R {}", writers, readers,
                      memory == memory_model::weak ? "weak" : "sc"),
          entry_.programs.forever, people, people.threads(), 3.0,
          {property::reader_starvation_freedom, property::writer_starvation_freedom,
           property::bounded_exit},
          [memory](auto make, const population& p, const check_options& o) {
            return judge_forever(make, p, memory, o);
          },
          size);
    };
    add_forever(1, 1, memory_model::weak, tier::quick);
    for (const auto& [writers, readers] : {std::pair{1, 1}, {1, 2}, {2, 1}})
      add_forever(writers, readers, memory_model::sequential, tier::quick);
    add_forever(2, 2, memory_model::sequential, tier::full);
  }

  void meetings() {
    for (const bool after_writer : {false, true})
      for (int readers : {2, 3}) {
        party p;
        p.readers = readers;
        p.after_writer = after_writer;
        add(fmt::format("meeting {}R{}", readers, after_writer ? " after a writer" : ""),
            entry_.programs.meeting, p, readers, 0.2, {property::reader_concurrency},
            judge_meeting);
      }
  }

  void conserving() {
    for (const auto& [writers, readers] :
         {std::pair{1, 1}, {2, 0}, {0, 2}, {1, 2}, {2, 1}, {3, 0}, {0, 3}}) {
      population people;
      people.writers = writers;
      people.readers = readers;
      add(fmt::format("conserving {}W+{}R", writers, readers), entry_.programs.conserving, people,
          people.threads(), 1, {property::deadlock_freedom}, judge_conserving);
    }
  }

  void teardown() {
    for (const auto& [writers, readers] :
         {std::pair{1, 1}, {2, 0}, {0, 2}, {1, 2}, {2, 1}, {0, 3}}) {
      population people;
      people.writers = writers;
      people.readers = readers;
      // Only a reader that others have overtaken again and again leaves in more than one step.
      people.outlived = entry_.family == "rwl" && readers == 3;
      add(fmt::format("teardown {}W+{}R", writers, readers), entry_.programs.teardown, people,
          people.threads(), 1, {property::data_race_freedom}, judge_teardown);
    }
  }

  void upgrading() {
    population people;
    people.writers = 0;
    people.readers = 2;
    add("upgrading 2R", entry_.programs.upgrading, people, 2, 0.1, {property::upgrade},
        judge_upgrading);
  }

  const lock_entry& entry_;
  std::vector<check> checks_;
};

} // namespace

lock_info plan(const lock_entry& e) { return planner(e).all(); }

} // namespace rwl::verify
