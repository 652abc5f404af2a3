#include "trace_text.hpp"

#include "style.hpp"
#include "wait_for.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rwl::verify {

namespace {

constexpr std::string_view library = "lib/rwl/";
constexpr std::size_t widest_operation = 34, widest_place = 32;

std::string_view short_order(std::string_view order) {
  if (order == "relaxed")
    return "rlx";
  if (order == "acquire" || order == "consume")
    return "acq";
  if (order == "release")
    return "rel";
  if (order == "acq_rel")
    return "a/r";
  return order == "seq_cst" ? "sc" : order;
}

bool visible(const trace_step& s) {
  const bool bookkeeping =
      s.object.starts_with("var#") || s.object.starts_with("ghost#") || s.operation == "destroy";
  return !bookkeeping || !s.events.empty() || !s.succeeded;
}

// "R{} W0 waiting{2} queue[]" becomes "W0 waiting{2}".
std::string without_empty_parts(const std::string& state) {
  std::istringstream parts(state);
  std::string text;
  for (std::string part; parts >> part;)
    if (!part.ends_with("{}") && !part.ends_with("[]") && !part.ends_with('-'))
      text += (text.empty() ? "" : " ") + part;
  return text.empty() ? "free" : text;
}

class writer {
public:
  writer(const trace& t, std::size_t cycle_begin, const trace_style& style, source_tree& sources)
      : t_(t), style_(style), paint_{style.colour}, sources_(sources), begin_(cycle_begin) {
    of_model_ = !t.steps.empty() &&
                std::ranges::all_of(t.steps, &std::string::empty, &trace_step::operation);
    for (std::size_t i = 0; i < t.steps.size(); ++i)
      if (shown(i)) {
        operation_width_ = std::max(operation_width_, operation_text(t.steps[i]).size());
        place_width_ = std::max(place_width_, place(t.steps[i]).size());
      }
    operation_width_ = std::min(operation_width_, widest_operation);
    place_width_ = std::min(place_width_, widest_place);
  }

  std::string text(const trace_title& title) {
    line(paint_(colour::bold, title.where));
    if (!title.headline.empty())
      line(paint_(colour::bold, title.headline));
    line("");
    header();
    for (std::size_t i = 0; i < t_.steps.size(); ++i) {
      if (i == begin_)
        rule("from here the steps repeat for ever");
      if (shown(i))
        step(i);
    }
    if (begin_ < t_.steps.size())
      lap();
    failure();
    if (!title.command.empty())
      line("again: " + title.command);
    return std::move(out_);
  }

private:
  bool shown(std::size_t i) const {
    const bool last = i + 1 == t_.steps.size() && begin_ >= t_.steps.size();
    return style_.every_step || last || visible(t_.steps[i]);
  }

  std::string operation_text(const trace_step& s) const {
    return of_model_ ? fmt::format("{}", fmt::join(s.events, ", ")) : step_text(s);
  }

  std::string place(const trace_step& s) const {
    if (s.at.line == 0)
      return "";
    std::string path = sources_.path(s.at);
    if (path.starts_with(library))
      path.erase(0, library.size());
    return fmt::format("{}:{}", path, s.at.line);
  }

  // [#] marks the thread that made the step.
  std::string lanes(const trace_step* s) const {
    std::string text;
    for (int t = 0; t < t_.threads; ++t) {
      if (!s) {
        text += fmt::format("{:^4}", fmt::format("T{}", t));
        continue;
      }
      const char now = ".t#l"[static_cast<int>(s->phases[static_cast<std::size_t>(t)])];
      text += t == s->thread ? paint_(colour::bold, fmt::format("[{}] ", now))
                             : fmt::format(" {}  ", now);
    }
    return text;
  }

  void header() {
    if (of_model_)
      return line(paint_(colour::grey,
                         fmt::format("{:>5}  {} {:<{}}  {}", "step", lanes(nullptr), "event",
                                     operation_width_, t_.steps[0].state.empty() ? "" : "lock")));
    const std::string text =
        fmt::format("{:>5}  {} {:<{}}  {:<3}  {:<{}}  {}", "step", lanes(nullptr), "operation",
                    operation_width_, "ord", "where", place_width_, "source");
    line(paint_(colour::grey, text));
  }

  void step(std::size_t i) {
    const trace_step& s = t_.steps[i];
    if (of_model_)
      return model_step(i);
    if (!reports_only(s) || i + 1 == t_.steps.size())
      operation(i);
    std::vector<std::string> told = s.events;
    if (!s.state.empty() && s.state != state_)
      told.push_back("lock: " + without_empty_parts(s.state));
    if (!told.empty())
      detail(i, fmt::format("{}", fmt::join(told, ", ")));
    if (!s.state.empty())
      state_ = s.state;
  }

  void model_step(std::size_t i) {
    const trace_step& s = t_.steps[i];
    line(fmt::format("{}{:>4}  {} {:<{}}  {}", i >= begin_ ? '|' : ' ', i + 1, lanes(&s),
                     operation_text(s), operation_width_,
                     s.state.empty() ? "" : without_empty_parts(s.state)));
  }

