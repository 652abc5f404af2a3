/* lib/rwl/textbook/naive.hpp: whoever wakes up and finds the door open goes in.
 * Two upgraders deadlock, since each waits for the other to stop reading. Timed upgraders are an
 * addition. Nobody waits for those who wait, so no other request leaves anything behind. */
#include "monitor.pml"
#define writer_waits_for_readers 1
#define cancelled_upgrade_reads  2   /* else a writer comes in while it thinks that it reads */

set changed;     /* condition */
byte readers;    /* inside */
bool writing;    /* a writer is inside */
#define MAY_READ    (!writing)
#define MAY_WRITE   (!writing && (readers == 0 || !KEEPS(writer_waits_for_readers)))
#define MAY_UPGRADE (readers == 1)

inline lock_shared() {
  atomic { observe(read_request); AWAIT(MAY_READ, changed); readers++; observe(read_grant) }
}

inline wake_who_can_go() { if :: readers <= 1 -> NOTIFY_ALL(changed) :: else fi }

inline unlock_shared() { INSIDE atomic { readers--; observe(read_release); wake_who_can_go() } }

inline unlock() { INSIDE atomic { writing = false; observe(write_release); NOTIFY_ALL(changed) } }

inline turn_writer() { readers = 0; writing = true; observe(upgrade_grant) }

inline give_up_upgrade() {
  observe(upgrade_cancel);
  if :: KEEPS(cancelled_upgrade_reads) :: else -> readers--; wake_who_can_go() fi
}

active [READERS] proctype reader() {
end:
  do
  :: lock_shared(); unlock_shared()
  :: MAY_REST -> RETIRED
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
  :: MAY_REST -> RETIRED
  od
}

active [UPGRADERS] proctype upgrader() {
end:
  do
  :: lock_shared();
     atomic { observe(upgrade_request); AWAIT(MAY_UPGRADE, changed); turn_writer() };
     unlock()
  :: MAY_REST -> RETIRED
  od
}

active [TIMED_UPGRADERS] proctype timed_upgrader() {
end:
  do
  :: lock_shared();
     atomic { observe(upgrade_request) };
     AWAIT_OR_GIVE_UP(MAY_UPGRADE, changed, turn_writer(), unlock(),
       give_up_upgrade(), unlock_shared())
  :: MAY_REST -> RETIRED
  od
}
