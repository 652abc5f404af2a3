#include "thread_standing.hpp"

namespace rwl::verify {

namespace {

void become_writer(thread_standing& t) {
  t = {};
  t.writes = 1;
}

void wait_on_condition(thread_standing& t) {
  const wish again = t.writes > 0 ? wish::write : wish::read;
  t = {};
  t.left_for_condition = again;
}

} // namespace

std::optional<event> event_named(std::string_view text) {
  for (int e = 0; e < event_count; ++e)
    if (text == name(static_cast<event>(e)))
      return static_cast<event>(e);
  return std::nullopt;
}

void follow(thread_standing& t, event e) {
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

phase phase_of(const thread_standing& t) {
  if (t.wants != wish::none)
    return phase::trying;
  return t.reads || t.upgradeable || t.writes > 0 ? phase::inside : phase::remainder;
}

} // namespace rwl::verify
