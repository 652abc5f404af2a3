#include "tool.hpp"

#include "command_line.hpp"
#include "machine_report.hpp"
#include "merge.hpp"
#include "progress.hpp"
#include "replay.hpp"
#include "report_files.hpp"
#include "text_report.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

namespace rwl::verify {

namespace fs = std::filesystem;

namespace {

void print(const std::string& text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw file_error(fmt::format("cannot write to standard output: {}", std::strerror(errno)));
}

bool wants_colour(when w) {
  if (w != when::automatic)
    return w == when::always;
  const char* refused = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) && !(refused && *refused) &&
         !(terminal && std::string_view(terminal) == "dumb");
}

class tool {
public:
  tool(const settings& s, const registry& locks, const search_control& search, std::string program,
       std::string built_from)
      : s_(s),
        locks_(locks),
        built_from_(std::move(built_from)),
        sources_(source_tree::of_this_program()),
        style_{.colour = wants_colour(s.colour),
               .verbose = s.verbose,
               .program = std::move(program),
               .drawings = sources_.root() / "build/models/promela"} {
    runner_.processes = s.processes;
    runner_.options = s.search;
    runner_.control = search;
    // A lock that has never been checked fails in small programs, if at all; in large ones it may
    // spend the whole budget.
    runner_.small_first = is_own();
    // A check may explore its program more than once within its budget each time.
    runner_.grace_seconds += s.budget;
    models_file_ = sources_.root() / "models/matrix/verdicts.tsv";
    expected_file_ = s.expected.empty() ? sources_.root() / "verify/expected.json" : s.expected;
  }

  int run() {
    if (s_.replay)
      return replay();
    if (!s_.merge.empty())
      return merge();
    selection chosen = select(locks_for(s_), s_.by);
    if (s_.only)
      chosen.jobs = jobs_of(*s_.only, chosen.jobs, has_parts(s_.search));
    if (s_.list) {
      print(list_text(chosen));
      return 0;
    }
    if (!s_.report.empty())
      prepare_report(s_.report);
    if (s_.only)
      return run_shard(*s_.only, chosen.jobs);
    load_expected();
    load_models();
    run_result found = run_checks(chosen.jobs);
    return conclude(std::move(chosen), std::move(found), s_.sampled());
  }

private:
  int run_shard(const shard& which, const std::vector<job>& jobs) {
    if (has_parts(s_.search))
      runner_.options.part = {which.number - 1, which.of};
    const run_result found = run_checks(jobs);
    shard_report r = report_of(which, jobs, found);
    r.sources = built_from_;
    r.arguments = arguments_of(s_);
    const std::string text = shard_text(r);
    const fs::path file = shard_file(s_.report, which);
    if (!s_.report.empty())
      write_file(file, text);
    print(s_.format == output_format::json ? text : shard_summary(r, file));
    return found.interrupted ? 3 : 0;
  }

  int merge() {
    std::vector<shard_report> shards;
    for (const fs::path& directory : s_.merge)
      std::ranges::move(read_shards(directory), std::back_inserter(shards));
    require_one_run(shards, built_from_);
    const settings asked = settings_of(shards.front().arguments);
    if (s_.update_expected)
      asked.require_whole_locks();
    selection chosen = select(locks_for(asked), asked.by);
    run_result found = merged(shards, chosen.jobs, has_parts(asked.search));
    for (const fs::path& directory : s_.merge)
      if (fs::exists(directory / places_file))
        note_places(found, directory / places_file);
    load_expected();
    load_models();
    return conclude(std::move(chosen), std::move(found), asked.sampled());
  }

  int conclude(selection chosen, run_result found, bool sampled) {
    sampled_ = sampled;
    assessment a = assess(std::move(chosen), std::move(found), how_to_assess());
    if (is_own()) {
      expected_ = as_promised(a);
      a = assess(std::move(a.selected), std::move(a.run), {&expected_, sampled_});
    }
    if (s_.update_expected)
      a = update_expected(std::move(a));
    if (!s_.report.empty())
      write_report(s_.report, a,
                   {.verbose = s_.verbose,
                    .theorems = true,
                    .program = style_.program,
                    .drawings = style_.drawings},
                   sources_);
    print(output(a));
    return a.exit_code();
  }

