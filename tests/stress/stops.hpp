// Stop sources that many threads ask and many threads stop.
#pragma once

#include <cstddef>
#include <mutex>
#include <stop_token>
#include <vector>

namespace rwl::stress {

class stop_board {
public:
  explicit stop_board(int places) : places_(static_cast<std::size_t>(places)) {}

  int places() const { return static_cast<int>(places_.size()); }

  // A token of this place; if its stop has been requested already: of a new source there, or, if
  // stale ones are wanted too, of the old.
  std::stop_token token(int place, bool stale) {
    spot& s = at(place);
    const std::lock_guard guard(s.mutex);
    if (s.source.stop_requested() && !stale)
      s.source = {};
    return s.source.get_token();
  }

  // Cancels all who wait with a token of this place.
  void request_stop(int place) {
    std::unique_lock guard(at(place).mutex);
    std::stop_source source = at(place).source;
    guard.unlock(); // the callbacks are the locks' business
    source.request_stop();
  }

private:
  struct alignas(64) spot {
    std::mutex mutex;
    std::stop_source source;
  };

  spot& at(int place) { return places_[static_cast<std::size_t>(place)]; }

  std::vector<spot> places_;
};

} // namespace rwl::stress
