// Owners that take a lock again while they hold it: every nested request gets in, whoever waits
// outside; the last release of a mode goes down to the next, atomically; and a request that would
// wait for its own caller is refused and changes nothing.
#pragma once

#include "../engine/sync.hpp"
#include "watched.hpp"

#include <rwl/misuse.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace rwl::verify {

// For each thread a string of operations, in upper case what is taken, in lower case what is given
// up: W w exclusive, R r shared, U u upgradeable. D: downgrade to shared. X: upgrade. !: lock(), to
// be refused with a report. ?: try_lock(), to fail.
struct nesting_set {
  std::array<std::string, thread_limit> scripts;
  int threads = 0;
  rules held_to;

  // Somebody takes the lock again while it holds it, and somebody else may wait to write.
  bool nests_behind_writer() const {
    int nesting = 0, writing = 0;
    for (const std::string& s : scripts) {
      nesting += s.starts_with("RR") || s.starts_with("UR");
      writing += s.starts_with("W");
    }
    return nesting > 0 && writing > 0;
  }
  bool refuses() const {
    return std::any_of(scripts.begin(), scripts.end(),
                       [](const std::string& s) { return s.find('!') != std::string::npos; });
  }
  std::string name() const {
    std::string text;
    for (int t = 0; t < threads; ++t)
      text += (t ? "+" : "") + scripts[static_cast<std::size_t>(t)];
    return text;
  }
};

namespace evidence {
enum nesting_witness { nested_behind_writer = 16, nested_beside_reader, report_heard };
}

template <class Lock>
class nesting_program : public watched_program {
public:
  explicit nesting_program(const nesting_set& s)
      : watched_program(s.held_to), set_(s), handler_before_(set_misuse_handler(report)) {}
  ~nesting_program() override { set_misuse_handler(handler_before_); }

  void thread(int t) override {
    holds mine;
    std::uint64_t position = 0;
    for (char operation : set_.scripts[static_cast<std::size_t>(t)]) {
      run::enter(is_release(operation) ? phase::leaving : phase::trying);
      run::checkpoint(++position);
      if (!mine.none() && !is_release(operation))
        note_nesting();
      perform(operation, mine);
      mine.wrote = !mine.none() && (mine.wrote || mine.writes > 0);
      if (mine.none())
        run::enter(phase::remainder);
      else
        visit(mine, ++position);
      position += 10;
    }
    run::checkpoint(1000);
  }

  void finish() override {
    run::check(!spec().held() && spec().waiting_readers().empty() &&
                   spec().waiting_writers().empty(),
               "at the end somebody holds the lock or waits for it");
    run::check(!lock_.is_locked() && lock_.reader_count() == 0 && !lock_.is_locked_upgrade(),
               "at the end the lock is not free");
    written_ = payload_.get();
  }

  std::uint64_t final_state() const override {
    return machine::mix(spec().hash(), static_cast<std::uint64_t>(written_));
  }

private:
  // What the thread has; follows from its position in the script.
  struct holds {
    std::uint32_t reads = 0, upgrades = 0, writes = 0;
    bool wrote = false; // since it last had nothing
    bool none() const { return reads + upgrades + writes == 0; }
  };
  struct refused {};

  static void report(std::errc error, const char*) {
    run::check(error == std::errc::resource_deadlock_would_occur, "the wrong error is reported");
    run::witness(evidence::report_heard);
    throw refused();
  }

  static bool is_release(char operation) { return operation >= 'a' || operation == 'D'; }

  void note_nesting() const {
    if (!spec().waiting_writers().empty())
      run::witness(evidence::nested_behind_writer);
    if (spec().readers().size() > 1)
      run::witness(evidence::nested_beside_reader);
  }

  void perform(char operation, holds& mine) {
    switch (operation) {
    case 'W':
      lock_.lock();
      ++mine.writes;
      break;
    case 'w':
      lock_.unlock();
      --mine.writes;
      break;
    case 'R':
      lock_.lock_shared();
      ++mine.reads;
      break;
    case 'r':
      lock_.unlock_shared();
      --mine.reads;
      break;
    case 'U':
      lock_.lock_upgrade();
      ++mine.upgrades;
      break;
    case 'u':
      lock_.unlock_upgrade();
      --mine.upgrades;
      break;
    case 'D':
      lock_.unlock_and_lock_shared();
      --mine.writes, ++mine.reads;
      break;
    case 'X':
      lock_.unlock_upgrade_and_lock();
      --mine.upgrades, ++mine.writes;
      break;
    case '?':
      run::check(!lock_.try_lock(), "a reader has come to write beside itself");
      break;
    default:
      expect_refusal();
    }
    run::check(lock_.held_shared() == mine.reads && lock_.held_upgradeable() == mine.upgrades &&
                   lock_.held_exclusively() == mine.writes,
               "the lock counts its owner's holds wrongly");
  }

  void expect_refusal() {
    bool reported = false;
    try {
      lock_.lock();
    } catch (const refused&) {
      reported = true;
    }
    run::check(reported, "a request that waits for its own caller was let in");
  }

  // Inside a section: alone when writing. Whoever has written and kept a weaker mode still finds
  // what it wrote.
  void visit(const holds& mine, std::uint64_t position) {
    run::enter(phase::inside);
    run::checkpoint(position);
    if (mine.writes > 0) {
      run::check(writers_inside_.add(1) == 0, "mutual exclusion: two writers are inside");
      payload_ = payload_.get() + 1;
      last_writer_ = run::thread();
      run::checkpoint(position + 1);
      writers_inside_.add(-1);
    } else {
      run::check(writers_inside_.get() == 0, "mutual exclusion: a writer is inside beside me");
      (void)payload_.get();
      run::check(!mine.wrote || last_writer_.get() == run::thread(),
                 "atomicity: somebody wrote between a write and the reads kept from it");
    }
  }

  const nesting_set& set_;
  misuse_handler handler_before_;
  Lock lock_;
  explorer_sync::var<int> payload_{0};
  explorer_sync::var<int> last_writer_{-1};
  ghost writers_inside_;
  int written_ = 0;
};

} // namespace rwl::verify
