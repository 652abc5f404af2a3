#include "mixes.hpp"

#include "letter_witnesses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>

namespace rwl::verify {

namespace {

using script_list = std::vector<std::string>;

// All multisets of `threads` of the given scripts.
std::vector<script_list> multisets(const script_list& scripts, int threads, std::size_t from = 0) {
  if (threads == 0)
    return {{}};
  std::vector<script_list> all;
  for (std::size_t i = from; i < scripts.size(); ++i)
    for (script_list& rest : multisets(scripts, threads - 1, i)) {
      rest.insert(rest.begin(), scripts[i]);
      all.push_back(std::move(rest));
    }
  return all;
}

// One script of each list.
std::vector<script_list> products(const std::vector<script_list>& choices) {
  std::vector<script_list> all = {{}};
  for (const script_list& choice : choices) {
    std::vector<script_list> longer;
    for (const script_list& head : all)
      for (const std::string& last : choice) {
        longer.push_back(head);
        longer.back().push_back(last);
      }
    all = std::move(longer);
  }
  return all;
}

// Plain readers and writers first, who requests the stop last.
auto rank(const std::string& script) {
  return std::tuple(script[0] == 'S', script.size(), std::string("RWUrwuS").find(script[0]),
                    script);
}

bool is_basic(const script_set& set) {
  bool basic = true;
  set.for_each_letter([&](const request_form& f) {
    basic &= f.wanted != mode::upgradeable && !f.changes && !f.timed && !f.stoppable;
  });
  return basic;
}

int reads(const script_set& set) {
  int n = 0;
  set.for_each_letter([&](const request_form& f) { n += f.wanted == mode::read; });
  return n;
}

// Whether somebody has to wait that gives up.
bool gives_up(const script_set& set) {
  return std::ranges::any_of(witnesses_of(set, true), [](const witness& w) {
    return w.required && (w.index == evidence::timed_out || w.index == evidence::stopped);
  });
}

// Mixes of letters that the lock has, each of them once.
class collection {
public:
  explicit collection(letters_offered l) : offered_(l) {}

  template <class Wanted>
  void add_if(Wanted wanted, const std::vector<script_list>& all, tier size, bool twice = false) {
    for (script_list scripts : all) {
      std::ranges::sort(scripts, {}, rank);
      const script_set set = script_set::of(scripts);
      if (all_offered(set, offered_) && wanted(set) && known_.insert(scripts).second)
        mixes_.push_back({set, size, twice});
    }
  }
  void add(const std::vector<script_list>& all, tier size, bool twice = false) {
    add_if([](const script_set& set) { return !is_basic(set); }, all, size, twice);
  }
  void add_basic_too(const std::vector<script_list>& all, tier size) {
    add_if([](const script_set&) { return true; }, all, size);
  }

