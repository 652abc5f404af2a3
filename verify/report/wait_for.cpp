#include "wait_for.hpp"

#include <rwl/sync/event.hpp>

#include <fmt/format.h>

#include <array>
#include <optional>
#include <sstream>
#include <string_view>

namespace rwl::verify {

namespace {

enum class wish { none, read, write, upgradeable, upgrade };

// What a thread has of the lock, and what it waits for.
struct standing {
  bool reads = false, upgradeable = false;
  int writes = 0; // depth
  wish wants = wish::none;
  wish left_for_condition = wish::none; // the mode that a notification asks for again
};

std::optional<event> event_named(std::string_view text) {
  for (int e = 0; e < event_count; ++e)
    if (text == name(static_cast<event>(e)))
      return static_cast<event>(e);
  return std::nullopt;
}

void become_writer(standing& t) {
  t = {};
  t.writes = 1;
}

void wait_on_condition(standing& t) {
  const wish again = t.writes > 0 ? wish::write : wish::read;
  t = {};
  t.left_for_condition = again;
}

void follow(standing& t, event e) {
  switch (e) {
    using enum event;
  case read_request:
    t.wants = wish::read;
    return;
  case write_request:
    t.wants = wish::write;
    return;
  case upgradeable_request:
    t.wants = wish::upgradeable;
    return;
  case upgrade_request:
    t.wants = wish::upgrade;
    return;
  case notify:
    t.wants = t.left_for_condition;
    return;
  case cancel:
  case upgrade_cancel:
    t.wants = wish::none;
    return;
  case read_grant:
  case write_to_read:
  case upgradeable_to_read:
    t = {};
    t.reads = true;
    return;
  case upgradeable_grant:
  case write_to_upgradeable:
    t = {};
    t.upgradeable = true;
    return;
  case write_grant:
  case upgrade_grant:
  case read_to_write:
    return become_writer(t);
  case write_reenter:
    ++t.writes;
    return;
  case write_release:
    --t.writes;
    return;
  case read_release:
    t.reads = false;
    return;
  case upgradeable_release:
    t.upgradeable = false;
    return;
  case condition_wait:
    return wait_on_condition(t);
  default: // a refusal changes nothing
    return;
  }
}

// How another thread inside keeps one that wishes this out; empty if it does not.
std::string_view obstacle(wish wanted, const standing& inside) {
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
  std::array<standing, thread_limit> threads;
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
