/* Monitors: atomic { } is a section under the mutex. To wait is to let go of the mutex until
 * somebody notifies, and then to look again: a notification is a hint (Mesa). A condition is the
 * set of those who sleep on it. Weak fairness is all there is to assume of a scheduler: who is
 * awake stays able to move until it has moved. */
#include "../shared.pml"

#define AWAIT(guard, condition) \
  do :: guard -> break :: else -> condition = condition | only(me); !has(condition, me) od
#define NOTIFY_ALL(condition) condition = 0

/* A wait that may end before what it waits for, and need not: its time may be long. */
#define AWAIT_OR_GIVE_UP(guard, condition, enter, leave, give_up, leave_still) \
  do \
  :: atomic { !has(condition, me) && guard -> enter }; leave; break \
  :: atomic { !has(condition, me) && !guard -> condition = condition | only(me) } \
  :: atomic { true; condition = condition & ~only(me); give_up }; leave_still; break \
  :: MAY_REST && has(condition, me) -> skip \
  od

/* In a random run Spin goes from one section to the next without a break, a search does not. */
#ifdef TIRELESS
#define INSIDE skip;
#else
#define INSIDE
#endif

hidden byte chosen;
inline notify_one(condition) {
  chosen = 0;
  do
  :: has(condition, chosen) -> condition = condition & ~only(chosen); break
  :: condition >> (chosen + 1) -> chosen++
  :: condition == 0 -> break
  od
}

/* Kept by the events alone, so that the properties do not depend on the monitor's own counts. */
set trying, upgrading, reading, writers;
byte writes;                                       /* of the writer, one in another */
#define TRYING    trying
#define UPGRADING upgrading
#define READING   reading
#define WRITING   writers
#include "../properties.pml"

inline observe(event) {
  d_step {
    printf("%e %d\n", event, me);
    if
    :: event == read_request || event == write_request -> trying = trying | only(me)
    :: event == upgrade_request -> upgrading = upgrading | only(me)
    :: event == read_grant      -> trying = trying & ~only(me); reading = reading | only(me)
    :: event == write_grant     -> trying = trying & ~only(me); writers = writers | only(me);
                                   writes = 1
    :: event == write_reenter   -> writes++
    :: event == upgrade_grant   -> upgrading = upgrading & ~only(me);
                                   reading = reading & ~only(me); writers = writers | only(me);
                                   writes = 1
    :: event == upgrade_cancel  -> upgrading = upgrading & ~only(me)
    :: event == read_release    -> reading = reading & ~only(me)
    :: event == write_release   -> writes--;
                                   if :: writes == 0 -> writers = writers & ~only(me) :: else fi
    :: event == write_to_read   -> writers = writers & ~only(me); reading = reading | only(me);
                                   writes = 0
    :: event == cancel          -> trying = trying & ~only(me)
    fi;
    assert(writers == 0 || (reading == 0 && !several(writers)))
  }
}
