/* lib/rwl/textbook/writer_preferring.hpp: no later reader overtakes a waiting writer.
 * Timed writers are an addition: what must be done by a writer that gives up? Nobody waits for a
 * reader that waits, so one that gives up leaves nothing behind. */
#include "monitor.pml"
#define cancel_leaves_the_line   1   /* else the door stays shut behind a writer that has gone */
#define cancel_wakes_who_can_go  2   /* else those it alone was blocking sleep on */
#define line_shuts_the_door      3   /* else readers overtake a writer for ever */
#define all_in_line_are_woken    4   /* else the second in line wakes, and the first sleeps on */

set readable, writable;                              /* conditions */
byte readers;                                        /* inside */
bool writing;                                        /* a writer is inside */
chan line = [WRITERS + TIMED_WRITERS] of { byte };   /* waiting writers, in the order of arrival */
#define MAY_READ  (!writing && (len(line) == 0 || !KEEPS(line_shuts_the_door)))
#define MAY_WRITE (line?[eval(me)] && !writing && readers == 0)

inline wake_first_writer() {
  if :: KEEPS(all_in_line_are_woken) -> NOTIFY_ALL(writable) :: else -> notify_one(writable) fi
}

inline wake_who_can_go() {
  if :: len(line) == 0 -> NOTIFY_ALL(readable) :: else -> wake_first_writer() fi
}

inline unlock_shared() {
  INSIDE
  atomic {
    readers--; observe(read_release);
    if :: readers == 0 -> wake_first_writer() :: else fi
  }
}

inline ask_to_write() { line!me; observe(write_request) }

inline enter() { line?_; writing = true; observe(write_grant) }

inline unlock() { INSIDE atomic { writing = false; observe(write_release); wake_who_can_go() } }

inline give_up() {
  if :: KEEPS(cancel_leaves_the_line) -> line??eval(me) :: else fi;
  observe(cancel);
  if :: KEEPS(cancel_wakes_who_can_go) -> wake_who_can_go() :: else fi
}

active [READERS] proctype reader() {
end:
  do
  :: atomic { observe(read_request); AWAIT(MAY_READ, readable); readers++; observe(read_grant) };
     unlock_shared()
  :: MAY_REST -> RETIRED
  od
}

active [WRITERS] proctype writer() {
end:
  do
  :: atomic { ask_to_write(); AWAIT(MAY_WRITE, writable); enter() };
     unlock()
  :: MAY_REST -> RETIRED
  od
}

active [TIMED_WRITERS] proctype timed_writer() {
end:
  do
  :: atomic { ask_to_write() };
     AWAIT_OR_GIVE_UP(MAY_WRITE, writable, enter(), unlock(), give_up(), skip)
  :: MAY_REST -> RETIRED
  od
}
