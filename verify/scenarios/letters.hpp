// What the threads of a program do with the lock, in letters. The one table of them:
//
//   R W U        lock_shared, lock, lock_upgrade, each with a section and the unlock
//   r w u        the same by their try forms
//   Rt Wt Ut     by their timed forms; the time may be up at any point of the wait
//   Rc Wc Uc     by the forms with a stop token
//   Rtc Wtc Utc  with both
//   U>W          inside the upgradeable section, upgrade; also U>w U>Wt U>Wc U>Wtc
//   R>w          try_unlock_shared_and_lock
//   W>R W>U U>R  downgrades
//   S            requests the stop that all tokens of the program refer to
//
// Changes of mode make chains (W>U>W), uses of the lock follow each other (RW>R).
#pragma once

#include "../oracle/request_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rwl::verify {

// One letter and what belongs to it.
struct request_form {
  mode wanted = mode::read;
  bool waits = true; // else a try
  bool timed = false;
  bool stoppable = false;
  bool is_stop = false; // S: no request at all
  bool changes = false; // of the mode that the thread holds already

  bool may_give_up() const { return timed || stoppable; }
};

class script_reader {
public:
  explicit script_reader(std::string_view script) : rest_(script), length_(script.size()) {}

  bool done() const { return rest_.empty(); }
  bool changes() const { return rest_.starts_with('>'); }

  // Where in the script the next letter stands: a program counter.
  std::uint64_t position() const { return length_ - rest_.size(); }

  // Precondition: not done.
  request_form next() {
    request_form f;
    f.changes = take('>');
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    f.is_stop = letter == 'S';
    f.waits = letter == 'R' || letter == 'W' || letter == 'U';
    f.wanted = letter == 'R' || letter == 'r'   ? mode::read
               : letter == 'W' || letter == 'w' ? mode::write
                                                : mode::upgradeable;
    f.timed = take('t');
    f.stoppable = take('c');
    return f;
  }

  // The thread does not hold what the rest of the chain would change.
  void skip_changes() {
    while (changes())
      next();
  }

private:
  bool take(char c) {
    const bool there = rest_.starts_with(c);
    rest_.remove_prefix(there);
    return there;
  }

  std::string_view rest_;
  std::size_t length_;
};

} // namespace rwl::verify
