#include "comparison.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rwl::verify {

namespace {

class comparer {
public:
  comparer(assessment& a, const assessment_settings& settings) : a_(a), settings_(settings) {}

  void assess(const lock_info& l) {
    std::vector<matrix_cell>& row = a_.cells.emplace_back();
    for (property p : a_.selected.columns)
      row.push_back(tabulate(l, p));
    if (!settings_.expected)
      return;
    const auto expected = settings_.expected->find(l.name);
    if (expected == settings_.expected->end()) {
      differ(l, "", "the expected matrix does not have this lock");
      for (matrix_cell& c : row)
        c.stands = c.offered ? standing::differs : standing::as_expected;
      return;
    }
    for (std::size_t column = 0; column < row.size(); ++column)
      assess(l, a_.selected.columns[column], row[column], expected->second);
    find_vanished(l, expected->second);
  }

private:
  matrix_cell tabulate(const lock_info& l, property p) const {
    matrix_cell all;
    all.offered = offers(l, p);
    for (std::size_t i = 0; i < a_.opinions.size(); ++i)
      for (const opinion& o : a_.opinions[i]) {
        if (a_.job_at(i).lock != &l || o.about != p)
          continue;
        all.crashed = all.crashed || a_.run.results[i].how == ending::crashed;
        all.says = all.selected ? combine(all.says, o.says) : o.says;
        all.stands = std::max(all.stands, a_.vacuous.contains(a_.job_at(i).what) ? standing::differs
                                                                                 : o.stands);
        all.selected = true;
      }
    for (std::size_t i = 0; i < a_.opinions.size(); ++i)
      for (const opinion& o : a_.opinions[i])
        if (a_.job_at(i).lock == &l && o.about == p && o.says == all.says)
          all.decided_by.push_back(i);
    return all;
  }

  void assess(const lock_info& l, property p, matrix_cell& c, const expected_lock& expected) {
    const std::size_t before = a_.differences.size();
    if (a_.selected.by.whole_cells()) {
      const auto e = expected.cells.find(p);
      const agreement found =
          e == expected.cells.end()
              ? agreement{standing::differs, "the expected matrix does not have this cell"}
              : compare(e->second, quick_verdict(a_, l, p), settings_.sampled);
      if (found.stands != standing::as_expected)
        note(found.stands, l, info(p).name, found.remark + deciders(c, p, found.stands));
      c.stands = std::max(c.stands, found.stands);
    }
    if (a_.differences.size() == before)
      note_opinions(l, p);
  }

  // The cell is as expected, but a check that decides it may not be.
  void note_opinions(const lock_info& l, property p) {
    for (std::size_t i = 0; i < a_.opinions.size(); ++i)
      for (const opinion& o : a_.opinions[i])
        if (a_.job_at(i).lock == &l && o.about == p && o.stands != standing::as_expected)
          note(o.stands, l, fmt::format("{} in {}", info(p).name, a_.job_at(i).what->scenario),
               o.remark);
  }

  // The checks that the cell owes its verdict to; if some of them are not as expected, those.
  std::string deciders(const matrix_cell& c, property p, standing stands) const {
    std::vector<std::string> unexpected, names;
    for (std::size_t i : c.decided_by) {
      const auto o = std::ranges::find(a_.opinions[i], p, &opinion::about);
      (o->stands == standing::as_expected ? names : unexpected)
          .push_back(a_.job_at(i).what->scenario);
    }
    if (!unexpected.empty())
      names = std::move(unexpected);
    if (names.empty())
      return "";
    const std::size_t shown = std::min<std::size_t>(names.size(), 3);
    const std::size_t more = names.size() - shown;
    names.resize(shown);
    return fmt::format(" {} {}{}", stands == standing::differs ? "by" : "in",
                       fmt::join(names, ", "), more ? fmt::format(" and {} more", more) : "") +
           (stands == standing::undecided ? first_reason(c, p) : "");
  }

  std::string first_reason(const matrix_cell& c, property p) const {
    for (std::size_t i : c.decided_by)
      if (const std::string why = reason(*std::ranges::find(a_.opinions[i], p, &opinion::about));
          !why.empty())
        return why;
    return "";
  }

  // Checks, and verdicts of checks, that are expected and no longer there.
  void find_vanished(const lock_info& l, const expected_lock& expected) {
    if (a_.selected.by.threads != 0) // how many a vanished check had is not known
      return;
    for (tier t : {tier::quick, tier::full})
      if (t == tier::quick || a_.selected.by.full)
        for (const auto& [scenario, line] : expected.of(t))
          if (a_.selected.by.takes_scenario(scenario))
            find_vanished(l, t, scenario, line);
  }

  void find_vanished(const lock_info& l, tier t, const std::string& scenario,
                     const verdicts& expected) {
    const auto now = std::ranges::find_if(
        l.checks, [&](const check& c) { return c.size == t && c.scenario == scenario; });
    std::vector<std::string_view> lost;
    for (const auto& [about, says] : expected)
      if (a_.selected.has_column(about) &&
          (now == l.checks.end() || std::ranges::find(now->decides, about) == now->decides.end()))
        lost.push_back(info(about).abbreviation);
    if (!lost.empty())
      differ(l, scenario,
             now == l.checks.end()
                 ? "this check did not run: the lock has it no more"
                 : fmt::format("this check decides no more: {}", fmt::join(lost, ", ")));
  }

  void differ(const lock_info& l, std::string_view where, std::string_view text) {
    note(standing::differs, l, where, text);
  }
  void note(standing stands, const lock_info& l, std::string_view where, std::string_view text) {
    a_.differences.push_back(
        {stands, l.name,
         fmt::format("{}{}{}: {}", l.name, where.empty() ? "" : " / ", where, text)});
  }

  assessment& a_;
  const assessment_settings& settings_;
};

// A lock that is expected and not registered.
void find_vanished_locks(assessment& a, const expected_matrix& expected) {
  if (!a.selected.by.locks.empty())
    return;
  for (const auto& [name, lines] : expected)
    if (std::ranges::none_of(a.selected.locks,
                             [&name = name](const lock_info* l) { return l->name == name; }))
      a.differences.push_back(
          {standing::differs, name, name + ": this lock is expected and not registered"});
}

} // namespace

void compare_cells(assessment& a, const assessment_settings& settings) {
  comparer c(a, settings);
  for (const lock_info* l : a.selected.locks)
    c.assess(*l);
  if (settings.expected)
    find_vanished_locks(a, *settings.expected);
}

verdict quick_verdict(const assessment& a, const lock_info& l, property p) {
  verdict v = verdict::not_offered;
  for (std::size_t i = 0; i < a.opinions.size(); ++i)
    for (const opinion& o : a.opinions[i])
      if (const job& j = a.job_at(i); j.lock == &l && o.about == p && j.what->size == tier::quick)
        v = combine(v, o.says);
  return v;
}

} // namespace rwl::verify
