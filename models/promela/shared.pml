/* What all models share: threads and the alphabet.
 *
 * A thread is a process and its number _pid. How many there are of each kind comes from the command
 * line; they are numbered in this order. The timed may give up while they wait. */
#ifndef READERS
#define READERS 0
#endif
#ifndef WRITERS
#define WRITERS 0
#endif
#ifndef UPGRADERS
#define UPGRADERS 0
#endif
#ifndef TIMED_READERS
#define TIMED_READERS 0
#endif
#ifndef TIMED_WRITERS
#define TIMED_WRITERS 0
#endif
#ifndef TIMED_UPGRADERS
#define TIMED_UPGRADERS 0
#endif
#ifndef CYCLERS
#define CYCLERS 0
#endif
#ifndef TURNERS
#define TURNERS 0
#endif
#ifndef GENERALISTS
#define GENERALISTS 0
#endif
#define FIRST_READER         0
#define FIRST_WRITER         READERS
#define FIRST_UPGRADER       (FIRST_WRITER + WRITERS)
#define FIRST_TIMED_READER   (FIRST_UPGRADER + UPGRADERS)
#define FIRST_TIMED_WRITER   (FIRST_TIMED_READER + TIMED_READERS)
#define FIRST_TIMED_UPGRADER (FIRST_TIMED_WRITER + TIMED_WRITERS)
#define FIRST_CYCLER         (FIRST_TIMED_UPGRADER + TIMED_UPGRADERS)
#define FIRST_TURNER         (FIRST_CYCLER + CYCLERS)
#define FIRST_GENERALIST     (FIRST_TURNER + TURNERS)
#define THREADS              (FIRST_GENERALIST + GENERALISTS)

/* A set of threads is a bit mask. */
#define set        short
#define me         _pid
#define only(t)    (1 << (t))
#define has(s, t)  (((s) >> (t)) & 1)
#define several(s) ((s) & ((s) - 1))

/* A model can break one of its own rules, to show what the rule is good for. */
#ifndef DROPPED
#define DROPPED 0
#endif
#define KEEPS(rule) (DROPPED != rule)

/* The events of lib/rwl/sync/event.hpp; a refusal is no step. */
mtype = { read_request, read_grant, read_release, write_request, write_grant, write_reenter,
          write_release, upgradeable_request, upgradeable_grant, upgradeable_release,
          upgrade_request, upgrade_grant, upgrade_cancel, write_to_read, write_to_upgradeable,
          upgradeable_to_read, read_to_write, cancel, condition_wait, notify };

/* Fairness obliges nobody to lock, nor to give up. The tireless, whose steps are recorded, do not
 * rest. */
#ifdef TIRELESS
#define MAY_REST false
#else
#define MAY_REST true
#endif
#define RETIRED end_retired: false
