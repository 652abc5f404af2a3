/* The specification of the reader-writer lock: a table of guarded commands, five strategies.
 * The same table as verify/oracle/spec_guards.hpp and spec_effects.hpp, in the same words. */
#include "shared.pml"

#define reader_preferring 1
#define writer_preferring 2
#define phase_fair        3
#define fifo              4
#define throughput        5

/* Rules that each cost a counterexample to find. */
#define cancelled_head_ends_phase     1
#define cancelled_follower_ends_none  2
#define pending_upgrade_keeps_phase   3
#define upgrade_waits_for_batch       4
#define pending_upgrade_holds_readers 5
#define lone_reader_yields_to_queue   6
/* And the one rule that everybody knows. */
#define write_waits_for_readers       7

#ifndef BYPASS_BOUND
#define BYPASS_BOUND 1           /* the K of throughput */
#endif
#define MAX_DEPTH    2           /* of a re-entered write */
#define NOBODY       THREADS

set readers;                     /* inside */
byte writer = NOBODY, depth;     /* inside, and how often it has locked */
byte upgradeable = NOBODY;       /* holder of the upgradeable mode */
bool upgrade_pending;            /* it waits to write */
set waiting_readers, waiting_writers, waiting_upgradeable;
set batch;                       /* waiting readers let in before the next writer (phase_fair) */
set condition_readers, condition_writers;

#include "queue.pml"

#define TRYING    (waiting_readers | waiting_writers | waiting_upgradeable)
#define UPGRADING (upgrade_pending << upgradeable)
#define READING   readers
#define WRITING   ((writer != NOBODY) << writer)

/* Guards. */
#define HELD_BACK (upgrade_pending && KEEPS(pending_upgrade_holds_readers))
#define NOBODY_EXCLUSIVE (writer == NOBODY && upgradeable == NOBODY)

#define MAY_READ(t)    (has(waiting_readers, t) && writer == NOBODY && \
                        (has(batch, t) || (!HELD_BACK && ADMITS_NEW_READER(t))))
#define MAY_WRITE(t)   (has(waiting_writers, t) && IN_TURN(t) && NOBODY_EXCLUSIVE && \
                        (readers == 0 || !KEEPS(write_waits_for_readers)) && batch == 0 && \
                        (STRATEGY != reader_preferring || waiting_readers == 0))
#define MAY_HOLD(t)    (has(waiting_upgradeable, t) && IN_TURN(t) && NOBODY_EXCLUSIVE && batch == 0)
#define MAY_UPGRADE(t) (upgradeable == t && upgrade_pending && readers == 0 && \
                        (batch == 0 || !KEEPS(upgrade_waits_for_batch)))
#define MAY_TURN(t)    (readers == only(t) && NOBODY_EXCLUSIVE && batch == 0 && \
                        (len(queue) == 0 || !KEEPS(lone_reader_yields_to_queue)))
#define MAY_GO(t)      (MAY_READ(t) || MAY_WRITE(t) || MAY_HOLD(t) || MAY_UPGRADE(t))
#define HOLDS(t)       (upgradeable == t && !upgrade_pending)
#define WRITES_ONCE(t) (writer == t && depth == 1)
#define ENDS_PHASE_BY_LEAVING(t) \
  (!has(waiting_readers, t) && \
   (queue?[eval(t)] -> KEEPS(cancelled_head_ends_phase) : !KEEPS(cancelled_follower_ends_none)) && \
   !(upgrade_pending && KEEPS(pending_upgrade_keeps_phase)))

/* Effects. */
#define READ        readers = readers | only(me)
#define UNREAD      readers = readers & ~only(me)
#define WRITE       assert(writer == NOBODY); writer = me; depth = 1
#define UNWRITE     writer = NOBODY; depth = 0
#define HOLD        assert(upgradeable == NOBODY); upgradeable = me
#define UNHOLD      upgradeable = NOBODY; upgrade_pending = false
#define END_PHASE   batch = (STRATEGY == phase_fair -> waiting_readers : 0)

#ifdef EVERY_STEP
/* Tells the whole search of pan: how deep it is, the event, the state that the event leads to. */
inline tell(event) {
  c_code { printf("%ld ", depth); };
  printf("%d %d  %d %d %d %d %d  %d %d %d %d  %d %d ", event, me, readers, writer, depth,
    upgradeable, upgrade_pending, waiting_readers, waiting_writers, waiting_upgradeable, batch,
    condition_readers, condition_writers);
  tell_queue();
  printf("\n")
}
#else
inline tell(event) { printf("%e %d\n", event, me) }
#endif

inline observe(event) {
  tell(event);
  assert(writer == NOBODY || (readers == 0 && upgradeable == NOBODY))
}

/* What a thread does. Its sections end: it climbs up from the upgradeable mode once in each. Only
 * who cycles goes up and down for as long as it likes. */
