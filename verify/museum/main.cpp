// The command build/museum: see --help.
#include "tour.hpp"

#include "../engine/explore.hpp"
#include "../report/arguments.hpp"
#include "../report/progress.hpp"
#include "../report/report_files.hpp"
#include "../report/trace_text.hpp"

#include <algorithm>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace rwl::verify::museum {

namespace {

namespace fs = std::filesystem;

struct settings {
  std::vector<std::string> shown;
  std::vector<std::string> only;
  unsigned processes = std::max(1u, std::thread::hardware_concurrency());
  bool list = false, update = false, progress = false, every_step = false;
  fs::path report;
};

constexpr const char* after_options = R"(
Exit status:
  0  every defect is refuted as its card says, and every repair holds
  1  something is not as its card says, docs/museum.md differs, or a file could not be written
  2  the command line is wrong
  3  interrupted

Examples:
  museum --list
  museum --show M2             the story of an exhibit, and its trace)";

void describe(CLI::App& app, settings& s) {
  app.footer(after_options);
  app.add_option("--show", s.shown, "tell the stories of these exhibits, with their traces")
      ->type_name("CODE");
  app.add_option("--only", s.only, "explore only these exhibits")->type_name("CODE");
  app.add_option("--jobs", s.processes, "explorations at a time (default: one for each core)")
      ->check(CLI::Range(1u, 4096u).description(""))
      ->type_name("N");
  app.add_option("--report", s.report, "write museum.txt there")->type_name("DIR");
  app.add_flag("--list", s.list, "list the exhibits and explore nothing");
  app.add_flag("--update", s.update,
               "write docs/museum.md, unless an exhibit is not as it should be")
      ->excludes("--only", "--show");
  app.add_flag("--verbose", s.every_step, "every step of the traces");
  app.add_flag("--progress", s.progress, "lines of progress even if standard error is no terminal");
}

std::vector<const exhibit*> chosen(const std::vector<std::string>& codes) {
  std::vector<const exhibit*> all;
  std::vector<std::string> known;
  for (const exhibit& e : collection())
    known.push_back(e.about.code);
  for (const std::string& code : codes)
    if (!std::ranges::count(known, code))
      throw usage_error(unknown_name("exhibit", code, known));
  for (const exhibit& e : collection())
    if (codes.empty() || std::ranges::count(codes, e.about.code))
      all.push_back(&e);
  return all;
}

class tool {
public:
  explicit tool(const settings& s)
      : s_(s), sources_(source_tree::of_this_program()), line_(isatty(STDERR_FILENO)) {
    runner_.processes = s.processes;
    runner_.options.max_seconds = 120;
    runner_.control = control_of_engine();
    if (isatty(STDERR_FILENO) || s.progress)
      runner_.progress = [this](const progress_view& v) { line_.show(v); };
  }

  int run() {
    if (s_.list) {
      for (const exhibit& e : collection())
        fmt::print("{:<5} {}\n", e.about.code, e.about.title);
      return 0;
    }
    const bool shows = !s_.shown.empty();
    const tour t = visit(chosen(shows ? s_.shown : s_.only), runner_);
    if (t.interrupted)
      fmt::print(stderr, "museum: interrupted\n");
    for (const impression& i : t.impressions)
      if (shows)
        show(i);
    if (!shows)
      report(t);
    return t.interrupted ? 3 : red_ ? 1 : 0;
  }

private:
  fs::path page_file() const { return sources_.root() / "docs/museum.md"; }

  void show(const impression& i) {
    const card& c = i.of->about;
    fmt::print("{}: {}\n\nShipped in {}.\n\n{}\n\nRepair: {}\n\nLesson: {}\n\nSources: {}\n\n",
               c.code, c.title, c.systems, c.story, c.repair, c.lesson, fmt::join(c.sources, ", "));
    if (const finding* f = i.refutation()) {
      const counterexample& e = f->examples.front();
      const trace_style style{false, s_.every_step, s_.every_step ? 0u : 100u};
      fmt::print("{}\n{}",
                 trace_text({c.code + " / broken", e.headline, ""}, e.steps, e.cycle_begin, style,
                            sources_),
                 trace_legend());
    }
    red_ |= !i.wrong.empty();
    for (const std::string& wrong : i.wrong)
      fmt::print("not as it should be: {}\n", wrong);
  }

  void report(const tour& t) {
    const bool all = s_.only.empty() && !t.interrupted;
    std::string text = table_text(t);
    std::size_t red = 0;
    for (const impression& i : t.impressions)
      red += !i.wrong.empty();
    if (s_.update && all && red == 0)
      write_file(page_file(), page_text(t));
    const std::size_t good = t.impressions.size() - red;
    if (all && (!fs::exists(page_file()) || read_file(page_file()) != page_text(t))) {
      text += "docs/museum.md is not what was found: --update writes it\n";
      ++red;
    }
    text += fmt::format("\n{} exhibits, {:.0f} s\n{} passed, {} failed\n", t.impressions.size(),
                        t.seconds, good, red);
    if (!s_.report.empty()) {
      fs::create_directories(s_.report);
      write_file(s_.report / "museum.txt", text);
    }
    fmt::print("{}", text);
    red_ |= red > 0;
  }

  const settings& s_;
  source_tree sources_;
  progress_line line_;
  runner_settings runner_;
  bool red_ = false;
};

} // namespace

} // namespace rwl::verify::museum

int main(int argc, char** argv) {
  using namespace rwl::verify;
  museum::settings s;
  CLI::App app("Real bugs of real locks, re-enacted: explores each with its defect and repaired.",
               "museum");
  museum::describe(app, s);
  if (const auto status = rwl::verify::parse_or_status(app, argc, argv))
    return *status;
  try {
    return museum::tool(s).run();
  } catch (const usage_error& e) {
    fmt::print(stderr, "museum: {}\n", e.what());
    return 2;
  } catch (const std::exception& e) {
    fmt::print(stderr, "museum: {}\n", e.what());
    return 1;
  }
}
