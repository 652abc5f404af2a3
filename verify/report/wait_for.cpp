#include "wait_for.hpp"

#include "thread_standing.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <sstream>
#include <string_view>

namespace rwl::verify {

namespace {

// How another thread inside keeps one that wishes this out; empty if it does not.
std::string_view obstacle(wish wanted, const thread_standing& inside) {
  if (inside.writes > 0)
    return "writer";
  if (inside.upgradeable && (wanted == wish::write || wanted == wish::upgradeable))
    return "upgradeable holder";
  if (inside.reads && (wanted == wish::write || wanted == wish::upgrade))
    return "reader";
  return "";
}

std::string_view purpose(wish wanted) {
  constexpr std::string_view purposes[] = {"", "to read", "to write", "for the upgradeable mode",
                                           "to write"};
  return purposes[static_cast<int>(wanted)];
}

} // namespace

std::vector<std::string> wait_for_graph(const trace& t) {
  std::array<thread_standing, thread_limit> threads;
  for (const trace_step& s : t.steps)
    for (const std::string& told : s.events) {
      std::istringstream words(told);
      char letter = 0;
      std::size_t thread = 0;
      std::string what;
      if (words >> letter >> thread >> what && thread < threads.size())
        if (const auto e = event_named(what))
          follow(threads[thread], *e);
    }
  std::vector<std::string> edges;
  for (std::size_t waiter = 0; waiter < threads.size(); ++waiter) {
    const wish wanted = threads[waiter].wants;
    if (wanted == wish::none)
      continue;
    for (std::size_t other = 0; other < threads.size(); ++other) {
      const std::string_view as = other == waiter ? "" : obstacle(wanted, threads[other]);
      if (!as.empty())
        edges.push_back(
            fmt::format("T{} waits {} until {} T{} leaves", waiter, purpose(wanted), as, other));
      else if (threads[other].wants == wish::upgrade && wanted == wish::read)
        edges.push_back(fmt::format("T{} waits to read until T{} has written", waiter, other));
    }
  }
  return edges;
}

} // namespace rwl::verify
