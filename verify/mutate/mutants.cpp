#include "mutants.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace rwl::verify::mutate {

namespace {

constexpr std::uint64_t survey_executions = 200;

constexpr std::string_view library = "lib/rwl/";

std::string_view order_text(std::memory_order mo) {
  constexpr std::string_view names[] = {"relaxed", "consume", "acquire",
                                        "release", "acq_rel", "seq_cst"};
  return names[static_cast<int>(mo)];
}

bool is_load(const operation_site& s) { return s.operation == "load" || s.operation == "await"; }

std::vector<std::memory_order> weaker_than(std::memory_order mo, bool load, bool store) {
  using enum std::memory_order;
  switch (mo) {
  case seq_cst:
    return {load ? acquire : store ? release : acq_rel, relaxed};
  case acq_rel:
    return {acquire, release, relaxed};
  case acquire:
  case release:
    return {relaxed};
  default:
    return {};
  }
}

// The path below lib/rwl/, however it was included; empty for what is not the library's.
std::string below_library(const operation_site& s) {
  const std::string path = std::filesystem::path(s.file).lexically_normal().generic_string();
  const std::size_t at = path.find(library);
  return at == std::string::npos ? std::string() : path.substr(at + library.size());
}

class enumeration {
public:
  explicit enumeration(const survey& s) {
    for (const auto& [site, checks] : s.sites)
      if (!below_library(site).empty())
        ++number_[name_of(site)];
    for (const auto& [site, checks] : s.sites)
      if (!below_library(site).empty())
        add_all(site, checks);
  }

  std::vector<mutant> take() { return std::move(all_); }

private:
  static std::string name_of(const operation_site& s) {
    return fmt::format("{} {} {}", below_library(s), s.function, s.operation);
  }

  void add_all(const operation_site& s, const std::vector<const check*>& checks) {
    const std::string name = name_of(s);
    const std::string site = number_[name] > 1 ? fmt::format("{} {}", name, ++seen_[name]) : name;
    const auto add = [&](defect what, std::string text, std::memory_order becomes = {}) {
      all_.push_back({site, std::move(text), {what, s, becomes}, checks});
    };
    const auto add_orders = [&](defect what, std::memory_order given, bool load,
                                std::string_view prefix) {
      for (std::memory_order mo : weaker_than(given, load, s.operation == "store"))
        add(what, fmt::format("{}{} -> {}", prefix, order_text(given), order_text(mo)), mo);
    };
    add_orders(defect::weaker_order, s.order, is_load(s), "");
    if (s.operation == "compare_exchange") {
      add_orders(defect::weaker_failure_order, s.failure_order, true, "on failure ");
      add(defect::fails_once_more, "fails once more");
      add(defect::keeps_expecting, "keeps its expectation");
    } else if (!is_load(s) && s.changes)
      add(defect::dropped, "dropped");
  }

  std::map<std::string, int> number_, seen_;
  std::vector<mutant> all_;
};

// An operation that was seen with and without a change is one that changes.
void forget_unchanging(std::map<operation_site, std::vector<const check*>>& sites) {
  std::erase_if(sites, [&](const auto& seen) {
    operation_site changing = seen.first;
    changing.changes = true;
    return !seen.first.changes && sites.contains(changing);
  });
}

} // namespace

survey survey_of(const std::vector<const check*>& checks, runner_settings settings) {
  settings.options.search_given = true;
  settings.options.how = search::random;
  settings.options.max_executions = survey_executions;
  settings.options.shorten = false;
  lock_info row;
  row.name = "survey";
  std::vector<check> watched;
  for (const check* c : checks) {
    watched.push_back(*c);
    watched.back().run = [c](check_options o) {
      std::set<operation_site> sites;
      o.sites = &sites;
      check_result r = c->run(o);
      r.sites.assign(sites.begin(), sites.end());
      return r;
    };
  }
  std::vector<job> jobs;
  for (const check& c : watched)
    jobs.push_back({&row, &c});
  const run_result ran = run_jobs(jobs, settings);
  survey found;
  for (std::size_t i = 0; i < checks.size(); ++i) {
    if (ran.results[i].how != ending::finished)
      throw std::runtime_error(fmt::format("survey of {} / {}: {}", checks[i]->lock,
                                           checks[i]->scenario, ran.results[i].why));
    for (const operation_site& s : ran.results[i].result.sites)
      found.sites[s].push_back(checks[i]);
  }
  forget_unchanging(found.sites);
  for (auto& [site, all] : found.sites)
    std::ranges::stable_sort(all, {}, [](const check* c) { return c->cost; });
  return found;
}

std::vector<mutant> mutants_of(const survey& s) { return enumeration(s).take(); }

} // namespace rwl::verify::mutate
