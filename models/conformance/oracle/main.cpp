// The command build/oracle: see --help.
#include "draw.hpp"

#include <verify/report/arguments.hpp>

#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace rwl::verify::conformance {

namespace {

constexpr const char* after_options = R"(
Exit status:
  0  the graph is printed; the run is drawn, or accepted, and takes all steps if it was asked to
  1  it is not accepted
  2  the command line or the run cannot be read

A run is a line "event thread" each, with a line "cycle" before the steps that repeat for ever if it
has any. Lines that begin with # are its title. models/promela/every_step says what a line of a
search is.

Examples:
  oracle graph phase_fair 4
  models/promela/events fifo - 3G 1 10000 | oracle replay fifo
  models/promela/every_step fifo - 3G | oracle replay fifo --covers 3
  oracle draw fifo --without pending_upgrade_holds_readers lasso.run)";

struct settings {
  table rules;
  limits within{0};
  bool edges = false;
  std::string file = "-";
  std::string failure;
};

constexpr const char* no_table = "none";

void describe_table(CLI::App& command, settings& s, std::vector<std::string> names,
                    const char* what = "whose table") {
  command.add_option("strategy", s.rules.strategy, what)
      ->required()
      ->check(CLI::IsMember(std::move(names)))
      ->type_name("STRATEGY");
  command.add_option("--bound", s.rules.bypass_bound, "the K of throughput (default: 2)")
      ->check(CLI::Range(1, 255).description(""))
      ->type_name("K");
  command.add_option("--without", s.rules.without_rule, "drop this rule from the table")
      ->check(CLI::IsMember(rule_names()))
      ->type_name("RULE");
}

void describe(CLI::App& app, settings& s) {
  const auto threads = CLI::Range(1, 16).description("");
  app.footer(after_options);
  app.require_subcommand(1);

  CLI::App& graph = *app.add_subcommand("graph", "count and hash the labelled state graph");
  describe_table(graph, s, strategy_names());
  graph.add_option("threads", s.within.threads, "how many threads there are")
      ->required()
      ->check(threads)
      ->type_name("THREADS");
  graph.add_option("--depth", s.within.depth, "how often the writer may lock (default: 2)")
      ->check(CLI::Range(1, 255).description(""))
      ->type_name("D");
  graph.add_flag("--edges", s.edges, "print the edges as well");

  CLI::App& replay = *app.add_subcommand("replay", "may a run happen, or all of a search?");
  describe_table(replay, s, strategy_names());
  replay.add_option("file", s.file, "the run (default: standard input)")->type_name("FILE");
  replay.add_option("--covers", s.within.threads, "it must take every step of so many threads")
      ->check(threads)
      ->type_name("THREADS");

  CLI::App& draw = *app.add_subcommand("draw", "a run in the format of the explorer's traces");
  std::vector<std::string> names = strategy_names();
  names.emplace_back(no_table);
  describe_table(draw, s, std::move(names), "whose table (none: the lock's states are not shown)");
  draw.add_option("file", s.file, "the run (default: standard input)")->type_name("FILE");
  draw.add_option("--failure", s.failure, "what is wrong with the end of a run without a cycle")
      ->check(CLI::IsMember(failure_names()))
      ->type_name("KIND");
}

// Standard input, or the file, which is opened.
std::istream& input(const settings& s, std::ifstream& file) {
  if (s.file == "-")
    return std::cin;
  file.open(s.file);
  if (!file)
    throw bad_input("cannot open " + s.file);
  return file;
}

int print_graph(const settings& s) {
  const graph_summary g = graph_of(s.rules, s.within, s.edges ? &std::cout : nullptr);
  std::cout << fmt::format("{} {}: {} states, {} edges, hash {:016x}\n", s.rules.strategy,
                           s.within.threads, g.states, g.edges, g.hash);
  return 0;
}

int print_replay(const settings& s) {
  std::ifstream file;
  const replay_summary r = replay(s.rules, input(s, file), s.within);
  if (r.events == 0 && r.rejected.empty())
    throw bad_input("a run without events shows nothing");
  std::string text = fmt::format("{} events accepted", r.events);
  if (s.within.threads > 0)
    text += fmt::format(", {} of {} steps of {} threads", r.steps, r.all_steps, s.within.threads);
  if (!r.rejected.empty())
    text += "; " + r.rejected;
  else if (!r.not_taken.empty())
    text += "; never " + r.not_taken;
  else if (r.lap > 0)
    text += fmt::format(", the last {} again and again; then {}", r.lap, r.state);
  else
    text += "; then " + r.state;
  std::cout << text << '\n';
  return r.rejected.empty() && r.not_taken.empty() ? 0 : 1;
}

int print_drawing(const settings& s) {
  std::ifstream file;
  const run r = parse_run(input(s, file));
  try {
    std::cout << draw(r, s.rules.strategy == no_table ? std::nullopt : std::optional(s.rules),
                      s.failure);
  } catch (const bad_input& e) {
    throw bad_input(r.title.empty() ? e.what() : r.title + ": " + e.what());
  }
  return 0;
}

} // namespace

} // namespace rwl::verify::conformance

int main(int argc, char** argv) {
  using namespace rwl::verify::conformance;
  settings s;
  CLI::App app(
      "The executable specification: its state graph, its opinion of a run, a drawing of one.",
      "oracle");
  describe(app, s);
  if (const auto status = rwl::verify::parse_or_status(app, argc, argv))
    return *status;
  try {
    if (app.got_subcommand("graph"))
      return print_graph(s);
    return app.got_subcommand("draw") ? print_drawing(s) : print_replay(s);
  } catch (const bad_input& e) {
    fmt::print(stderr, "oracle: {}\n", e.what());
    return 2;
  }
}
