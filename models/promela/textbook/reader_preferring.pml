/* lib/rwl/textbook/reader_preferring.hpp: no reader waits because a writer waits. */
#include "monitor.pml"

set readable, writable;                  /* conditions */
byte readers;                            /* inside */
byte waiting_readers;                    /* asked, not yet inside */
bool writing;                            /* a writer is inside */
chan line = [WRITERS] of { byte };       /* waiting writers, in the order of arrival */
#define MAY_READ  (!writing)
#define MAY_WRITE (line?[eval(me)] && !writing && readers == 0 && waiting_readers == 0)

active [READERS] proctype reader() {
end:
  do
  :: atomic {
       observe(read_request); waiting_readers++;
       AWAIT(MAY_READ, readable);
       waiting_readers--; readers++; observe(read_grant)
     };
     atomic {
       readers--; observe(read_release);
       if :: readers == 0 -> NOTIFY_ALL(writable) :: else fi
     }
  :: MAY_RETIRE -> RETIRED
  od
}

active [WRITERS] proctype writer() {
end:
  do
  :: atomic {
       line!me; observe(write_request);
       AWAIT(MAY_WRITE, writable);
       line?_; writing = true; observe(write_grant)
     };
     atomic {
       writing = false; observe(write_release);
       if :: waiting_readers > 0 -> NOTIFY_ALL(readable) :: else -> NOTIFY_ALL(writable) fi
     }
  :: MAY_RETIRE -> RETIRED
  od
}
