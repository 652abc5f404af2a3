/* The properties speak of sets that each model maintains: TRYING, UPGRADING, READING, WRITING. An
 * assertion in observe() is mutual exclusion; an end state that is not labelled so, a deadlock.
 * Nobody waits for ever: */
ltl reader_starvation_freedom { []<> !has(TRYING, FIRST_READER) }
ltl writer_starvation_freedom { []<> !has(TRYING, FIRST_WRITER) }
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
