#include "hunt.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace rwl::verify::mutate {

namespace {

bool expected_to_be_refuted(const expected_matrix& expected, const check& c, property p) {
  const auto lock = expected.find(c.lock);
  if (lock == expected.end())
    return false;
  const auto& checks = lock->second.of(c.size);
  const auto known = checks.find(c.scenario);
  if (known == checks.end())
    return false;
  const auto says = known->second.find(p);
  return says != known->second.end() && says->second == verdict::refuted;
}

// What the check would be red for.
std::optional<std::string> objection(const job_result& r, const check& c,
                                     const expected_matrix& expected) {
  if (r.how == ending::crashed)
    return "crash";
  if (r.how != ending::finished)
    return std::nullopt;
  for (const finding& f : r.result.findings)
    if (f.says == verdict::refuted && !expected_to_be_refuted(expected, c, f.about))
      return std::string(info(f.about).name);
  if (!r.result.missing.empty())
    return "witness: " + r.result.missing.front();
  return std::nullopt;
}

class hunter {
public:
  hunter(const std::vector<mutant>& mutants, const hunt_settings& settings)
      : mutants_(mutants), settings_(settings), verdicts_(mutants.size()) {
    for (std::size_t i = 0; i < mutants.size(); ++i)
      suspects_.push_back(in_order(mutants[i], settings.first[i]));
  }

  // In rounds, in which each mutant that is left meets more checks: most die in the first.
  std::vector<verdict_on_mutant> run() {
    for (std::size_t met = 0, more = 1; round(met, more); met += more, more *= 4)
      ;
    return std::move(verdicts_);
  }

private:
  std::vector<const check*> in_order(const mutant& m, const std::string& first) const {
    std::vector<const check*> all = m.suspects;
    std::ranges::stable_partition(
        all, [&](const check* c) { return c->lock + " / " + c->scenario == first; });
    all.resize(std::min(all.size(), settings_.most_checks));
    return all;
  }

  // False: there was nothing left to do.
  bool round(std::size_t met, std::size_t more) {
    struct meeting {
      std::size_t mutant;
      lock_info row;
      check what;
    };
    std::vector<meeting> meetings;
    for (std::size_t i = 0; i < mutants_.size(); ++i)
      if (!verdicts_[i].killed)
        for (std::size_t k = met; k < std::min(met + more, suspects_[i].size()); ++k)
          meetings.push_back({i, {}, mutated(*suspects_[i][k], mutants_[i])});
    std::vector<job> jobs;
    for (meeting& m : meetings) {
      m.row.name = mutants_[m.mutant].name();
      jobs.push_back({&m.row, &m.what});
    }
    if (jobs.empty() || interrupted_)
      return false;
    const run_result found = run_jobs(jobs, settings_.runner);
    for (std::size_t j = 0; j < jobs.size(); ++j) {
      const std::size_t i = meetings[j].mutant;
      hear(found.results[j], *suspects_[i][met_[i]++], verdicts_[i]);
    }
    interrupted_ |= found.interrupted;
    return !interrupted_;
  }

  static check mutated(const check& original, const mutant& m) {
    check c = original;
    c.run = [&original, &m](const check_options& given) {
      check_options o = given;
      o.mutant = &m.what;
      o.shorten = false;
      return original.run(o);
    };
    return c;
  }

  void hear(const job_result& r, const check& c, verdict_on_mutant& v) const {
    if (v.killed)
      return;
    v.interrupted |= r.how == ending::interrupted || r.result.interrupted;
    v.executions += r.result.stats.executions;
    v.seconds += r.seconds;
    if (const auto what = objection(r, c, *settings_.expected))
      v.killed = kill{&c, *what, r.result.stats.executions, r.seconds};
    else
      ++v.checks;
  }

  const std::vector<mutant>& mutants_;
  const hunt_settings& settings_;
  std::vector<std::vector<const check*>> suspects_;
  std::vector<verdict_on_mutant> verdicts_;
  std::vector<std::size_t> met_ = std::vector<std::size_t>(mutants_.size());
  bool interrupted_ = false;
};

} // namespace

std::vector<verdict_on_mutant> hunt(const std::vector<mutant>& mutants,
                                    const hunt_settings& settings) {
  return hunter(mutants, settings).run();
}

} // namespace rwl::verify::mutate
