// The command build/conformance: see --help.
#include "report.hpp"

#include <verify/report/arguments.hpp>

#include <algorithm>
#include <chrono>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace rwl::conformance {

namespace {

struct settings {
  std::vector<std::string> locks;
  std::string table;
  effort work{2'000'000};
  bool list = false;
};

constexpr const char* after_options = R"(
Exit status:
  0  every recording is accepted by the table of its lock, and rejected by the others; of --table
     or a defect: it is accepted
  1  a recording is not as it should be, or something that must happen did not
  2  the command line is wrong

Examples:
  conformance --lock fifo --events 5000000 --seed 7
  conformance --lock fifo --table phase_fair   what a rejection looks like
  conformance --lock M26c                      a bug that shipped, recorded)";

template <class Named>
std::vector<std::string> names_of(const std::vector<Named>& all) {
  std::vector<std::string> names;
  std::ranges::transform(all, std::back_inserter(names), &Named::name);
  return names;
}

void describe(CLI::App& app, settings& s) {
  const std::vector<std::string> locks = names_of(subjects());
  std::vector<std::string> all = names_of(defects());
  all.insert(all.begin(), locks.begin(), locks.end());
  app.footer(after_options);
  app.add_option("--lock", s.locks, "only these locks; of a defect, show how it is rejected")
      ->check(CLI::IsMember(all).description(""))
      ->type_name("NAME");
  app.add_option("--events", s.work.events, "record so many, of all locks together (2000000)")
      ->check(CLI::Range(1'000ULL, 1'000'000'000ULL).description(""))
      ->type_name("N");
  app.add_option("--seed", s.work.seed, "the same seed makes each thread ask for the same (1)")
      ->type_name("N");
  app.add_option("--table", s.table, "hold the locks against the table of this one instead")
      ->check(CLI::IsMember(locks).description(""))
      ->type_name("NAME");
  app.add_flag("--list", s.list, "list locks and defects, and record nothing");
}

class tool {
public:
  explicit tool(const settings& s) : s_(s) {
    const auto chosen = [&](const auto& lock) {
      return s.locks.empty() || std::ranges::count(s.locks, lock.name);
    };
    std::ranges::copy_if(subjects(), std::back_inserter(locks_), chosen);
    const auto named = [&](const suspect& d) { return std::ranges::count(s.locks, d.name); };
    std::ranges::copy_if(defects(), std::back_inserter(suspects_), named);
    const auto other = std::ranges::find(subjects(), s.table, &subject::name);
    if (other != subjects().end())
      for (const subject& lock : locks_)
        suspects_.push_back({lock.name, "held against another table", other->follows, lock.record});
    share_ = s.work;
    share_.events = s.work.events / std::max<std::size_t>(locks_.size(), 1);
  }

  int run() {
    if (s_.list)
      return list();
    if (!suspects_.empty())
      return show_rejections();
    const auto start = std::chrono::steady_clock::now();
    record_locks();
    fmt::print("\nDefects\n");
    for (const suspect& d : defects())
      add(defect_text(d, first_rejection(d, share_)));
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    fmt::print("\n{} events, seed {}, {:.1f} s\n{} passed, {} failed\n", events_, share_.seed,
               time.count(), total_.passed, total_.failed);
    return total_.failed == 0 ? 0 : 1;
  }

private:
  static int list() {
    for (const subject& lock : subjects())
      fmt::print("{}\n", lock.name);
    for (const suspect& d : defects())
      fmt::print("{}: {}\n", d.name, d.what);
    return 0;
  }

  int show_rejections() const {
    bool all_accepted = true;
    for (const suspect& each : suspects_) {
      const auto r = first_rejection(each, share_);
      all_accepted &= !r;
      fmt::print("{}: {}\n{}\n", each.name, each.what,
                 r ? r->text : fmt::format("  accepted by {}\n", each.claims.name()));
    }
    return all_accepted ? 0 : 1;
  }

  void record_locks() {
    std::vector<account> all;
    for (const subject& lock : locks_) {
      all.push_back(record_and_judge(lock, share_));
      events_ += all.back().events;
    }
    add(account_text(locks_, all));
    for (std::size_t i = 0; i < all.size(); ++i)
      if (!all[i].failure.empty())
        fmt::print("The same requests again: conformance --lock '{}' --events {} "
                   "--seed {}\n",
                   locks_[i].name, share_.events, share_.seed);
  }

  void add(const result& r) {
    fmt::print("{}", r.text);
    total_.passed += r.passed;
    total_.failed += r.failed;
  }

  const settings& s_;
  std::vector<subject> locks_;
  std::vector<suspect> suspects_; // to be shown instead
  effort share_;                  // of each lock
  std::uint64_t events_ = 0;
  result total_;
};

} // namespace

} // namespace rwl::conformance

int main(int argc, char** argv) {
  using namespace rwl::conformance;
  settings s;
  CLI::App app("Records locks in real use, and holds what happened against the specification.",
               "conformance");
  describe(app, s);
  if (const auto status = rwl::verify::parse_or_status(app, argc, argv))
    return *status;
  try {
    return tool(s).run();
  } catch (const std::exception& e) {
    fmt::print(stderr, "conformance: {}\n", e.what());
    return 1;
  }
}