#define READS      1
#define WRITES     2
#define UPGRADES   4
#define GIVES_UP   8
#define CYCLES     16
#define TURNS      32
#define ALL_ELSE   64
#define EVERYTHING 127
#define does(what) (role & what)
#define ROLE(t) \
  (t < FIRST_WRITER         -> READS : \
  (t < FIRST_UPGRADER       -> WRITES : \
  (t < FIRST_TIMED_READER   -> UPGRADES : \
  (t < FIRST_TIMED_WRITER   -> READS + GIVES_UP : \
  (t < FIRST_TIMED_UPGRADER -> WRITES + GIVES_UP : \
  (t < FIRST_CYCLER         -> UPGRADES + GIVES_UP : \
  (t < FIRST_TURNER         -> UPGRADES + CYCLES : \
  (t < FIRST_GENERALIST     -> READS + TURNS : EVERYTHING))))))))

hidden byte ends_phase;

active [THREADS] proctype thread() {
  byte role = ROLE(me);
  bool climbed;

end_outside:
  if
  :: d_step { does(READS) -> join(waiting_readers, READER_QUEUES); observe(read_request) }
  :: d_step { does(WRITES) -> join(waiting_writers, true); observe(write_request) }
  :: d_step { does(UPGRADES) -> join(waiting_upgradeable, true); observe(upgradeable_request) }
  :: MAY_REST -> RETIRED
  fi;

waiting_or_inside:
  do
  :: d_step { MAY_READ(me) -> admit(); READ; observe(read_grant) }
  :: d_step { MAY_WRITE(me) -> admit(); WRITE; observe(write_grant) }
  :: d_step { MAY_HOLD(me) -> admit(); HOLD; observe(upgradeable_grant) }
  :: d_step { does(GIVES_UP) && has(TRYING, me) ->
       ends_phase = ENDS_PHASE_BY_LEAVING(me);
       leave_waiting();
       if :: ends_phase -> END_PHASE :: else fi;
       observe(cancel) };
     goto end_outside
  :: MAY_REST && does(GIVES_UP) && has(TRYING | UPGRADING, me) && !MAY_GO(me) -> skip

  :: d_step { has(readers, me) -> UNREAD; climbed = false; observe(read_release) };
     goto end_outside
  :: d_step { WRITES_ONCE(me) -> UNWRITE; END_PHASE; climbed = false; observe(write_release) };
     goto end_outside
  :: d_step { HOLDS(me) -> UNHOLD; END_PHASE; climbed = false; observe(upgradeable_release) };
     goto end_outside

  :: d_step { HOLDS(me) && (!climbed || does(CYCLES)) ->
       upgrade_pending = true; climbed = !does(CYCLES); observe(upgrade_request) }
  :: d_step { MAY_UPGRADE(me) -> UNHOLD; WRITE; observe(upgrade_grant) }
  :: d_step { does(GIVES_UP) && upgradeable == me && upgrade_pending ->
       upgrade_pending = false; observe(upgrade_cancel) }

  :: d_step { does(UPGRADES) && WRITES_ONCE(me) ->
       UNWRITE; READ; END_PHASE; observe(write_to_read) }
  :: d_step { does(UPGRADES) && WRITES_ONCE(me) ->
       UNWRITE; HOLD; END_PHASE; observe(write_to_upgradeable) }
  :: d_step { HOLDS(me) -> UNHOLD; READ; END_PHASE; observe(upgradeable_to_read) }

  :: d_step { does(TURNS) && MAY_TURN(me) -> UNREAD; WRITE; observe(read_to_write) }
  :: d_step { does(ALL_ELSE) && writer == me && depth < MAX_DEPTH ->
       depth++; observe(write_reenter) }
  :: d_step { writer == me && depth > 1 -> depth--; observe(write_release) }

  :: d_step { does(ALL_ELSE) && has(readers, me) ->
       UNREAD; condition_readers = condition_readers | only(me); observe(condition_wait) }
  :: d_step { does(ALL_ELSE) && WRITES_ONCE(me) ->
       UNWRITE; condition_writers = condition_writers | only(me); END_PHASE;
       observe(condition_wait) }
  :: d_step { has(condition_readers, me) ->
       condition_readers = condition_readers & ~only(me);
       join(waiting_readers, READER_QUEUES); observe(notify) }
  :: d_step { has(condition_writers, me) ->
       condition_writers = condition_writers & ~only(me);
       join(waiting_writers, true); observe(notify) }
  od
}

/* The same under strong fairness, which a lock gives that hands over: whoever could be granted time
 * and again, is. */
ltl reader_starvation_freedom_strong {
  []<> (!has(TRYING, FIRST_READER) || MAY_READ(FIRST_READER)) }
ltl writer_starvation_freedom_strong {
  []<> (!has(TRYING, FIRST_WRITER) || MAY_WRITE(FIRST_WRITER)) }
#include "properties.pml"
ltl batch_forms   { [] !(several(batch) && (waiting_writers | waiting_upgradeable)) }
#if STRATEGY == throughput
ltl somebody_is_barred { [] !(TRYING & ~in_turn) }
#endif
