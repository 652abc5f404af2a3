#include "guard_text.hpp"

#include <fmt/format.h>

namespace rwl::conformance {

namespace {

using verify::mode;
using verify::request;
using verify::specification;
using verify::strategy;

std::string listed(verify::thread_set threads) {
  std::string text;
  threads.for_each([&](int t) { text += fmt::format("{}{}", text.empty() ? "" : ", ", t); });
  return text;
}

std::string overtaken_too_often(const specification& state, int thread) {
  for (const request& r : state.queue()) {
    if (r.thread == thread)
      break;
    if (r.overtaken == state.bypass_bound())
      return fmt::format("thread {} came before and has been overtaken {} times", r.thread,
                         r.overtaken);
  }
  return {};
}

std::string who_is_before(const specification& state, strategy rules, int thread, bool reads) {
  if (rules == strategy::throughput)
    return overtaken_too_often(state, thread);
  if (reads && rules == strategy::reader_preferring)
    return {};
  for (const request& r : state.queue()) {
    if (r.thread == thread)
      break;
    if (!reads || r.wanted != mode::read)
      return fmt::format("the request of thread {} comes first", r.thread);
  }
  return {};
}

// Of a grant: the first thing in the way of the thread, whatever it wants besides.
std::string in_the_way(const specification& state, strategy rules, mode wanted, int thread) {
  const bool reads = wanted == mode::read;
  if (state.writer() >= 0)
    return fmt::format("thread {} is inside to write", state.writer());
  if (reads && state.upgrade_pending())
    return fmt::format("thread {} waits for its upgrade", state.upgradeable());
  if (!reads && state.upgradeable() >= 0)
    return fmt::format("thread {} holds the upgradeable mode", state.upgradeable());
  if (wanted == mode::write && !state.readers().empty())
    return fmt::format("inside to read: {}", listed(state.readers()));
  if (!reads && !state.batch().empty())
    return fmt::format("the batch comes first: {}", listed(state.batch()));
  if (std::string others = who_is_before(state, rules, thread, reads); !others.empty())
    return others;
  return fmt::format("readers come first: {}", listed(state.waiting_readers()));
}

std::string grant(const specification& state, strategy rules, mode wanted, int thread) {
  const request* r = state.queue().find(thread);
  const bool asked = wanted == mode::read ? state.waiting_readers().contains(thread)
                                          : r != nullptr && r->wanted == wanted;
  return asked ? in_the_way(state, rules, wanted, thread) : "it does not wait for that";
}

std::string upgrade(const specification& state, int thread) {
  if (thread != state.upgradeable() || !state.upgrade_pending())
    return "it has no upgrade pending";
  return state.readers().empty() ? "the batch comes first: " + listed(state.batch())
                                 : "inside to read: " + listed(state.readers());
}

} // namespace

std::string failed_guard(const specification& state, strategy rules, event what, int thread) {
  switch (what) {
    using enum event;
  case read_request:
  case write_request:
  case upgradeable_request:
    return "it is inside, or waits already";
  case read_grant:
    return grant(state, rules, mode::read, thread);
  case write_grant:
    return grant(state, rules, mode::write, thread);
  case upgradeable_grant:
    return grant(state, rules, mode::upgradeable, thread);
  case upgrade_grant:
    return upgrade(state, thread);
  case upgrade_cancel:
    return "it has no upgrade pending";
  case read_release:
    return "it is not inside to read";
  case write_release:
  case write_reenter:
  case write_to_read:
  case write_to_upgradeable:
    return "it is not inside to write";
  case upgradeable_release:
  case upgradeable_to_read:
  case upgrade_request:
    return "it does not hold the upgradeable mode, or waits for its upgrade";
  case read_to_write:
    return "it is not alone inside, or somebody waits to write";
  case cancel:
    return "it does not wait";
  case condition_wait:
    return "it is not inside";
  case notify:
    return "it does not wait on a condition";
  case read_refused:
  case write_refused:
  case upgradeable_refused:
  case upgrade_refused:
    return "nothing was in its way";
  }
  return {};
}

} // namespace rwl::conformance
