// What one thread tells about the lock that it uses, and the log that the threads tell together.
//
// A lock reports each event right after the change of its word that is the event's linearisation
// point (docs/explorer.md). Changes of one word have one order, and the word counts them. So each
// thread writes down its own changes and events, each event with the number of the change it
// belongs to, and nothing but the lock itself is shared; sorted by these numbers they are one log,
// in the order in which the events took effect.
#pragma once

#include <rwl/sync/event.hpp>

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace rwl::conformance {

struct step {
  std::uint32_t change; // the change of the lock's word that it belongs to
  bool only_looked;     // no change: it found the word as this change had left it
  event what;
  std::int8_t thread; // on whose behalf
  std::int8_t by;     // who made it happen

  friend bool operator==(const step&, const step&) = default;
};

struct change {
  std::uint32_t number; // from 1
  std::uint32_t word;   // as it is from then on
  std::int8_t by;

  friend bool operator==(const change&, const change&) = default;
};

// Of one lock, in the order of the changes of its word.
struct log {
  std::vector<step> steps;
  std::vector<change> changes; // none if it has no word
};

class alignas(64) recorder {
public:
  explicit recorder(int thread) : thread_(static_cast<std::int8_t>(thread)) {}

  // In its scope the calling thread writes here.
  class scope {
  public:
    explicit scope(recorder& r) { mine_ = &r; }
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;
    ~scope() { mine_ = nullptr; }
  };

  // Precondition: within a scope.
  static recorder& mine() { return *mine_; }

  std::int8_t thread() const { return thread_; }
  const log& written() const { return log_; }

  // What the thread has done to the lock last: changed the word, only looked at it, or entered the
  // next section of a monitor.
  void changed(std::uint32_t number, std::uint32_t word) {
    log_.changes.push_back({number, word, thread_});
    entered(number);
  }
  void looked(std::uint32_t number) { std::tie(last_, only_looked_) = std::pair(number, true); }
  void entered(std::uint32_t number) { std::tie(last_, only_looked_) = std::pair(number, false); }

  void note(event what, std::int8_t on_behalf_of) {
    log_.steps.push_back({last_, only_looked_, what, on_behalf_of, thread_});
  }

private:
  static inline constinit thread_local recorder* mine_ = nullptr;

  log log_;
  std::uint32_t last_ = 0;
  bool only_looked_ = false;
  std::int8_t thread_;
};

// Each change is one thread's, so the order is total, but for looks between the same two changes:
// their order makes no difference.
inline log merged(const std::vector<recorder>& threads) {
  log all;
  for (const recorder& r : threads) {
    const log& one = r.written();
    all.steps.insert(all.steps.end(), one.steps.begin(), one.steps.end());
    all.changes.insert(all.changes.end(), one.changes.begin(), one.changes.end());
  }
  std::ranges::stable_sort(all.steps, {},
                           [](const step& s) { return std::pair(s.change, s.only_looked); });
  std::ranges::sort(all.changes, {}, &change::number);
  return all;
}

} // namespace rwl::conformance
