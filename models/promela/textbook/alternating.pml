/* lib/rwl/textbook/alternating.hpp: after a writer, the readers; after them, a writer.
 * The lock of the library drops the first rule: whoever comes while the phase is open joins it.
 * Timed requests are an addition: what must be done by those who give up? */
#include "monitor.pml"
#define phase_admits_only_the_called 1
#define last_called_closes_the_phase 2   /* else it stays open for a reader that has gone */
#define writer_wakes_readers         3   /* else those it alone was blocking sleep on */
#define writer_passes_the_call_on    4   /* else the next sleeps on: the one called has gone */
#define writer_calls_readers         5   /* else it asks again each time before they have looked */

set readable, writable;      /* conditions */
byte readers;                /* inside */
set waiting_readers;         /* asked, not yet inside */
byte waiting_writers;        /* asked, not yet inside */
bool writing;                /* a writer is inside */
bool phase_open;             /* readers inside, or called and on their way */
set called;                  /* whom the open phase lets in */
#define EVERYBODY (only(THREADS) - 1)
#define MAY_READ  (!writing && (has(called, me) || waiting_writers == 0))
#define MAY_WRITE (!writing && readers == 0 && !phase_open)

inline ask_to_read() { observe(read_request); waiting_readers = waiting_readers | only(me) }

/* Inside, or gone. */
inline answer_call() {
  waiting_readers = waiting_readers & ~only(me);
  if :: KEEPS(phase_admits_only_the_called) -> called = called & ~only(me) :: else fi
}

inline enter_shared() { answer_call(); readers++; observe(read_grant) }

inline close_phase_if_over() {
  if
  :: readers > 0 || (called & waiting_readers) != 0
  :: else -> phase_open = false; called = 0; notify_one(writable)
  fi
}

inline unlock_shared() { INSIDE atomic { readers--; observe(read_release); close_phase_if_over() } }

inline give_up_reading() {
  answer_call();
  observe(cancel);
  if :: phase_open && KEEPS(last_called_closes_the_phase) -> close_phase_if_over() :: else fi
}

inline ask_to_write() { observe(write_request); waiting_writers++ }

inline enter() { waiting_writers--; writing = true; observe(write_grant) }

inline call_readers() {
  phase_open = true;
  called = (KEEPS(phase_admits_only_the_called) -> waiting_readers : EVERYBODY);
  NOTIFY_ALL(readable)
}

inline unlock() {
  INSIDE
  atomic {
    writing = false; observe(write_release);
    if :: waiting_readers != 0 -> call_readers() :: else -> notify_one(writable) fi
  }
}

inline give_up_writing() {
  waiting_writers--;
  observe(cancel);
  if
  :: writing
  :: !writing && waiting_readers == 0 ->
     if :: KEEPS(writer_passes_the_call_on) -> notify_one(writable) :: else fi
  :: !writing && waiting_readers != 0 ->
     if
     :: KEEPS(writer_wakes_readers) && KEEPS(writer_calls_readers) -> call_readers()
     :: !KEEPS(writer_calls_readers) -> NOTIFY_ALL(readable)
     :: !KEEPS(writer_wakes_readers) -> notify_one(writable)
     fi
  fi
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
