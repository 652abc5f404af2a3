#include "tour.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace rwl::verify::museum {

namespace {

std::string ended(const job_result& r) {
  return r.how == ending::interrupted ? "interrupted" : r.why;
}

void judge_broken(impression& i) {
  if (i.broken.how != ending::finished) {
    i.wrong.push_back("broken: " + ended(i.broken));
    return;
  }
  const finding* f = i.refutation();
  if (!f) {
    i.wrong.push_back(
        fmt::format("the defect is not noticed: {} is not refuted", info(i.of->refuted).name));
    return;
  }
  const trace& t = f->examples.front().steps;
  const bool lasso = f->examples.front().cycle_begin < t.steps.size();
  const std::string failure = lasso ? "starvation" : t.failure_kind;
  if (failure != i.of->failure)
    i.wrong.push_back(fmt::format("the defect shows as '{}', not as '{}'", failure, i.of->failure));
}

void judge_mended(impression& i) {
  if (i.mended.how != ending::finished) {
    i.wrong.push_back("mended: " + ended(i.mended));
    return;
  }
  const check_result& r = i.mended.result;
  for (const finding& f : r.findings)
    if (f.says != verdict::holds_complete)
      i.wrong.push_back(
          fmt::format("mended: {} {} ({})", info(f.about).name, name(f.says), f.evidence));
  for (const std::string& witness : r.missing)
    i.wrong.push_back("mended: never reached: " + witness);
  if (std::ranges::none_of(r.findings, [&](const finding& f) { return f.about == i.of->refuted; }))
    i.wrong.push_back(fmt::format("mended: {} is not decided", info(i.of->refuted).name));
}

std::string paragraph(std::string_view label, const std::string& text) {
  return fmt::format("**{}** {}\n\n", label, text);
}

std::string link(const std::string& source) {
  return source.starts_with("https://") ? fmt::format("<{}>", source) : source;
}

std::string card_text(const impression& i) {
  const card& c = i.of->about;
  std::string text = fmt::format("## {}: {}\n\n", c.code, c.title);
  text += paragraph("Shipped in", c.systems + ".");
  text += paragraph("What happens.", c.story);
  text += paragraph("Repair.", c.repair);
  text += paragraph("Lesson.", c.lesson);
  if (i.refutation())
    text +=
        fmt::format("**Explored.** Broken: {} refuted ({}) after {} execution{}, with a trace of "
                    "{} steps. Mended: holds in all {} executions. Source: "
                    "[{}](../{}); `build/museum --show {}` prints the trace.\n\n",
                    info(i.of->refuted).name, i.of->failure, i.broken.result.stats.executions,
                    i.broken.result.stats.executions == 1 ? "" : "s", i.trace_steps(),
                    i.mended.result.stats.executions,
                    i.of->source.substr(i.of->source.rfind('/') + 1), i.of->source, c.code);
  if (!c.sources.empty()) {
    text += "Sources:";
    for (const std::string& s : c.sources)
      text += fmt::format("{} {}", &s == &c.sources.front() ? "" : ",", link(s));
    text += "\n\n";
  }
  return text;
}

constexpr const char* introduction =
    R"(# The museum

Bugs that shipped in real locks, each re-enacted by a small lock of ours with exactly that defect.
The explorer refutes it with a short trace, and shows that the repaired twin, which differs in a few
lines, holds in all executions. `make museum` explores them all again; each source is meant to be
read in one sitting.

| | what went wrong | where | refuted | trace |
|---|---|---|---|---|
)";

} // namespace

const finding* impression::refutation() const {
  if (broken.how != ending::finished)
    return nullptr;
  const auto& all = broken.result.findings;
  const auto found = std::ranges::find_if(all, [&](const finding& f) {
    return f.about == of->refuted && f.says == verdict::refuted && !f.examples.empty();
  });
  return found == all.end() ? nullptr : &*found;
}

std::size_t impression::trace_steps() const {
  const finding* f = refutation();
  return f ? f->examples.front().steps.steps.size() : 0;
}

tour visit(const std::vector<const exhibit*>& exhibits, const runner_settings& settings) {
  std::vector<lock_info> rows(exhibits.size());
  std::vector<job> jobs;
  for (std::size_t i = 0; i < exhibits.size(); ++i) {
    rows[i].name = exhibits[i]->about.code;
    jobs.push_back({&rows[i], &exhibits[i]->broken});
    jobs.push_back({&rows[i], &exhibits[i]->mended});
  }
  run_result ran = run_jobs(jobs, settings);
  tour t{{}, ran.interrupted, ran.seconds};
  for (std::size_t i = 0; i < exhibits.size(); ++i) {
    t.impressions.push_back(
        {exhibits[i], std::move(ran.results[2 * i]), std::move(ran.results[2 * i + 1]), {}});
    judge_broken(t.impressions.back());
    judge_mended(t.impressions.back());
  }
  return t;
}

std::string table_text(const tour& t) {
  std::size_t widest = 0;
  for (const impression& i : t.impressions)
    widest = std::max(widest, i.of->about.title.size());
  std::string text;
  for (const impression& i : t.impressions) {
    const card& c = i.of->about;
    if (i.refutation())
      text += fmt::format("{:<5} {:<{}}  REFUTED {} ({}), {} executions, {} steps; mended HOLDS "
                          "complete, {} executions; {:.1f} s\n",
                          c.code, c.title, widest, info(i.of->refuted).name, i.of->failure,
                          i.broken.result.stats.executions, i.trace_steps(),
                          i.mended.result.stats.executions, i.broken.seconds + i.mended.seconds);
    for (const std::string& wrong : i.wrong)
      text += fmt::format("{:<5} not as it should be: {}\n", c.code, wrong);
  }
  return text;
}

std::string page_text(const tour& t) {
  std::string text = introduction;
  for (const impression& i : t.impressions) {
    const card& c = i.of->about;
    text += fmt::format("| {} | {} | {} | {} | {} steps |\n", c.code, c.title, c.systems,
                        info(i.of->refuted).name, i.trace_steps());
  }
  text += '\n';
  for (const impression& i : t.impressions)
    text += card_text(i);
  text.pop_back();
  return text;
}

} // namespace rwl::verify::museum
