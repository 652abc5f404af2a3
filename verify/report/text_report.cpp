#include "text_report.hpp"

#include "replay_id.hpp"
#include "style.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rwl::verify {

namespace {

constexpr std::size_t expected_traces_shown = 4;
constexpr std::size_t undecided_shown = 20, undecided_shown_if_interrupted = 3;

std::string replay_command(const assessment& a, const refutation& r, const std::string& program) {
  return fmt::format("{} --replay {}", program,
                     to_string(id_of(*a.job_at(r.job).what, *r.example)));
}

std::size_t length(const refutation& r) { return r.example->steps.steps.size(); }

std::string totals(const assessment& a) {
  std::uint64_t executions = 0, states = 0, finished = 0;
  for (const job_result& r : a.run.results) {
    executions += r.result.stats.executions;
    states += r.result.stats.states;
    finished += r.how == ending::finished;
  }
  const std::size_t shards = a.run.shards.size();
  return fmt::format("{} of {} checks, {} executions, {} states, {:.1f} s{}{}\n", finished,
                     a.run.results.size(), executions, states, a.run.seconds,
                     shards ? fmt::format(" in {} shards", shards) : "",
                     a.run.interrupted ? ", INTERRUPTED" : "");
}

std::vector<std::string> shards_run_again(const assessment& a) {
  std::vector<std::string> lines;
  for (const shard_run& s : a.run.shards)
    if (s.places.size() > 1)
      lines.push_back(fmt::format("shard {} on {}, after it was lost on {}", s.number,
                                  s.places.back(),
                                  fmt::join(s.places.begin(), s.places.end() - 1, ", ")));
  return lines;
}

std::string section(const palette& paint, colour c, std::string_view title,
                    const std::vector<std::string>& lines, std::size_t limit = ~std::size_t{0}) {
  if (lines.empty())
    return "";
  std::string text = '\n' + paint(c, fmt::format("{} ({})", title, lines.size())) + '\n';
  for (std::size_t i = 0; i < std::min(lines.size(), limit); ++i)
    text += "  " + lines[i] + '\n';
  if (lines.size() > limit)
    text += fmt::format("  ... and {} more (--verbose shows all)\n", lines.size() - limit);
  return text;
}

// Of those remarks that stand so.
std::vector<std::string> texts(const std::vector<remark>& remarks, standing s) {
  std::vector<std::string> lines;
  for (const remark& r : remarks)
    if (r.stands == s)
      lines.push_back(r.text);
  return lines;
}

std::vector<std::string> differences(const assessment& a, standing s) {
  return texts(a.differences, s);
}

// Without an expected matrix there are no differences: what is undecided then.
std::vector<std::string> undecided(const assessment& a) {
  std::vector<std::string> lines = differences(a, standing::undecided);
  if (!lines.empty())
    return lines;
  for (std::size_t i = 0; i < a.opinions.size(); ++i)
    for (const opinion& o : a.opinions[i])
      if (o.stands == standing::undecided)
        lines.push_back(fmt::format("{} / {} in {}: {}", a.job_at(i).lock->name, info(o.about).name,
                                    a.job_at(i).what->scenario, o.remark));
  return lines;
}

// For each refuted cell the shortest counterexample, in the order of the matrix.
std::vector<refutation> one_for_each_cell(const assessment& a) {
  std::map<std::pair<std::string_view, property>, std::size_t> at;
  std::vector<refutation> chosen;
  for (const refutation& r : a.refutations()) {
    const auto [entry, fresh] =
        at.try_emplace({a.job_at(r.job).lock->name, r.from->about}, chosen.size());
    if (fresh)
      chosen.push_back(r);
    else if (refutation& best = chosen[entry->second];
             std::pair(r.expected, length(r)) < std::pair(best.expected, length(best)))
      best = r;
  }
  return chosen;
}

std::string refuted(const assessment& a, const text_style& style) {
  const palette paint{style.colour};
  std::string text;
  for (const refutation& r : one_for_each_cell(a))
    text += fmt::format(
        "  {}\n      {}\n",
        wrapped(fmt::format("{} / {}{}: {}", a.job_at(r.job).lock->name, info(r.from->about).name,
                            r.expected ? "" : " (not expected)", r.example->headline),
                6, 98),
        replay_command(a, r, style.program));
  return text.empty() ? "" : '\n' + paint(colour::bold, "Refuted, and how to see it") + '\n' + text;
}

// "; drawn in FILE", if Spin was run and has found a counterexample.
std::string drawn(const model_verdict& v, const text_style& style) {
  if (v.holds || !v.spin)
    return "";
  const std::filesystem::path file = style.drawings / v.spin->drawing();
  std::error_code ignored;
  return std::filesystem::exists(file, ignored)
             ? fmt::format("; drawn in {}", std::filesystem::proximate(file).string())
             : "";
}

// What the models know of the strategies whose locks are shown, once each.
std::string known_from_models(const assessment& a, const text_style& style) {
  std::vector<std::string> lines;
  std::set<const model_verdict*> seen;
  for (const std::vector<matrix_cell>& row : a.cells)
    for (const matrix_cell& c : row)
      if ((style.verbose || style.theorems) && c.model && seen.insert(c.model).second)
        lines.push_back(wrapped(to_string(*c.model) + drawn(*c.model, style), 6, 98));
  return section(palette{style.colour}, colour::bold,
                 "Known of the strategies (models/coq, models/promela)", lines);
}

// Among the expected refutations the shortest of each classic comes first.
void classics_first(std::vector<refutation>& by_length) {
  std::set<property> classics = {property::reader_concurrency, property::upgrade,
                                 property::reader_starvation_freedom,
                                 property::writer_starvation_freedom};
  std::ranges::stable_partition(by_length, [&](const refutation& r) {
    return !r.expected || classics.erase(r.from->about) == 1;
  });
}

} // namespace

