// The specification's state as text, for reports.
#pragma once

#include "spec.hpp"

namespace rwl::verify {

inline std::string specification::show() const {
  std::string text;
  const auto list = [&](std::string_view open, auto&& items, char close) {
    text += open;
    const std::size_t start = text.size();
    items([&](int thread, std::string_view suffix) {
      if (text.size() != start)
        text += ',';
      text += std::to_string(thread);
      text += suffix;
    });
    text += close;
  };
  const auto members = [](thread_set set, std::string_view suffix) {
    return [=](auto&& item) { set.for_each([&](int t) { item(t, suffix); }); };
  };
  const auto holder = [](int thread) { return thread < 0 ? "-" : std::to_string(thread); };

  list("R{", members(readers_, ""), '}');
  text += " W" + holder(writer_);
  if (depth_ > 1)
    text += "x" + std::to_string(depth_);
  text += " U" + holder(upgradeable_);
  if (upgrade_pending_)
    text += "!";
  list(" waiting{", members(waiting_readers_, ""), '}');
  list(" batch{", members(batch_, ""), '}');
  list(
      " queue[",
      [this](auto&& item) {
        for (const request& r : queue_) {
          std::string suffix(1, "rwu"[static_cast<int>(r.wanted)]);
          if (r.overtaken > 0)
            suffix += "+" + std::to_string(r.overtaken);
          item(r.thread, suffix);
        }
      },
      ']');
  list(
      " condition{",
      [&](auto&& item) {
        members(condition_readers_, "r")(item);
        members(condition_writers_, "w")(item);
      },
      '}');
  return text;
}

} // namespace rwl::verify
