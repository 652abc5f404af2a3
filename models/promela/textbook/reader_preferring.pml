/* lib/rwl/textbook/reader_preferring.hpp: no reader waits because a writer waits.
 * Timed requests are an addition: what must be done by those who give up? */
#include "monitor.pml"
#define reader_takes_its_count_back 1   /* else writers wait for a reader that has gone */
#define reader_wakes_writers        2   /* else those it alone was blocking sleep on */
#define writer_leaves_the_line      3   /* else the writers behind it are never first */
#define writer_wakes_the_next       4   /* else the next sleeps on, though it could go */
#define waiting_reader_is_counted   5   /* else writers overtake the readers that were woken */
#define all_in_line_are_woken       6   /* else the second in line wakes, and the first sleeps on */

set readable, writable;                              /* conditions */
byte readers;                                        /* inside */
byte waiting_readers;                                /* asked, not yet inside */
bool writing;                                        /* a writer is inside */
chan line = [WRITERS + TIMED_WRITERS] of { byte };   /* waiting writers, in the order of arrival */
#define MAY_READ  (!writing)
#define MAY_WRITE (line?[eval(me)] && !writing && readers == 0 && \
                   (waiting_readers == 0 || !KEEPS(waiting_reader_is_counted)))

inline wake_first_writer() {
  if :: KEEPS(all_in_line_are_woken) -> NOTIFY_ALL(writable) :: else -> notify_one(writable) fi
}

inline ask_to_read() { observe(read_request); waiting_readers++ }

inline enter_shared() { waiting_readers--; readers++; observe(read_grant) }

inline unlock_shared() {
  INSIDE
  atomic {
    readers--; observe(read_release);
    if :: readers == 0 -> wake_first_writer() :: else fi
  }
}

inline give_up_reading() {
  if :: KEEPS(reader_takes_its_count_back) -> waiting_readers-- :: else fi;
  observe(cancel);
  if :: KEEPS(reader_wakes_writers) -> wake_first_writer() :: else fi
}

inline ask_to_write() { line!me; observe(write_request) }

inline enter() { line?_; writing = true; observe(write_grant) }

inline unlock() {
  INSIDE
  atomic {
    writing = false; observe(write_release);
    if :: waiting_readers > 0 -> NOTIFY_ALL(readable) :: else -> wake_first_writer() fi
  }
}

inline give_up_writing() {
  if :: KEEPS(writer_leaves_the_line) -> line??eval(me) :: else fi;
  observe(cancel);
  if :: KEEPS(writer_wakes_the_next) -> wake_first_writer() :: else fi
}

active [READERS] proctype reader() {
end:
  do
  :: atomic { ask_to_read(); AWAIT(MAY_READ, readable); enter_shared() };
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

active [TIMED_READERS] proctype timed_reader() {
end:
  do
  :: atomic { ask_to_read() };
     AWAIT_OR_GIVE_UP(MAY_READ, readable, enter_shared(), unlock_shared(), give_up_reading(), skip)
  :: MAY_REST -> RETIRED
  od
}

active [TIMED_WRITERS] proctype timed_writer() {
end:
  do
  :: atomic { ask_to_write() };
     AWAIT_OR_GIVE_UP(MAY_WRITE, writable, enter(), unlock(), give_up_writing(), skip)
  :: MAY_REST -> RETIRED
  od
}
