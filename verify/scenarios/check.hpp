// What the explorer is asked: one check explores one small program over one lock, and gives
// verdicts on the properties that the program can decide.
#pragma once

#include "../engine/explore.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rwl::verify {

// The columns of the matrix.
enum class property : std::uint8_t {
  mutual_exclusion,
  data_race_freedom,
  reader_concurrency,
  deadlock_freedom,
  reader_bypass,
  writer_bypass,
  reader_starvation_freedom,
  writer_starvation_freedom,
  reader_priority, // RP1
  writer_priority, // WP1
  writer_fcfs,
  fcfs,
  reader_fife,
  phase_fairness,
  bounded_exit,
  upgrade,
  downgrade,
  cancellation,
  timeout,
  condition,
  reentrancy,
  refinement,
};
inline constexpr int property_count = static_cast<int>(property::refinement) + 1;

struct property_info {
  property id;
  std::string_view name;         // "mutual-exclusion", on the command line
  std::string_view abbreviation; // "MX", in the matrix
  std::string_view definition;   // one sentence, with the paper it comes from
};
const std::vector<property_info>& properties();
const property_info& info(property);

enum class verdict : std::uint8_t {
  not_offered,    // –
  holds_complete, // the whole decision tree
  holds_bounded,  // within the bound that is stated
  refuted,        // with a counterexample
  unknown,        // the budget was spent
};
std::string_view name(verdict);

// The verdict of several checks on one property: the worst of them.
verdict combine(verdict, verdict);

// A counterexample, ready to be shown and to be run again.
struct counterexample {
  std::string headline; // what went wrong, in words
  trace steps;
  std::size_t cycle_begin = 0; // starvation: first step of the cycle that repeats for ever;
                               // no cycle: steps.steps.size()
  decisions path;
  // How the judge has varied the program to find this, in its own code; 0: not at all.
  std::uint64_t variant = 0;
};

// What one check has to say about one property.
struct finding {
  property about;
  verdict says = verdict::unknown;
  std::string evidence;                 // "1087 states", "at most 0, 0, 0, 0 in 1 to 4 rounds", …
  std::string bound;                    // holds_bounded: which one
  std::vector<counterexample> examples; // refuted: the one counterexample
};

struct check_result {
  std::vector<finding> findings;
  statistics stats; // summed over the explorations that the check made
  // Interesting cases that were reached, by name: "readers overlapped", "a writer waited", …
  std::vector<std::string> witnessed;
  std::vector<std::string> missing;  // witnesses that the check requires and did not reach: red
  std::vector<operation_site> sites; // of the source that were executed, if asked for
  bool interrupted = false;
};

// What the command line may change about a check.
struct check_options {
  bool search_given = false;
  search how = search::cached; // only if search_given
  search_part part;            // only if search_given, and the check has parts
  unsigned preemptions = 2;
  double max_seconds = 1e9;
  std::uint64_t max_executions = ~0ull;
  std::uint64_t seed = 1;
  std::atomic<std::uint64_t>* progress = nullptr; // executions, for the progress line
  bool shorten = true;                            // look for a shorter counterexample
  const mutation* mutant = nullptr;               // what is done wrong
  std::set<operation_site>* sites = nullptr;      // collect the operations that are seen
};

enum class tier : std::uint8_t { quick, full };

struct check {
  std::string lock;     // row of the matrix
  std::string scenario; // "mix R+R+W", "meeting 2R", "forever 1W+2R", …
  tier size = tier::quick;
  int threads = 0;
  double cost = 1; // rough seconds, to start the long ones first
  std::vector<property> decides;
  // Each of its properties is about every single execution: the verdicts of the parts of a search,
  // combined, are those of the whole.
  bool has_parts = false;
  std::function<check_result(const check_options&)> run;
  // Runs the program of the check once more along the path of a counterexample and records it.
  std::function<trace(const decisions&, std::uint64_t variant)> replay;
};

struct lock_info {
  std::string name;        // "phase_fair", row of the matrix
  std::string family;      // "rwl", "textbook", "exhibit"
  std::string description; // one line
  std::vector<check> checks;
  // The standard program with scripts that are not among the checks: "RW+U>W". None: the lock does
  // not offer all of their letters. Throws std::invalid_argument if these are no scripts.
  std::function<std::optional<check>(const std::string& scripts)> mix = {};
  std::string follows = {}; // the strategy of the specification that it is held to; empty: none
};

// Every lock that is registered, with all its checks. Building the list explores nothing.
const std::vector<lock_info>& registered_locks();

} // namespace rwl::verify
