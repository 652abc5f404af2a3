#include "comparison.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace rwl::verify {

namespace {

class listener {
public:
  listener(assessment& a, const assessment_settings& settings) : a_(a), settings_(settings) {}

  void hear(std::size_t i) {
    const job_result& r = a_.run.results[i];
    const check& c = *a_.job_at(i).what;
    const std::string title = fmt::format("{} / {}", c.lock, c.scenario);
    std::vector<opinion>& heard = a_.opinions.emplace_back();
    for (property p : c.decides)
      if (a_.selected.has_column(p))
        heard.emplace_back().about = p;
    if (r.how == ending::crashed)
      a_.crashed.push_back(fmt::format("{}: {}", title, r.why));
    if (r.how == ending::finished)
      hear_findings(r.result, c, heard, title);
    for (opinion& o : heard)
      judge(o, c, r);
  }

private:
  void hear_findings(const check_result& r, const check& c, std::vector<opinion>& heard,
                     const std::string& title) {
    for (const finding& f : r.findings) {
      const auto o = std::ranges::find(heard, f.about, &opinion::about);
      if (o != heard.end()) {
        o->says = o->from ? combine(o->says, f.says) : f.says;
        if (!o->from || f.says == o->says)
          o->from = &f;
      } else if (std::ranges::find(c.decides, f.about) == c.decides.end()) {
        a_.crashed.push_back(fmt::format("{}: a verdict on {}, which it does not decide: {}", title,
                                         info(f.about).name, name(f.says)));
      }
    }
    for (const opinion& o : heard)
      if (!o.from && !r.interrupted)
        a_.crashed.push_back(fmt::format("{}: no verdict on {}", title, info(o.about).name));
    const bool searched_all = !settings_.sampled && !r.interrupted &&
                              std::ranges::none_of(r.findings, [](const finding& f) {
                                return f.says == verdict::unknown;
                              });
    if (!searched_all || r.missing.empty())
      return;
    a_.vacuous.insert(&c);
    for (const std::string& witness : r.missing)
      a_.missing.push_back(fmt::format("{}: {}", title, witness));
  }

  void judge(opinion& o, const check& c, const job_result& r) {
    agreement found{o.says == verdict::unknown ? standing::undecided : standing::as_expected,
                    o.says == verdict::unknown ? "not decided" : ""};
    if (settings_.expected) {
      const auto l = settings_.expected->find(c.lock);
      if (l == settings_.expected->end()) {
        found = {standing::differs, "the expected matrix does not have this lock"};
      } else {
        const auto& checks = l->second.of(c.size);
        const auto line = checks.find(c.scenario);
        if (line == checks.end())
          found = {standing::differs, "the expected matrix does not have this check"};
        else if (const auto e = line->second.find(o.about); e == line->second.end())
          found = {standing::differs, "the expected matrix does not have this verdict"};
        else
          found = compare(e->second, o.says, settings_.sampled);
      }
    }
    o.stands = found.stands;
    o.remark = found.remark;
    if (o.stands == standing::undecided)
      o.remark += reason(o);
    if (r.how != ending::finished && o.stands != standing::as_expected)
      o.remark += fmt::format(" ({})", r.why);
  }

  assessment& a_;
  const assessment_settings& settings_;
};

} // namespace

std::string reason(const opinion& o) {
  return o.from && !o.from->evidence.empty() ? ": " + o.from->evidence : "";
}

agreement compare(verdict expected, verdict got, bool sampled) {
  if (got == expected)
    return {standing::as_expected, ""};
  if (got == verdict::unknown)
    return {standing::undecided, fmt::format("expected {}, not decided", name(expected))};
  if (sampled && got == verdict::holds_bounded) {
    if (expected != verdict::refuted)
      return {standing::as_expected, ""};
    return {standing::undecided, "expected REFUTED, not found by this search"};
  }
  return {standing::differs, fmt::format("expected {}, got {}", name(expected), name(got))};
}

void hear_checks(assessment& a, const assessment_settings& settings) {
  listener l(a, settings);
  for (std::size_t i = 0; i < a.selected.jobs.size(); ++i)
    l.hear(i);
}

} // namespace rwl::verify
