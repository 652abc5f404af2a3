#include "comparison.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace rwl::verify {

namespace {

// A lock that does not follow its strategy: no theorem speaks of it.
bool strays(const assessment& a, const lock_info& l) {
  for (std::size_t i = 0; i < a.opinions.size(); ++i)
    for (const opinion& o : a.opinions[i])
      if (a.job_at(i).lock == &l && o.about == property::refinement && o.says == verdict::refuted)
        return true;
  return false;
}

const model_verdict* find(const model_verdicts& models, const lock_info& l, property p) {
  const auto v = std::ranges::find_if(
      models, [&](const model_verdict& m) { return m.strategy == l.follows && m.about == p; });
  return v == models.end() ? nullptr : &*v;
}

// What is refuted may need more programs than were selected to show.
bool contradicts(const matrix_cell& c, bool whole) {
  return c.model->holds ? c.says == verdict::refuted : whole && c.says == verdict::holds_complete;
}

} // namespace

void compare_models(assessment& a, const model_verdicts& models, bool sampled) {
  const bool whole = a.selected.by.whole_cells() && !sampled;
  for (std::size_t row = 0; row < a.cells.size(); ++row) {
    const lock_info& l = *a.selected.locks[row];
    if (strays(a, l))
      continue;
    for (std::size_t column = 0; column < a.cells[row].size(); ++column) {
      matrix_cell& c = a.cells[row][column];
      const property p = a.selected.columns[column];
      c.model = find(models, l, p);
      if (!c.model || !contradicts(c, whole))
        continue;
      c.stands = standing::differs;
      a.contradictions.push_back(
          {standing::differs, l.name,
           fmt::format("{} / {}: {} here, but for {} {} by theorem {}", l.name, info(p).name,
                       name(c.says), l.follows, c.model->holds ? "it holds" : "it is refuted",
                       names_of(c.model->theorems))});
    }
  }
}

} // namespace rwl::verify
