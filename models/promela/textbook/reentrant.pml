/* lib/rwl/textbook/reentrant.hpp: writer_preferring.hpp, and a thread may take again what it holds.
 * Once in each section here; a writer may also read, and stay as a reader. */
#include "monitor.pml"
#define nested_read_passes_the_line 1   /* else it waits for a writer that waits for its first */
#define reader_must_not_write       2   /* else it waits for itself */
#define downgrade_wakes_readers     3   /* else they sleep on beside a lock that is theirs */

set readable, writable;                          /* conditions */
byte readers;                                    /* inside, and do not write */
byte owner, depth;                               /* who writes, and how often it has locked */
chan line = [WRITERS + UPGRADERS] of { byte };   /* waiting writers, in the order of arrival */
#define I_WRITE   (depth > 0 && owner == me)
#define MAY_READ  (depth == 0 && len(line) == 0)
#define MAY_WRITE (line?[eval(me)] && depth == 0 && readers == 0)

inline wait_to_read() { observe(read_request); AWAIT(MAY_READ, readable); observe(read_grant) }

inline lock_shared() {
  atomic {
    if
    :: I_WRITE
    :: !I_WRITE && reads > 0 ->
       if :: KEEPS(nested_read_passes_the_line) :: else -> wait_to_read() fi
    :: !I_WRITE && reads == 0 -> wait_to_read(); readers++
    fi;
    reads++
  }
}

inline unlock_shared() {
  INSIDE
  atomic {
    reads--;
    if
    :: reads > 0 || I_WRITE
    :: else ->
       readers--; observe(read_release);
       if :: readers == 0 -> NOTIFY_ALL(writable) :: else fi
    fi
  }
}

inline lock() {
  atomic {
    if
    :: I_WRITE -> depth++; observe(write_reenter)
    :: !I_WRITE && reads > 0 && KEEPS(reader_must_not_write)   /* refused */
    :: else ->
       line!me; observe(write_request);
       AWAIT(MAY_WRITE, writable);
       line?_; owner = me; depth = 1; observe(write_grant)
    fi
  }
}

inline unlock() {
  INSIDE
  atomic {
    depth--;
    if
    :: depth > 0 -> observe(write_release)
    :: depth == 0 && reads > 0 ->
       readers++; observe(write_to_read);
       if
       :: len(line) == 0 && KEEPS(downgrade_wakes_readers) -> NOTIFY_ALL(readable)
       :: else
       fi
    :: depth == 0 && reads == 0 ->
       observe(write_release);
       if :: len(line) == 0 -> NOTIFY_ALL(readable) :: else -> NOTIFY_ALL(writable) fi
    fi
  }
}

active [READERS] proctype reader() {
  byte reads;
end:
  do
  :: lock_shared();
     if :: lock_shared(); unlock_shared() :: true fi;
     unlock_shared()
  :: MAY_REST -> RETIRED
  od
}

active [WRITERS] proctype writer() {
  byte reads;
end:
  do
  :: lock();
     if
     :: lock(); unlock(); unlock()
     :: lock_shared(); unlock(); unlock_shared()
     :: unlock()
     fi
  :: MAY_REST -> RETIRED
  od
}

/* A reader that asks to write. */
active [UPGRADERS] proctype upgrader() {
  byte reads;
end:
  do
  :: lock_shared(); lock(); unlock_shared()
  :: MAY_REST -> RETIRED
  od
}

ltl writer_reenters    { [] !(has(WRITING, FIRST_WRITER) && depth > 1) }
ltl writer_reads_on    { [] !(has(READING, FIRST_WRITER) && has(READING, FIRST_READER)) }
ltl reader_reads_again { [] !(reader[FIRST_READER]:reads > 1 && has(TRYING, FIRST_WRITER)) }