std::string summary_text(const assessment& a, const text_style& style) {
  const palette paint{style.colour};
  const std::size_t limit = style.verbose       ? ~std::size_t{0}
                            : a.run.interrupted ? undecided_shown_if_interrupted
                                                : undecided_shown;
  return totals(a) + refuted(a, style) + known_from_models(a, style) +
         section(paint, colour::yellow, "Run again", shards_run_again(a)) +
         section(paint, colour::yellow, "Not decided", undecided(a), limit) +
         section(paint, colour::red, "Not as expected", differences(a, standing::differs)) +
         section(paint, colour::red, "The explorer contradicts a theorem",
                 texts(a.contradictions, standing::differs)) +
         section(paint, colour::red, "Witnesses that were not reached", a.missing) +
         section(paint, colour::red, "Did not do their work", a.crashed);
}

std::string refutation_text(const assessment& a, const refutation& r, const trace_style& style,
                            const std::string& program, source_tree& sources) {
  const check& c = *a.job_at(r.job).what;
  const trace_title title{fmt::format("{} / {} / {}", c.lock, c.scenario, info(r.from->about).name),
                          r.example->headline, replay_command(a, r, program)};
  return trace_text(title, r.example->steps, r.example->cycle_begin, style, sources);
}

std::string traces_text(const assessment& a, const text_style& style, source_tree& sources) {
  std::vector<refutation> all = one_for_each_cell(a);
  std::ranges::stable_sort(all, {},
                           [](const refutation& r) { return std::pair(r.expected, length(r)); });
  classics_first(all);
  std::string text;
  std::size_t expected = 0;
  std::set<std::string> seen; // several properties may be refuted by one execution
  for (const refutation& r : all) {
    if (r.expected && expected >= expected_traces_shown && !style.verbose)
      break;
    if (!seen.insert(replay_command(a, r, style.program)).second)
      continue;
    expected += r.expected;
    text += '\n' + std::string(100, '-') + '\n' +
            refutation_text(a, r, {style.colour, style.verbose, style.verbose ? 0u : 100u},
                            style.program, sources);
  }
  return text.empty() ? "" : '\n' + trace_legend() + text;
}

std::string count_text(const assessment& a) {
  const std::size_t failed = differences(a, standing::differs).size() + undecided(a).size() +
                             a.missing.size() + a.crashed.size() + a.contradictions.size();
  return fmt::format("{} passed, {} failed\n", a.opinions_as_expected(), failed);
}

std::string list_text(const selection& s) {
  std::string text = "Properties\n";
  for (property p : s.columns)
    text +=
        "  " +
        wrapped(fmt::format("{} ({}): {}", info(p).name, info(p).abbreviation, info(p).definition),
                6, 98) +
        '\n';
  for (const lock_info* l : s.locks) {
    text += fmt::format("\n{} ({}): {}\n", l->name, l->family, l->description);
    for (const job& j : s.jobs)
      if (j.lock == l) {
        std::vector<std::string_view> decides;
        for (property p : j.what->decides)
          decides.push_back(info(p).abbreviation);
        text +=
            fmt::format("  {:<30} {} thread{}{}: {}\n", j.what->scenario, j.what->threads,
                        j.what->threads == 1 ? " " : "s",
                        j.what->size == tier::full ? ", full tier" : "", fmt::join(decides, " "));
      }
  }
  return text;
}

} // namespace rwl::verify
