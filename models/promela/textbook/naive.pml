/* lib/rwl/textbook/naive.hpp: whoever wakes up and finds the door open goes in.
 * Two upgraders deadlock, since each waits for the other to stop reading. */
#include "monitor.pml"
#define writer_waits_for_readers 1

set changed;     /* condition */
byte readers;    /* inside */
bool writing;    /* a writer is inside */
#define MAY_READ  (!writing)
#define MAY_WRITE (!writing && (readers == 0 || !KEEPS(writer_waits_for_readers)))

inline lock_shared() {
  atomic { observe(read_request); AWAIT(MAY_READ, changed); readers++; observe(read_grant) }
}

inline unlock() { atomic { writing = false; observe(write_release); NOTIFY_ALL(changed) } }

active [READERS] proctype reader() {
end:
  do
  :: lock_shared();
     atomic {
       readers--; observe(read_release);
       if :: readers <= 1 -> NOTIFY_ALL(changed) :: else fi
     }
  :: MAY_RETIRE -> RETIRED
  od
}

active [WRITERS] proctype writer() {
end:
  do
  :: atomic {
       observe(write_request);
       AWAIT(MAY_WRITE, changed);
       writing = true; observe(write_grant)
     };
     unlock()
  :: MAY_RETIRE -> RETIRED
  od
}

active [UPGRADERS] proctype upgrader() {
end:
  do
  :: lock_shared();
     atomic {
       observe(upgrade_request);
       AWAIT(readers == 1, changed);
       readers = 0; writing = true; observe(upgrade_grant)
     };
     unlock()
  :: MAY_RETIRE -> RETIRED
  od
}
