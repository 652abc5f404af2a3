// The command build/mutants: see --help.
#include "comments.hpp"
#include "record.hpp"

#include "../engine/explore.hpp"
#include "../report/arguments.hpp"
#include "../report/progress.hpp"
#include "../report/report_files.hpp"
#include "../report/source_tree.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

namespace rwl::verify::mutate {

namespace {

namespace fs = std::filesystem;

struct settings {
  std::vector<std::string> only;
  unsigned processes = std::max(1u, std::thread::hardware_concurrency());
  double budget = 60;
  std::size_t checks = 250;
  bool list = false, update = false, progress = false;
  fs::path report;
};

constexpr const char* after_options = R"(
Exit status:
  0  every mutant is killed as recorded, or survives with a reason
  1  a mutant survives, the record or docs/mutants.md differs, or a file could not be written
  2  the command line is wrong
  3  interrupted

Examples:
  mutants --only "leaving.hpp" --only "acquire -> relaxed"
  mutants --only hand_over --checks 10000     look longer for what kills a survivor
  mutants --update                            after a change of the locks or of the scenarios)";

void describe(CLI::App& app, settings& s) {
  app.footer(after_options);
  app.add_option("--only", s.only, "only mutants whose name contains all of these")
      ->type_name("TEXT");
  app.add_option("--checks", s.checks,
                 "how many checks a mutant meets before it has survived (default: 250)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}).description(""))
      ->type_name("N");
  app.add_option("--budget", s.budget, "for each check (default: 60)")
      ->check(CLI::Validator(CLI::PositiveNumber).description(""))
      ->type_name("SECONDS");
  app.add_option("--jobs", s.processes, "checks at a time (default: one for each core)")
      ->check(CLI::Range(1u, 4096u).description(""))
      ->type_name("N");
  app.add_option("--report", s.report, "write mutants.txt there")->type_name("DIR");
  app.add_flag("--list", s.list, "list the mutants and run nothing");
  app.add_flag("--update", s.update, "write verify/mutants.json and docs/mutants.md");
  app.add_flag("--progress", s.progress, "lines of progress even if standard error is no terminal");
}

// The locks that ship and those of the textbook.
std::vector<const check*> checks_of_library() {
  std::vector<const check*> all;
  for (const lock_info& l : registered_locks())
    if (l.family != "exhibit")
      for (const check& c : l.checks)
        if (c.size == tier::quick)
          all.push_back(&c);
  return all;
}

class tool {
public:
  explicit tool(const settings& s)
      : s_(s), sources_(source_tree::of_this_program()), line_(isatty(STDERR_FILENO)) {
    hunt_.runner.processes = s.processes;
    hunt_.runner.options.max_seconds = s.budget;
    hunt_.runner.control = control_of_engine();
    if (isatty(STDERR_FILENO) || s.progress)
      hunt_.runner.progress = [this](const progress_view& v) { line_.show(v); };
    hunt_.most_checks = s.checks;
  }

  int run() {
    const std::vector<mutant> mutants = chosen();
    if (s_.list) {
      for (const mutant& m : mutants)
        fmt::print("{}\n", m.name());
      return 0;
    }
    const expected_matrix expected =
        parse_expected(read_file(sources_.root() / "verify/expected.json"));
    if (fs::exists(record_file()))
      recorded_ = parse_record(read_file(record_file()));
    hunt_.expected = &expected;
    for (const mutant& m : mutants) {
      const entry* const known = find(recorded_, m);
      hunt_.first.push_back(known ? known->by : std::string());
    }
    const std::vector<verdict_on_mutant> verdicts = hunt(mutants, hunt_);
    return conclude(mutants, verdicts);
  }

private:
  fs::path record_file() const { return sources_.root() / "verify/mutants.json"; }
  fs::path page_file() const { return sources_.root() / "docs/mutants.md"; }

  std::vector<mutant> chosen() {
    std::vector<mutant> all = mutants_of(survey_of(checks_of_library(), hunt_.runner));
    std::erase_if(all, [&](const mutant& m) {
      return std::ranges::any_of(s_.only, [name = m.name()](const std::string& text) {
        return name.find(text) == std::string::npos;
      });
    });
    if (all.empty())
      throw usage_error("no mutant has such a name: --list shows them");
    return all;
  }

  int conclude(const std::vector<mutant>& mutants, const std::vector<verdict_on_mutant>& verdicts) {
    const bool interrupted =
        std::ranges::any_of(verdicts, [](const verdict_on_mutant& v) { return v.interrupted; });
    const bool all = s_.only.empty();
    if (s_.update && !interrupted) {
      record found = updated(recorded_, mutants, verdicts);
      if (!all)
        for (const auto& [site, mutations] : recorded_)
          for (const auto& [mutation, e] : mutations)
            found[site].emplace(mutation, e);
      recorded_ = std::move(found);
      write_file(record_file(), record_text(recorded_));
      write_file(page_file(), page_text(recorded_));
    }
    std::vector<std::string> red = differences(recorded_, mutants, verdicts, all);
    if (all && (!fs::exists(page_file()) || read_file(page_file()) != page_text(recorded_)))
      red.push_back("docs/mutants.md is not what verify/mutants.json says: --update");
    for (std::string& line : unnamed_killers(mutants, verdicts, sources_))
      red.push_back(std::move(line));
    if (all)
      for (std::string& line : orders_not_met(mutants, sources_))
        red.push_back(std::move(line));
    std::string text = table_text(mutants, verdicts, recorded_) + '\n';
    for (const std::string& line : red)
      text += fmt::format("not as it should be: {}\n", line);
    const score s = score_of(updated(recorded_, mutants, verdicts));
    text += fmt::format("{} of {} weakened orders killed, {} of {} mutants, {:.0f} s\n",
                        s.orders_killed, s.orders, s.killed, s.mutants, elapsed());
    text += fmt::format("{} passed, {} failed\n",
                        mutants.size() - std::min(red.size(), mutants.size()), red.size());
    if (!s_.report.empty()) {
      fs::create_directories(s_.report);
      write_file(s_.report / "mutants.txt", text);
    }
    fmt::print("{}", text);
    return interrupted ? 3 : red.empty() ? 0 : 1;
  }

  double elapsed() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }

  const settings& s_;
  source_tree sources_;
  progress_line line_;
  hunt_settings hunt_;
  record recorded_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

} // namespace

} // namespace rwl::verify::mutate

int main(int argc, char** argv) {
  using namespace rwl::verify;
  mutate::settings s;
  CLI::App app("Does the locks' operations wrong, one at a time, and tells which check notices.",
               "mutants");
  mutate::describe(app, s);
  if (const auto status = rwl::verify::parse_or_status(app, argc, argv))
    return *status;
  try {
    return mutate::tool(s).run();
  } catch (const usage_error& e) {
    fmt::print(stderr, "mutants: {}\n", e.what());
    return 2;
  } catch (const std::exception& e) {
    fmt::print(stderr, "mutants: {}\n", e.what());
    return 1;
  }
}
