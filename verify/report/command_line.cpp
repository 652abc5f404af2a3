#include "command_line.hpp"

#include "arguments.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rwl::verify {

namespace {

constexpr double default_budget = 300;

constexpr const char* about =
    R"(Explores reader-writer locks exhaustively and prints the matrix of verdicts: locks by
properties. Every verdict is compared with the expected matrix.)";

constexpr const char* after_options = R"(
Searches:
  full             every interleaving
  sleep            sleep sets
  dpor             dynamic partial-order reduction
  cached           sleep sets and a cache of visited states
  bounded[=K]      every interleaving with at most K preemptions (2)
  random           random executions: with --executions or --budget
  stock-full, stock-bound[=K], stock-random    the schedulers of Relacy, as a second opinion

Shards:
  Each runs whole checks. With --search full, sleep, dpor or bounded each check that can be split
  is: every shard searches its part of the tree.

Exit status:
  0  all verdicts are as expected; --replay: it has failed as it did
  1  a verdict is not as expected, a witness is missing, a check crashed, or a file or the output
     could not be written; --replay: the path ends without a failure
  2  the command line is wrong
  3  incomplete: interrupted, or not decided within the budget; nothing found is unexpected
A shard has 0 if it came to its end, whatever it found; --merge has the status of the whole run, and
1 if a shard is missing.

Examples:
  verify --list
  verify --lock phase_fair --property writer-starvation-freedom
  verify --scenario forever --threads 3 --verbose
  verify --lock fifo --mix 'RW+U>W+Rt'
  verify --replay ID           with an ID that a report shows
  verify --shard 1/2 --report here; verify --shard 2/2 --report here; verify --merge here)";

struct named_search {
  std::string_view name;
  search how;
  bool takes_bound;
};
constexpr named_search searches[] = {
    {"full", search::full, false},
    {"sleep", search::sleep, false},
    {"dpor", search::dpor, false},
    {"cached", search::cached, false},
    {"bounded", search::bounded, true},
    {"random", search::random, false},
    {"stock-full", search::stock_full, false},
    {"stock-bound", search::stock_bounded, true},
    {"stock-random", search::stock_random, false},
};

// Options as they were given.
struct option_words {
  std::string search;
  std::optional<double> budget;
  std::string shard;
};

void add_selection(CLI::App& app, settings& s) {
  app.add_option("--lock", s.by.locks, "only these locks")->type_name("NAME");
  app.add_option("--property", s.by.properties, "only these properties, by name or abbreviation")
      ->type_name("NAME");
  app.add_option("--scenario", s.by.scenarios, "only checks whose scenario contains one of these")
      ->type_name("TEXT");
  app.add_option("--threads", s.by.threads, "only checks with so many threads")
      ->check(CLI::Range(1, thread_limit).description(""))
      ->type_name("N");
  app.add_option("--mix", s.mixes,
                 "only this program: a script in letters for each thread, such as RW+U>W+Wt; there "
                 "is nothing to expect of it")
      ->type_name("SCRIPTS");
  app.add_flag("--full", s.by.full, "also the larger checks of the full tier");
  app.add_flag("--list", s.list, "list properties, locks and checks, and run nothing");
}

void add_search(CLI::App& app, settings& s, option_words& words) {
  app.add_option("--search", words.search, "how to search (default: what suits each check)")
      ->type_name("HOW");
  app.add_option("--budget", words.budget,
                 "for each check; 0: no limit (default: 300, with --full no limit)")
      ->check(CLI::Validator(CLI::NonNegativeNumber).description(""))
      ->take_last()
      ->type_name("SECONDS");
  app.add_option("--executions", s.search.max_executions, "executions for each search")
      ->check(CLI::Validator(CLI::PositiveNumber).description(""))
      ->type_name("N");
  app.add_option("--seed", s.search.seed, "of random searches (default: 1)")->type_name("N");
  app.add_option("--jobs", s.processes, "checks at a time (default: one for each core)")
      ->check(CLI::Range(1u, 4096u).description(""))
      ->type_name("N");
}

void add_shards(CLI::App& app, settings& s, option_words& words) {
  app.add_option("--shard", words.shard,
                 "only the K-th of N shards, whose results are put together by --merge")
      ->type_name("K/N");
  app.add_option("--merge", s.merge,
                 "run nothing, but put together the shards that are in these directories")
      ->type_name("DIR");
}

void add_output(CLI::App& app, settings& s) {
  app.add_option("--report", s.report,
                 "write matrix.txt, matrix.json, junit.xml and traces/*.txt there; a shard: its "
                 "results")
      ->type_name("DIR");
  const std::map<std::string, output_format> formats = {{"text", output_format::text},
                                                        {"json", output_format::json},
                                                        {"junit", output_format::junit}};
  app.add_option("--format", s.format, "of standard output: text (default), json or junit")
      ->transform(CLI::CheckedTransformer(formats).description(""))
      ->type_name("FORMAT");
  const std::map<std::string, when> occasions = {
      {"auto", when::automatic}, {"always", when::always}, {"never", when::never}};
  app.add_option("--color", s.colour,
                 "auto (default: a terminal without NO_COLOR), always or never")
      ->transform(CLI::CheckedTransformer(occasions).description(""))
      ->type_name("WHEN");
  app.add_flag("--progress", s.progress, "lines of progress even if standard error is no terminal");
  app.add_flag("--verbose", s.verbose,
               "all traces with every step; the theorems behind each *, Spin's drawn lassos");
  app.add_option("--replay", s.replay, "run one counterexample again and show its trace")
      ->type_name("ID")
      ->excludes("--lock", "--property", "--scenario", "--threads");
  app.add_flag("--in-process", s.in_process, "replay without a process of its own: for a debugger")
      ->needs("--replay");
}

