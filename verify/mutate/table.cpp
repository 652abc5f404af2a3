// The record for people.
#include "record.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace rwl::verify::mutate {

namespace {

constexpr const char* introduction =
    R"(# Mutants

Would the checks notice? Every operation that the explorer has seen execute in `lib/rwl/` is done
wrong on purpose, one at a time, in the machine that runs the lock: the source stays as it is.

- An order stronger than relaxed is weakened by each single step and to relaxed.
- A wake-up, a store or the effect of a read-modify-write is dropped.
- An exchange *fails once more*: although it found what it expected, once for each thread.
- An exchange *keeps its expectation*: it fails without telling what it found.

A mutant is killed by the first check, cheap ones first, that is red for it: a property is refuted
that holds, or an interesting case is no longer reached. `make mutants` runs them all again and is
red when one survives that is not listed below with its reason, or when this page would differ. Every
comment on an order names its killer in brackets, and that is checked too.

Not done wrong: the Sync policy itself (the parkers, `membarrier`, the waiting loops), which the
explorer replaces, and the lock-order graph of `checked` (`ownership/lock_order.hpp`), which is no
part of a lock and works on the machine's own atomics: ThreadSanitizer sees it. Conditions and the
other adaptors have no orders of their own.

)";

std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, 1, '\\');
  return text;
}

std::string killed_by(const entry& e) { return fmt::format("`{}`: {}", cell(e.by), cell(e.what)); }

} // namespace

std::string table_text(const std::vector<mutant>& mutants,
                       const std::vector<verdict_on_mutant>& verdicts, const record& recorded) {
  std::string text;
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    const mutant& m = mutants[i];
    const verdict_on_mutant& v = verdicts[i];
    text += fmt::format("{}:{}  {} {}\n", m.what.at.file, m.what.at.line, m.what.at.operation,
                        m.mutation);
    if (v.killed) {
      text += fmt::format("  killed    {}: {}, {} executions, {:.2f} s\n", v.killed->check_name(),
                          v.killed->what, v.killed->executions, v.killed->seconds);
      continue;
    }
    const entry* const known = find(recorded, m);
    const std::string reason = known ? known->reason : std::string();
    text += fmt::format("  SURVIVED  {} checks, {} executions, {:.1f} s; {}\n", v.checks,
                        v.executions, v.seconds, reason.empty() ? "no reason is given" : reason);
  }
  return text;
}

std::string page_text(const record& all) {
  const score s = score_of(all);
  std::string text = introduction;
  text += fmt::format("**{} of {} weakened orders are killed, {} of {} mutants in all.**\n\n"
                      "| operation | mutation | killed by | executions |\n|---|---|---|---|\n",
                      s.orders_killed, s.orders, s.killed, s.mutants);
  std::string survivors;
  for (const auto& [site, mutations] : all)
    for (const auto& [mutation, e] : mutations)
      if (e.killed())
        text += fmt::format("| `{}` | {} | {} | {} |\n", site, cell(mutation), killed_by(e),
                            e.executions);
      else
        survivors += fmt::format("| `{}` | {} | {} |\n", site, cell(mutation), cell(e.reason));
  if (!survivors.empty())
    text += "\n## Survivors\n\n| operation | mutation | why it may survive |\n|---|---|---|\n" +
            survivors;
  return text;
}

} // namespace rwl::verify::mutate
