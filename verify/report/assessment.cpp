#include "comparison.hpp"

#include <algorithm>

namespace rwl::verify {

expected_matrix as_promised(const assessment& a) {
  using enum property;
  constexpr property promised[] = {mutual_exclusion, data_race_freedom, reader_concurrency,
                                   deadlock_freedom, bounded_exit,      upgrade,
                                   downgrade,        cancellation,      timeout,
                                   condition,        reentrancy,        refinement};
  expected_matrix all = updated({}, a);
  // What a refutation has kept from being decided is no further fault.
  const auto hold = [&](verdicts& found) {
    const bool refuted =
        std::ranges::any_of(found, [](const auto& v) { return v.second == verdict::refuted; });
    for (auto& [about, says] : found)
      if (std::ranges::count(promised, about) &&
          (says == verdict::refuted || (says == verdict::unknown && !refuted)))
        says = verdict::holds_complete;
  };
  for (auto& [name, lock] : all) {
    hold(lock.cells);
    for (tier t : {tier::quick, tier::full})
      for (auto& [scenario, found] : lock.of(t))
        hold(found);
  }
  return all;
}

assessment assess(selection selected, run_result run, const assessment_settings& settings) {
  assessment a{std::move(selected), std::move(run), {}, {}, {}, {}, {}, {}, {}};
  hear_checks(a, settings);
  compare_cells(a, settings);
  if (settings.models)
    compare_models(a, *settings.models, settings.sampled);
  return a;
}

expected_matrix updated(expected_matrix all, const assessment& a) {
  if (a.selected.by.locks.empty())
    std::erase_if(all, [&](const auto& entry) {
      return std::ranges::none_of(a.selected.locks,
                                  [&](const lock_info* l) { return l->name == entry.first; });
    });
  for (const lock_info* l : a.selected.locks) {
    expected_lock& e = all[l->name];
    for (const property_info& p : properties())
      e.cells[p.id] = quick_verdict(a, *l, p.id);
    e.checks.clear();
    if (a.selected.by.full)
      e.full.clear();
  }
  for (std::size_t i = 0; i < a.opinions.size(); ++i)
    for (const opinion& o : a.opinions[i]) {
      const check& c = *a.job_at(i).what;
      all[c.lock].of(c.size)[c.scenario][o.about] = o.says;
    }
  return all;
}

bool matrix_cell::for_any_number() const {
  return model && model->holds &&
         (says == verdict::holds_complete || says == verdict::holds_bounded);
}

std::vector<refutation> assessment::refutations() const {
  std::vector<refutation> all;
  for (std::size_t i = 0; i < opinions.size(); ++i)
    for (const opinion& o : opinions[i])
      if (o.from && o.says == verdict::refuted)
        for (const counterexample& e : o.from->examples)
          all.push_back({i, o.from, &e, o.stands == standing::as_expected});
  return all;
}

std::size_t assessment::count(standing s) const {
  return static_cast<std::size_t>(std::ranges::count(differences, s, &remark::stands));
}

std::size_t assessment::opinions_as_expected() const {
  std::size_t n = 0;
  for (const std::vector<opinion>& of_check : opinions)
    n += static_cast<std::size_t>(
        std::ranges::count(of_check, standing::as_expected, &opinion::stands));
  return n;
}

int assessment::exit_code() const {
  if (!missing.empty() || !crashed.empty() || !contradictions.empty() ||
      count(standing::differs) > 0)
    return 1;
  bool decided = !run.interrupted && count(standing::undecided) == 0;
  for (const std::vector<opinion>& of_check : opinions)
    decided = decided && std::ranges::none_of(of_check, [](const opinion& o) {
                return o.stands == standing::undecided;
              });
  return decided ? 0 : 3;
}

} // namespace rwl::verify
