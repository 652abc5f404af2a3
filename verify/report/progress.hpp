// The line that says how far the work has come.
#pragma once

#include "runner.hpp"

#include <string>

namespace rwl::verify {

std::string progress_text(const progress_view&, std::size_t width);

// Standard error: one line that is written over on a terminal, elsewhere a new one now and then.
class progress_line {
public:
  explicit progress_line(bool terminal) : terminal_(terminal) {}
  ~progress_line();
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  void show(const progress_view&);

private:
  bool terminal_;
  bool shown_ = false;
  double last_ = 0;
};

} // namespace rwl::verify
