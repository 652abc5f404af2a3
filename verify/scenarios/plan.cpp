#include "plan.hpp"

#include "mixes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace rwl::verify {

namespace {

// Among the orders of entry are no tries, which do not wait when they succeed, and no changes of
// mode; and what stops others is no request.
bool decides_orders(const script_set& set) {
  bool decides = true;
  set.for_each_letter(
      [&](const request_form& f) { decides &= f.waits && !f.changes && !f.stoppable; });
  return decides;
}

// States multiply by about this much with each further operation of a reader or a writer.
double cost_of(const script_set& set) {
  double cost = 1e-4;
  set.for_each_letter([&](const request_form& f) { cost *= f.wanted == mode::read ? 7 : 4; });
  return cost;
}

// "1W+2R" if these are plain readers and writers, who are all alike.
std::string name_of(const script_set& set) {
  const auto begin = set.scripts.begin(), end = begin + set.threads;
  const auto writers = std::count(begin, end, "W"), readers = std::count(begin, end, "R");
  return writers + readers == set.threads ? fmt::format("{}W+{}R", writers, readers) : set.name();
}

class planner {
public:
  explicit planner(const lock_entry& e) : entry_(e) {}

  lock_info all() {
    meetings();
    scripts();
    if (entry_.shares && entry_.reports)
      rounds();
    forever();
    if (entry_.held_to.specified)
      conserving();
    if (entry_.shares)
      giving_up();
    if (entry_.shares)
      teardown();
    if (entry_.programs.upgrading)
      upgrading();
    if (entry_.programs.waiting)
      conditions();
    if (entry_.programs.nesting)
      nesting();
    return {entry_.name,
            entry_.family,
            entry_.description,
            std::move(checks_),
            [e = entry_](const std::string& scripts) { return planner(e).mix(scripts); },
            entry_.held_to.specified ? std::string(name(entry_.held_to.follows)) : ""};
  }

  std::optional<check> mix(const std::string& scripts) {
    const script_set set = parse_scripts(scripts);
    if (!all_offered(set, entry_.programs.offers))
      return std::nullopt;
    add_scripts({set});
    return std::move(checks_.back());
  }

private:
  // Nearly every order is possible, and how often each has happened counts: many more states.
  bool barges() const {
    return entry_.held_to.specified && entry_.held_to.follows == strategy::throughput;
  }

  template <class Parameters, class Judge>
  check& add(std::string scenario, recipe_for<Parameters> make, Parameters p, int threads,
             double cost, std::vector<property> decides, Judge judge, tier size = tier::quick) {
    return add(std::move(scenario), make, std::move(p), threads, cost, std::move(decides), judge,
               replay_plainly<Parameters>, size);
  }

  template <class Parameters, class Judge, class Replay>
  check& add(std::string scenario, recipe_for<Parameters> make, Parameters p, int threads,
             double cost, std::vector<property> decides, Judge judge, Replay replay, tier size) {
    p.held_to = entry_.held_to;
    check c;
    c.lock = entry_.name;
    c.scenario = std::move(scenario);
    c.size = size;
    c.threads = threads;
    c.cost = cost;
    c.decides = std::move(decides);
    stage(c, make, std::move(p), judge, replay);
    return checks_.emplace_back(std::move(c));
  }

  void add_scripts(planned m) {
    m.set.held_to = entry_.held_to;
    m.set.orders = entry_.shares && entry_.reports && decides_orders(m.set);
    if (m.set.orders && m.orders_apart) {
      // Who came before whom doubles the states of programs that are large as it is.
      add_judged("orders ", {m.set, tier::full});
      m.set.orders = false;
    }
    add_judged("mix ", m);
  }

  void add_judged(const char* kind, const planned& m) {
    std::vector<property> decides = safety_columns(m.set);
    if (m.set.orders)
      for (property p : order_columns())
        decides.push_back(p);
    const bool shares = entry_.shares;
    add(
        kind + m.set.name(), entry_.programs.scripts, m.set, m.set.threads, cost_of(m.set),
        std::move(decides),
        [shares, twice = m.twice](auto make, const script_set& s, const check_options& o) {
          return judge_scripts(make, s, shares, twice, o);
        },
        replay_scripts, m.size)
        .has_parts = true;
  }

  void scripts() {
    const tier three_come_twice = entry_.family == "rwl" && !barges() ? tier::quick : tier::full;
    for (planned& m : basic_mixes(entry_.family, three_come_twice, entry_.programs.offers))
      add_scripts(std::move(m));
    for (planned& m : further_mixes(entry_.programs.offers))
      add_scripts(std::move(m));
  }

  void rounds() {
    for (const auto& [victim, environment] :
         {std::pair{'R', "WW"}, {'R', "RW"}, {'W', "RR"}, {'W', "RW"}, {'W', "WW"}}) {
      const auto add_rounds = [&, v = victim, e = environment](int most, std::string scenario,
                                                               tier size) {
        rounds_set set;
        set.victim = v;
        set.environment = e;
        set.most_rounds = most;
        add(std::move(scenario), entry_.programs.rounds, set, 3, 6,
            {v == 'R' ? property::reader_bypass : property::writer_bypass}, judge_rounds,
            replay_rounds, size);
      };
      const std::string scenario = fmt::format("rounds {}|{}", victim, environment);
      add_rounds(barges() ? 3 : 4, scenario, tier::quick);
      if (barges())
        add_rounds(4, scenario + " four times", tier::full);
    }
  }