  // No step of the lock, but of the tool, which says what the lock's callers do.
  bool reports_only(const trace_step& s) {
    return !style_.every_step && !s.events.empty() && s.object.starts_with("ghost#");
  }

  void operation(std::size_t i) {
    const trace_step& s = t_.steps[i];
    std::string operation = fmt::format("{:<{}}", step_text(s), operation_width_);
    if (s.stale > 0 || operation.find(" RACE") != std::string::npos)
      operation = paint_(colour::red, operation);
    const std::string left = fmt::format("{}{:>4}  {} ", i >= begin_ ? '|' : ' ', i + 1, lanes(&s));
    const std::string middle =
        fmt::format("  {:<3}  {:<{}}  ", short_order(s.order), place(s), place_width_);
    // Colours take no room on the screen.
    const std::size_t used = 8 + 4 * static_cast<std::size_t>(t_.threads) +
                             std::max(operation_width_, step_text(s).size()) + middle.size();
    line(left + operation + middle + paint_(colour::grey, cut(sources_.line(s.at), used)));
  }

  void detail(std::size_t i, std::string_view text) {
    const std::size_t indent = 7 + 4 * static_cast<std::size_t>(t_.threads);
    line(fmt::format("{}{:{}}* {}", i >= begin_ ? '|' : ' ', "", indent,
                     cut(std::string(text), indent + 3)));
  }

  std::string cut(std::string text, std::size_t used) const {
    if (style_.width == 0 || used + text.size() <= style_.width)
      return text;
    const std::size_t room = style_.width > used + 2 ? style_.width - used - 2 : 0;
    return room == 0 ? "" : text.substr(0, room) + "..";
  }

  void rule(std::string_view text) { line(fmt::format("+--- {} {:-<{}}", text, "", 40)); }

  // What each thread has from one lap of the cycle.
  void lap() {
    rule(fmt::format("back to step {}: one lap", begin_ + 1));
    for (int t = 0; t < t_.threads; ++t)
      line(fmt::format("  T{} {}", t, in_a_lap(static_cast<std::size_t>(t))));
  }

  std::string in_a_lap(std::size_t thread) const {
    int entries = 0;
    bool moves = false;
    phase before = t_.steps.back().phases[thread];
    for (std::size_t i = begin_; i < t_.steps.size(); ++i) {
      const phase now = t_.steps[i].phases[thread];
      entries += now == phase::inside && before != phase::inside;
      moves = moves || now != before;
      before = now;
    }
    if (entries > 0)
      return fmt::format("enters {} time{}", entries, entries == 1 ? "" : "s");
    if (moves)
      return "does not enter";
    constexpr std::string_view stays[] = {"stays away", "is trying all the time",
                                          "is inside all the time", "is leaving all the time"};
    return std::string(stays[static_cast<int>(before)]);
  }

  void failure() {
    if (t_.failure_kind.empty() && begin_ >= t_.steps.size())
      line("this execution ends without a failure");
    if (!t_.failure_kind.empty())
      line(paint_(colour::red, fmt::format("{}: {}", t_.failure_kind, t_.failure_message)));
    for (const std::string& waits : t_.blocked)
      line("  " + waits);
    if (t_.failure_kind == "deadlock")
      for (const std::string& edge : wait_for_graph(t_))
        line("  " + edge);
  }

  void line(const std::string& text) {
    const std::size_t end = text.find_last_not_of(' ');
    out_.append(text, 0, end == std::string::npos ? 0 : end + 1);
    out_ += '\n';
  }

  const trace& t_;
  const trace_style& style_;
  palette paint_;
  source_tree& sources_;
  std::size_t begin_;
  bool of_model_;
  std::size_t operation_width_ = 9, place_width_ = 5;
  std::string state_;
  std::string out_;
};

} // namespace

std::string trace_text(const trace_title& title, const trace& t, std::size_t cycle_begin,
                       const trace_style& style, source_tree& sources) {
  return writer(t, cycle_begin, style, sources).text(title);
}

std::string trace_legend() {
  return R"legend(How to read a trace
  step       gaps in the numbers are accesses to plain variables: --verbose shows them
  T0 T1 ..   a lane for each thread: . elsewhere, t trying, # inside, l leaving; [ ] made the step
  operation  #n is the n-th object of the program; "= 4 @12" has read 4, which step 12 wrote (no @:
             the initial value), and "(1 newer)" a value that one newer store has made out of date;
             ":= 5" has written 5; "CAS #0 4 := 5" has found 4 and put 5 in its place
  ord        memory order: rlx relaxed, acq acquire, rel release, a/r acq_rel, sc seq_cst
  where      file and line, below lib/rwl/ or from the root of the sources; then that line's text
  *          steps of the specification that the step above made; the lock's state after it,
             without its empty parts
)legend";
}

} // namespace rwl::verify
