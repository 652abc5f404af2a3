/* lib/rwl/textbook/alternating.hpp: after a writer, the readers; after them, a writer.
 * The lock of the library drops the rule: whoever comes while the phase is open joins it. */
#include "monitor.pml"
#define phase_admits_only_the_called 1

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

inline open_phase() {
  phase_open = true;
  called = (KEEPS(phase_admits_only_the_called) -> waiting_readers : EVERYBODY)
}

inline answer_call() {
  if :: KEEPS(phase_admits_only_the_called) -> called = called & ~only(me) :: else fi
}

active [READERS] proctype reader() {
end:
  do
  :: atomic {
       observe(read_request); waiting_readers = waiting_readers | only(me);
       AWAIT(MAY_READ, readable);
       waiting_readers = waiting_readers & ~only(me); answer_call();
       readers++; observe(read_grant)
     };
     atomic {
       readers--; observe(read_release);
       if
       :: readers > 0 || (called & waiting_readers) != 0
       :: else -> phase_open = false; called = 0; notify_one(writable)
       fi
     }
  :: MAY_RETIRE -> RETIRED
  od
}

active [WRITERS] proctype writer() {
end:
  do
  :: atomic {
       observe(write_request); waiting_writers++;
       AWAIT(MAY_WRITE, writable);
       waiting_writers--; writing = true; observe(write_grant)
     };
     atomic {
       writing = false; observe(write_release);
       if
       :: waiting_readers != 0 -> open_phase(); NOTIFY_ALL(readable)
       :: else -> notify_one(writable)
       fi
     }
  :: MAY_RETIRE -> RETIRED
  od
}