  std::vector<planned> take() { return std::move(mixes_); }

private:
  letters_offered offered_;
  std::set<script_list> known_;
  std::vector<planned> mixes_;
};

// Who waits behind, or inside; and who lets others in as it leaves, in every way.
const script_list plain = {"R", "W", "U"};
const script_list changes = {"U>W", "W>R", "W>U", "U>R"};
const script_list leavers = {"R", "W", "U", "U>W", "W>R", "W>U", "U>R"};

// What gives up, beside somebody who keeps it waiting.
std::vector<script_list> kept_waiting(const std::string& patience) {
  std::vector<script_list> all;
  for (const auto& [request, by] :
       {std::pair{"R", "W"}, {"W", "R"}, {"W", "W"}, {"U", "W"}, {"U", "U"}, {"U>W", "R"}})
    all.push_back({request + patience, by});
  return all;
}

std::vector<script_list> each_with(const std::vector<script_list>& heads,
                                   const std::vector<script_list>& tails) {
  std::vector<script_list> all;
  for (const script_list& head : heads)
    for (const script_list& tail : tails) {
      all.push_back(head);
      all.back().insert(all.back().end(), tail.begin(), tail.end());
    }
  return all;
}

// Letters as letters.hpp has them, but for what a change of mode may lead to.
bool is_spelled(const std::string& script) {
  static const std::regex uses("(S|([RWU]t?c?|[rwu])(>([RWU]t?c?|[rwu]))*)+");
  return std::regex_match(script, uses);
}

// Up by any form of W, or from a plain reader by w alone; down without limits.
bool changes_well(const std::string& script) {
  bool well = true;
  mode held = mode::read;
  for (script_reader rest(script); !rest.done();) {
    const request_form f = rest.next();
    if (f.changes && f.wanted == mode::write)
      well &= held == mode::upgradeable || (held == mode::read && !f.waits);
    else if (f.changes)
      well &= f.waits && !f.may_give_up() && held != mode::read && held != f.wanted;
    held = f.wanted;
  }
  return well;
}

} // namespace

script_set parse_scripts(const std::string& text) {
  script_list scripts(1);
  for (char c : text)
    c == '+' ? scripts.emplace_back() : scripts.back() += c;
  if (scripts.size() > thread_limit)
    throw std::invalid_argument(
        fmt::format("'{}' has {} threads: at most {}", text, scripts.size(), thread_limit));
  for (const std::string& script : scripts)
    if (!is_spelled(script) || !changes_well(script))
      throw std::invalid_argument(
          fmt::format("'{}' in '{}' is no script of letters such as R, Wt, RW, U>W, R>w, W>R or S",
                      script, text));
  return script_set::of(scripts);
}

bool all_offered(const script_set& set, letters_offered offered) {
  bool all = true;
  for (const std::string& script : set.scripts) {
    mode held = mode::read;
    for (script_reader rest(script); !rest.done();) {
      const request_form f = rest.next();
      all &= offered(f, held);
      held = f.wanted;
    }
  }
  return all;
}

script_set crowd(std::string_view people) {
  script_list scripts;
  for (char c : people)
    scripts.emplace_back(1, c);
  return script_set::of(scripts);
}

std::vector<planned> basic_mixes(std::string_view family, tier three_come_twice,
                                 letters_offered offered) {
  const script_list once = {"R", "W"}, two = {"RR", "RW", "WR", "WW"}, tries = {"R", "W", "r", "w"};
  std::vector<planned> all;
  const auto add = [&](const std::vector<script_list>& some, tier size, bool twice) {
    for (const script_list& scripts : some)
      if (const script_set set = script_set::of(scripts); all_offered(set, offered))
        all.push_back({set, size, twice});
  };
  for (int threads : {2, 3})
    add(multisets(once, threads), tier::quick, true);
  add(multisets(two, 2), tier::quick, true);
  add(multisets(two, 3), three_come_twice, false);
  for (planned& m : all)
    m.orders_apart = m.set.threads == 3 && m.size == tier::quick && reads(m.set) >= 4;
  add(multisets(once, 4), tier::quick, false);
  for (int threads : {2, 3}) {
    std::vector<script_list> some = multisets(tries, threads);
    std::erase_if(some, [](const script_list& m) {
      return std::ranges::none_of(m, [](const std::string& s) { return s == "r" || s == "w"; });
    });
    add(some, tier::quick, threads == 2);
  }
  // With four readers among five threads the states outgrow a machine, and so do five threads in
  // a monitor, where each wake-up is a race for its mutex.
  std::vector<script_list> five = multisets(once, 5);
  std::erase_if(five, [](const script_list& m) { return std::ranges::count(m, "R") > 3; });
  if (family != "textbook")
    add(five, tier::full, false);
  return all;
}

std::vector<planned> further_mixes(letters_offered offered) {
  collection all(offered);
  // Two threads: every letter beside every other.
  all.add(multisets({"R", "W", "U", "r", "w", "u", "Rt", "Wt", "Ut", "U>W", "U>w", "U>Wt", "R>w",
                     "W>R", "W>U", "U>R"},
                    2),
          tier::quick, true);
  // Whoever was refused comes again: a refusal leaves nothing behind.
  all.add_basic_too(
      products({{"rW", "wR", "wW", "uW", "U>wW", "R>wW", "RtW", "WtR", "WtW", "UtW", "U>WtW"},
                {"R", "W", "U"}}),
      tier::quick);
  // A stop before the request.
  all.add(products({{"SRc", "SWc", "SUc", "SU>Wc", "SWtc"}, {"R", "W"}}), tier::quick, true);

  // Readers that come between those overtaken often and those not yet.
  all.add_basic_too({{"W", "WR", "WR"}}, tier::quick);

  // Changes of mode, beside each other and beside those who wait.
  all.add(products({plain, plain, plain}), tier::quick);
  all.add(products({changes, plain, plain}), tier::quick);
  all.add(products({changes, changes, {"W"}}), tier::quick);
  all.add(multisets(leavers, 3), tier::full);
  all.add(products({{"u", "U>w", "R>w"}, {"R", "W", "U", "U>W"}, {"R", "W", "U", "U>W"}}),
          tier::quick);

  // Giving up at every wait, against every way of being let in, with one waiter of each kind
  // behind; then with two.
  all.add_if(gives_up, products({{"Rt", "Wt", "Ut", "U>Wt"}, leavers, plain}), tier::quick);
  all.add_if(gives_up, products({{"Rc", "Wc", "Uc", "U>Wc", "Wtc", "U>Wtc"}, leavers, {"S"}}),
             tier::quick, true);
  all.add_if(gives_up, products({{"Rc", "Wc", "Uc"}, {"R", "W"}, plain, {"S"}}), tier::quick);
  all.add_if(gives_up, {{"U>Wc", "R", "W", "S"}}, tier::quick);
  all.add_if(gives_up, {{"Rt", "R", "W", "W"}}, tier::quick);
  // The head of the queue gives up, or the one behind it, or while an upgrade is pending: does a
  // phase end? The tries cost fewer states than those who wait.
  all.add_if(gives_up, {{"r", "R", "W", "Wt"}, {"r", "R", "u>W", "Wt"}}, tier::quick);
  all.add_if(gives_up, each_with(kept_waiting("t"), multisets(plain, 2)), tier::full);
  all.add(multisets({"R", "W", "U", "U>W", "Rt", "Wt"}, 4), tier::full);
  all.add_if(gives_up, products({{"Rc", "Wc", "Uc", "U>Wc", "Wtc"}, leavers, plain, {"S"}}),
             tier::full);
  all.add_if(gives_up, each_with(kept_waiting("c"), {{"R", "W", "S"}, {"W", "W", "S"}}),
             tier::full);
  return all.take();
}

std::vector<planned> basic_conserving() {
  std::vector<planned> all;
  for (std::string_view people : {"WR", "WW", "RR", "WRR", "WWR", "WWW", "RRR"})
    all.push_back({crowd(people)});
  return all;
}

std::vector<planned> further_forever(letters_offered offered) {
  collection all(offered);
  all.add({{"R", "Wt", "Wt"},   // whoever gives up at the head lets readers in
           {"W", "R", "Wt"},    // latecomers that give up do not
           {"R", "W", "W>U>W"}, // the upgradeable mode passes no batch
           {"W", "U", "U>W"}},
          tier::quick);
  all.add({{"R", "R", "U>W"}, // a pending upgrade is passed by no reader
           {"R", "Wt", "U>W"},
           {"R", "W", "U>Wt"},
           {"R", "U", "Wt"}},
          tier::full);
  return all.take();
}

std::vector<planned> further_conserving(letters_offered offered) {
  collection all(offered);
  all.add(products({leavers, plain}), tier::quick);
  all.add(products({leavers, plain, plain}), tier::quick);
  all.add_if(gives_up, products({{"Rt", "Wt", "Ut", "U>Wt"}, plain, plain}), tier::quick);
  all.add_if(gives_up, products({{"Rc", "Wc", "Uc"}, {"R", "W"}, {"R", "W"}, {"S"}}), tier::quick);
  all.add_if(gives_up, each_with(kept_waiting("c"), products({plain, {"S"}})), tier::full);
  return all.take();
}

std::vector<planned> giving_up_mixes(letters_offered offered) {
  collection all(offered);
  all.add(kept_waiting("t"), tier::quick);
  for (const char* patience : {"c", "tc"})
    all.add(each_with(kept_waiting(patience), {{"S"}}), tier::quick);
  // A reader that the request alone holds back is let in by its leaving.
  all.add({{"R", "R", "Wt"}, {"R", "R", "U>Wt"}, {"R", "R", "Wc", "S"}, {"R", "R", "U>Wc", "S"}},
          tier::quick);
  return all.take();
}

} // namespace rwl::verify