  int replay() {
    const replayed found = run_again(*s_.replay, locks_for(s_), runner_, s_.in_process);
    if (s_.format == output_format::json) {
      print(json_trace(found.steps, found.cycle_begin));
    } else {
      const trace_style style{style_.colour, s_.verbose, s_.verbose ? 0u : 100u};
      const trace_title title{found.title, "", ""};
      print(trace_text(title, found.steps, found.cycle_begin, style, sources_) + '\n' +
            trace_legend());
    }
    const bool failed = !found.steps.failure_kind.empty();
    const bool cycle = found.cycle_begin < found.steps.steps.size();
    return failed || cycle ? 0 : 1;
  }

  const registry& locks_for(const settings& asked) {
    if (asked.mixes.empty())
      return locks_;
    for (const std::string& scripts : asked.mixes)
      style_.program += fmt::format(" --mix '{}'", scripts);
    return mixed_ = with_mixes(locks_, asked.mixes);
  }

  // A lock of the user's: nobody has recorded what to expect.
  bool is_own() const {
    return s_.expected.empty() &&
           std::ranges::all_of(locks_, [](const lock_info& l) { return l.family == "own"; });
  }

  void load_expected() {
    if (is_own())
      return;
    if (s_.no_expected || !fs::exists(expected_file_)) {
      if (!s_.no_expected && !s_.update_expected)
        fmt::print(stderr, "verify: there is no expected matrix {}; --update-expected writes it\n",
                   expected_file_.string());
      return;
    }
    try {
      expected_ = parse_expected(read_file(expected_file_));
    } catch (const std::exception& e) {
      const std::string why =
          fmt::format("{} is no expected matrix: {}", expected_file_.string(), e.what());
      if (!s_.update_expected)
        throw usage_error(why);
      fmt::print(stderr, "verify: {}\n", why);
    }
  }

  // Of a lock of the user's nobody has shown that it is the strategy that it names.
  void load_models() {
    if (is_own() || !fs::exists(models_file_))
      return;
    try {
      models_ = parse_model_verdicts(read_file(models_file_));
    } catch (const std::invalid_argument& e) {
      throw usage_error(fmt::format("{}: {}", models_file_.string(), e.what()));
    }
  }

  run_result run_checks(const std::vector<job>& jobs) {
    const bool terminal = isatty(STDERR_FILENO);
    progress_line line(terminal);
    if (terminal || s_.progress)
      runner_.progress = [&line](const progress_view& v) { line.show(v); };
    return run_jobs(jobs, runner_);
  }

  assessment_settings how_to_assess() const {
    return {s_.no_expected || is_own() ? nullptr : &expected_, sampled_, &models_};
  }

  assessment update_expected(assessment a) {
    if (!a.crashed.empty() || std::ranges::any_of(a.run.results, [](const job_result& r) {
          return r.how != ending::finished || r.result.interrupted;
        })) {
      fmt::print(stderr, "verify: the expected matrix is left as it is: not every check came to "
                         "its result\n");
      return a;
    }
    for (const remark& r : a.differences)
      fmt::print(stderr, "changed: {}\n", r.text);
    expected_ = updated(std::move(expected_), a);
    write_file(expected_file_, expected_text(expected_, locks_));
    fmt::print(stderr, "{} changes written to {}\n", a.differences.size(), expected_file_.string());
    return assess(std::move(a.selected), std::move(a.run), how_to_assess());
  }

  std::string output(const assessment& a) {
    switch (s_.format) {
    case output_format::json:
      return json_report(a);
    case output_format::junit:
      return junit_report(a, sources_);
    default:
      return matrix_text(a, style_) + summary_text(a, style_) + traces_text(a, style_, sources_) +
             '\n' + count_text(a);
    }
  }

  const settings& s_;
  const registry& locks_;
  registry mixed_; // with the programs of --mix
  std::string built_from_;
  source_tree sources_;
  text_style style_;
  runner_settings runner_;
  fs::path expected_file_;
  expected_matrix expected_;
  fs::path models_file_;
  model_verdicts models_;
  bool sampled_ = false;
};

} // namespace

int run_tool(int argc, char** argv, const registry& locks, const search_control& search,
             const std::string& sources) {
  const auto parsed = parse_command_line(argc, argv);
  if (const int* status = std::get_if<int>(&parsed))
    return *status;
  try {
    return tool(std::get<settings>(parsed), locks, search, argv[0], sources).run();
  } catch (const usage_error& e) {
    fmt::print(stderr, "verify: {}\n", e.what());
    return 2;
  } catch (const std::exception& e) {
    fmt::print(stderr, "verify: {}\n", e.what());
    return 1;
  }
}

} // namespace rwl::verify
