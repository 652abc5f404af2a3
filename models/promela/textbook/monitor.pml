/* Monitors: atomic { } is a section under the mutex. To wait is to let go of the mutex until
 * somebody notifies, and then to look again: a notification is a hint (Mesa). A condition is the
 * set of those who sleep on it. Weak fairness is all there is to assume of a scheduler: who is
 * awake stays able to move until it has moved. */
#include "../shared.pml"

#define AWAIT(guard, condition) \
  do :: guard -> break :: else -> condition = condition | only(me); !has(condition, me) od
#define NOTIFY_ALL(condition) condition = 0

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
    :: event == write_grant     -> trying = trying & ~only(me); writers = writers | only(me)
    :: event == upgrade_grant   -> upgrading = upgrading & ~only(me);
                                   reading = reading & ~only(me); writers = writers | only(me)
    :: event == read_release    -> reading = reading & ~only(me)
    :: event == write_release   -> writers = writers & ~only(me)
    :: event == cancel          -> trying = trying & ~only(me)
    fi;
    assert(writers == 0 || (reading == 0 && !several(writers)))
  }
}