  void forever() {
    add_forever(crowd("WR"), memory_model::weak, tier::quick);
    for (const char* people : {"WR", "WRR", "WWR"})
      add_forever(crowd(people), memory_model::sequential, tier::quick);
    add_forever(crowd("WWRR"), memory_model::sequential, tier::full);
    for (const planned& m : further_forever(entry_.programs.offers))
      if (!barges())
        add_forever(m.set, memory_model::sequential, m.size);
      else if (!m.set.has(&request_form::timed))
        add_forever(m.set, memory_model::sequential, tier::full);
  }

  void add_forever(const script_set& set, memory_model memory, tier size) {
    add(
        fmt::format("forever {} {}", name_of(set), memory == memory_model::weak ? "weak" : "sc"),
        entry_.programs.forever, set, set.threads, 3.0, starvation_columns(set),
        [memory](auto make, const script_set& s, const check_options& o) {
          return judge_forever(make, s, memory, o);
        },
        [memory](auto make, const script_set& s, const decisions& path, std::uint64_t) {
          return replay_forever(make, s, memory, path);
        },
        size);
  }

  void meetings() {
    for (const bool after_writer : {false, true})
      for (int readers : {2, 3}) {
        party p;
        p.readers = readers;
        p.after_writer = after_writer;
        add(fmt::format("meeting {}R{}", readers, after_writer ? " after a writer" : ""),
            entry_.programs.meeting, p, readers, 0.2, {property::reader_concurrency}, judge_meeting)
            .has_parts = true;
      }
  }

  void conserving() {
    const auto add_all = [this](std::vector<planned> all) {
      for (planned& m : all)
        add("conserving " + name_of(m.set), entry_.programs.conserving, m.set, m.set.threads,
            cost_of(m.set), conserving_columns(m.set), judge_conserving, replay_unchecked, m.size);
    };
    add_all(basic_conserving());
    add_all(further_conserving(entry_.programs.offers));
  }

  void giving_up() {
    for (const planned& m : giving_up_mixes(entry_.programs.offers))
      add("giving up " + m.set.name(), entry_.programs.giving_up, m.set, m.set.threads,
          cost_of(m.set), giving_up_columns(m.set), judge_giving_up, replay_unchecked, m.size)
          .has_parts = true;
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
          people.threads(), 1, {property::data_race_freedom}, judge_teardown)
          .has_parts = true;
    }
  }

  void upgrading() {
    population people;
    people.writers = 0;
    people.readers = 2;
    add("upgrading 2R", entry_.programs.upgrading, people, 2, 0.1, {property::upgrade},
        judge_upgrading)
        .has_parts = true;
  }

  void conditions() {
    const auto add_all = [this](std::initializer_list<const char*> all, tier size) {
      for (const char* roles : all) {
        condition_set set;
        set.threads_do = roles;
        add(fmt::format("condition {}", roles), entry_.programs.waiting, set, set.threads(), 1,
            {property::condition}, judge_condition, size)
            .has_parts = true;
      }
    };
    add_all({"Rn",  "Wn",  "tn",  "Tn",  "cns",  "Cns",  "Ra",   "Wa",   "RRn", "RWn",
             "WWn", "RRa", "RWa", "WWa", "RRR2", "RRW2", "RWW2", "WWW2", "tRn", "tWn",
             "TRn", "TWn", "tTn", "TTn", "cRns", "cWns", "CRns", "CWns"},
            tier::quick);
    add_all({"ttn", "ctns", "CTns"}, tier::full);
  }

  void nesting() {
    for (const std::vector<std::string>& scripts : {std::vector<std::string>{"RRrr", "Ww"},
                                                    {"WWww", "Ww"},
                                                    {"WRwr", "Ww"},
                                                    {"WRwr", "Rr"},
                                                    {"WRrw", "WRwr"},
                                                    {"WDr", "Rr"},
                                                    {"R!r", "Ww"},
                                                    {"R?r", "Rr"},
                                                    {"URru", "Ww"},
                                                    {"UXw", "RRrr"},
                                                    {"RRrr", "RRrr", "Ww"},
                                                    {"WRwr", "RRrr", "Ww"},
                                                    {"R!r", "RRrr", "Ww"},
                                                    {"URru", "RRrr", "Ww"}}) {
      nesting_set set;
      for (const std::string& s : scripts)
        set.scripts[static_cast<std::size_t>(set.threads++)] = s;
      add("nested " + set.name(), entry_.programs.nesting, set, set.threads, 1,
          {property::reentrancy}, judge_nesting)
          .has_parts = true;
    }
  }

  const lock_entry& entry_;
  std::vector<check> checks_;
};

} // namespace

lock_info plan(const lock_entry& e) { return planner(e).all(); }

} // namespace rwl::verify
