/* The properties speak of sets that each model maintains: TRYING, UPGRADING, READING, WRITING. An
 * assertion in observe() is mutual exclusion; an end state that is not labelled so, a deadlock.
 * Nobody waits for ever: */
ltl reader_starvation_freedom { []<> !has(TRYING, FIRST_READER) }
ltl writer_starvation_freedom { []<> !has(TRYING, FIRST_WRITER) }
ltl upgradeable_starvation_freedom { []<> !has(TRYING, FIRST_UPGRADER) }
ltl upgrade_progress          { []<> !has(UPGRADING, FIRST_UPGRADER) }

/* Witnesses: each denies something that must happen, or the rest would hold of a lock that lets
 * nobody in. They have to be refuted. */
ltl readers_overlap  { [] !several(READING) }
ltl writer_waits     { [] !(has(TRYING, FIRST_WRITER) && READING) }
ltl reader_waits     { [] !(has(TRYING, FIRST_READER) && WRITING) }
ltl upgrade_waits    { [] !(has(UPGRADING, FIRST_UPGRADER) && (READING & ~only(FIRST_UPGRADER))) }
#define LEAVES_UNSERVED(t) \
  (has(TRYING, t) && (has(TRYING, t) U !has(TRYING | READING | WRITING, t)))
ltl reader_gives_up  { [] !LEAVES_UNSERVED(FIRST_TIMED_READER) }
ltl writer_gives_up  { [] !LEAVES_UNSERVED(FIRST_TIMED_WRITER) }
ltl upgrade_given_up { [] !(has(UPGRADING, FIRST_TIMED_UPGRADER) && \
  (has(UPGRADING, FIRST_TIMED_UPGRADER) U \
    !has(UPGRADING | WRITING, FIRST_TIMED_UPGRADER))) }

/* Who may give up need not: it can wait for ever. */
ltl reader_stays     { []<> !has(TRYING, FIRST_TIMED_READER) }
ltl writer_stays     { []<> !has(TRYING, FIRST_TIMED_WRITER) }
