/* The queue of the specification: requests in the order of their doorways. What each asks for is
 * told by the set it is in. Where the order counts across kinds, readers stand in it as well. */
chan queue = [THREADS] of { byte };
#define READER_QUEUES (STRATEGY == fifo || STRATEGY == throughput)

set in_turn;                /* may go as far as the queue is concerned: a guard could not loop */
#define IN_TURN(t) has(in_turn, t)

#if STRATEGY == reader_preferring
#define ADMITS_NEW_READER(t) true
#elif STRATEGY == writer_preferring || STRATEGY == phase_fair
#define ADMITS_NEW_READER(t) (len(queue) == 0)
#else
#define ADMITS_NEW_READER(t) IN_TURN(t)
#endif

hidden byte to_see, seen;   /* each in turn goes from the front to the back, until all were seen */
#define FIRST (to_see == len(queue))

#if STRATEGY == throughput  /* in turn: who stands behind nobody that was overtaken too often */
byte overtaken[THREADS];
#define GOES(t)      true
#define LETS_PASS(t) (overtaken[t] < BYPASS_BOUND)
#define OVERTAKEN(t) overtaken[t]
#elif STRATEGY == fifo      /* the first; a reader also behind other readers */
#define GOES(t)      (FIRST || has(waiting_readers, t))
#define LETS_PASS(t) has(waiting_readers, t)
#define OVERTAKEN(t) 0
#else                       /* the first */
#define GOES(t)      FIRST
#define LETS_PASS(t) false
#define OVERTAKEN(t) 0
#endif

hidden byte passable, found_me;
inline find_who_is_in_turn() {
  in_turn = 0; passable = true; to_see = len(queue);
  do
  :: to_see > 0 ->
     queue?seen; queue!seen;
     if :: passable && GOES(seen) -> in_turn = in_turn | only(seen) :: else fi;
     passable = passable && LETS_PASS(seen);
     to_see--
  :: else -> break
  od
}

inline join(waiting, queues) {
  waiting = waiting | only(me);
  if :: queues -> queue!me; find_who_is_in_turn() :: else fi
}

inline leave_waiting() {
  if :: READER_QUEUES || !has(waiting_readers, me) -> queue??eval(me) :: else fi;
#if STRATEGY == throughput
  overtaken[me] = 0;
#endif
  waiting_readers = waiting_readers & ~only(me);
  waiting_writers = waiting_writers & ~only(me);
  waiting_upgradeable = waiting_upgradeable & ~only(me);
  batch = batch & ~only(me);
  find_who_is_in_turn()
}

/* Under throughput a grant counts against everybody it overtakes. */
inline admit() {
#if STRATEGY == throughput
  found_me = false; to_see = len(queue);
  do
  :: to_see > 0 ->
     queue?seen; queue!seen;
     found_me = found_me || seen == me;
     if :: !found_me -> overtaken[seen]++ :: else fi;
     to_see--
  :: else -> break
  od;
#endif
  leave_waiting()
}

inline tell_queue() {
  to_see = len(queue);
  do
  :: to_see > 0 -> queue?seen; queue!seen; printf(" %d %d", seen, OVERTAKEN(seen)); to_see--
  :: else -> break
  od
}
