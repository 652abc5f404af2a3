#include "progress.hpp"

#include <algorithm>
#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

namespace rwl::verify {

namespace {

constexpr double seconds_between_lines = 10;
constexpr double worth_naming = 2; // seconds that a check takes before it is named

std::string rounded(std::uint64_t n) {
  if (n < 10'000)
    return fmt::format("{}", n);
  if (n < 10'000'000)
    return fmt::format("{:.0f}k", static_cast<double>(n) / 1e3);
  return fmt::format("{:.0f}M", static_cast<double>(n) / 1e6);
}

std::size_t terminal_width() {
  winsize size = {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

} // namespace

std::string progress_text(const progress_view& v, std::size_t width) {
  std::string text = fmt::format("{}/{} checks, {} executions, {:.0f} s", v.done, v.total,
                                 rounded(v.executions), v.seconds);
  for (const progress_view::worker& w : v.working)
    if (w.seconds >= worth_naming)
      text +=
          fmt::format("; {} / {} {:.0f} s", w.does->lock->name, w.does->what->scenario, w.seconds);
  if (text.size() > width)
    text = text.substr(0, width - 2) + "..";
  return text;
}

progress_line::~progress_line() {
  if (terminal_ && shown_)
    fmt::print(stderr, "\r\033[K");
}

void progress_line::show(const progress_view& v) {
  if (terminal_) {
    fmt::print(stderr, "\r\033[K{}", progress_text(v, terminal_width() - 1));
    std::fflush(stderr);
  } else if (v.seconds >= last_ + seconds_between_lines) {
    last_ = v.seconds;
    fmt::print(stderr, "{}\n", progress_text(v, 1000));
  }
  shown_ = true;
}

} // namespace rwl::verify
