#include "run_line.hpp"

#include <verify/oracle/threads.hpp>
#include <verify/report/thread_standing.hpp>

#include <algorithm>
#include <istream>
#include <sstream>

namespace rwl::verify::conformance {

run_line parse_run_line(const std::string& text) {
  run_line line{};
  std::istringstream words(text);
  if (!text.empty() && '0' <= text[0] && text[0] <= '9')
    words >> line.depth.emplace();
  std::string what;
  words >> what >> line.thread;
  const std::optional<event> known = event_named(what);
  if (!words || !known || line.thread < 0 || line.thread >= max_threads)
    throw bad_input("\"" + text +
                    "\" is no line of a run: an event and a thread, like \"read_request 0\"");
  line.what = *known;
  std::getline(words >> std::ws, line.state);
  return line;
}

run parse_run(std::istream& in) {
  run r;
  for (std::string text; std::getline(in, text);)
    if (text.starts_with(title_mark))
      r.title = text.substr(std::min(text.size(), text.find_first_not_of("# ")));
    else if (text == cycle_mark)
      r.cycle = r.events.size();
    else
      r.events.push_back(parse_run_line(text));
  return r;
}

} // namespace rwl::verify::conformance