void add_expected(CLI::App& app, settings& s) {
  app.add_option("--expected", s.expected,
                 "the matrix (default: verify/expected.json of the sources)")
      ->type_name("FILE");
  app.add_flag("--update-expected", s.update_expected,
               "write what was found to the file, and say what changed");
  app.add_flag("--no-expected", s.no_expected, "compare with nothing");
}

double usual_budget(const filter& by) { return by.full ? 0 : default_budget; }

std::string spelled(const check_options& o) {
  const auto known = std::ranges::find(searches, name(o.how), &named_search::name);
  return fmt::format("{}{}", known->name,
                     known->takes_bound ? fmt::format("={}", o.preemptions) : "");
}

void check_shard(settings& s, const std::string& given) {
  s.only = parse_shard(given);
  if (!s.only)
    throw usage_error(fmt::format("'{}' is no shard: write K/N, such as 3/16, with K from 1 to N "
                                  "and N at most {}.",
                                  given, most_shards));
  if (s.update_expected || !s.merge.empty() || s.replay || s.format == output_format::junit)
    throw usage_error("--shard only runs its checks: it does not go with --merge, --replay, "
                      "--update-expected or --format junit.");
  if (!s.list && s.report.empty() && s.format != output_format::json)
    throw usage_error("the results of a shard are there to be merged: add --report DIR or "
                      "--format json.");
}

// Throws usage_error.
void finish(settings& s, const option_words& words) {
  if (!words.search.empty() && !parse_search(words.search, s.search))
    throw usage_error("no search is called '" + words.search + "'. --help lists them.");
  s.budget = words.budget.value_or(usual_budget(s.by));
  if (s.budget > 0)
    s.search.max_seconds = s.budget;
  if (!words.shard.empty())
    check_shard(s, words.shard);
  if (const auto asked = arguments_of(s); !s.merge.empty() && !asked.empty())
    throw usage_error(fmt::format("the shards say what was asked of them: --merge does not go with "
                                  "{}.",
                                  fmt::join(asked, " ")));
  if (s.update_expected)
    s.require_whole_locks();
  s.no_expected |= !s.mixes.empty();
}

void describe(CLI::App& app, settings& s, option_words& words) {
  app.get_formatter()->column_width(28);
  app.footer(after_options);
  app.option_defaults()->group("Selection");
  add_selection(app, s);
  app.option_defaults()->group("Search");
  add_search(app, s, words);
  app.option_defaults()->group("Shards");
  add_shards(app, s, words);
  app.option_defaults()->group("Output");
  add_output(app, s);
  app.option_defaults()->group("Expected verdicts");
  add_expected(app, s);
}

} // namespace

bool settings::sampled() const {
  return search.search_given &&
         (search.how == verify::search::bounded || search.how == verify::search::random ||
          search.how == verify::search::stock_bounded ||
          search.how == verify::search::stock_random);
}

void settings::require_whole_locks() const {
  if (!by.whole_cells() || !by.properties.empty() || !mixes.empty() || search.search_given)
    throw usage_error("--update-expected records whole locks: it does not go with --scenario, "
                      "--threads, --property, --mix or --search.");
}

bool parse_search(const std::string& text, check_options& o) {
  const std::size_t equals = std::min(text.find('='), text.size());
  for (const named_search& known : searches) {
    if (text.substr(0, equals) != known.name)
      continue;
    o.search_given = true;
    o.how = known.how;
    if (equals == text.size())
      return true;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + equals + 1, end, o.preemptions);
    return known.takes_bound && error == std::errc() && rest == end;
  }
  return false;
}

std::vector<std::string> arguments_of(const settings& s) {
  std::vector<std::string> all;
  const auto say = [&all](const char* option, const std::string& value) {
    all.insert(all.end(), {option, value});
  };
  for (const std::string& name : s.by.locks)
    say("--lock", name);
  for (const std::string& name : s.by.properties)
    say("--property", name);
  for (const std::string& part : s.by.scenarios)
    say("--scenario", part);
  if (s.by.threads != 0)
    say("--threads", std::to_string(s.by.threads));
  for (const std::string& scripts : s.mixes)
    say("--mix", scripts);
  if (s.by.full)
    all.push_back("--full");
  if (s.search.search_given)
    say("--search", spelled(s.search));
  if (s.budget != usual_budget(s.by))
    say("--budget", fmt::format("{}", s.budget));
  if (const check_options usual; s.search.max_executions != usual.max_executions)
    say("--executions", std::to_string(s.search.max_executions));
  if (const check_options usual; s.search.seed != usual.seed)
    say("--seed", std::to_string(s.search.seed));
  return all;
}

settings settings_of(const std::vector<std::string>& arguments) {
  settings s;
  option_words words;
  CLI::App app;
  describe(app, s, words);
  try {
    app.parse(std::vector(arguments.rbegin(), arguments.rend())); // CLI11 takes the last one first
  } catch (const CLI::ParseError& e) {
    throw usage_error(e.what());
  }
  finish(s, words);
  return s;
}

std::variant<settings, int> parse_command_line(int argc, char** argv) {
  settings s;
  option_words words;
  s.processes = std::max(1u, std::thread::hardware_concurrency());
  CLI::App app(about, "verify");
  describe(app, s, words);
  if (const auto status = parse_or_status(app, argc, argv))
    return *status;
  try {
    finish(s, words);
  } catch (const usage_error& e) {
    std::cerr << "verify: " << e.what() << '\n';
    return 2;
  }
  return s;
}

} // namespace rwl::verify
