(** * The specification of a reader-writer lock

    One table of guarded commands for five strategies. It can be run: [step] answers whether an
    event may happen now and, if so, in which state it leaves the lock.

    To read it without knowing Coq:
    - [Variant] lists the possible values of a type, [Record] the fields of a state,
      [Definition] names a value or a function, [Fixpoint] is a function that walks along a list.
    - [f a b] is the call f(a, b); [&&], [||], [negb] are and, or, not; [x :: l] is the list [l] with
      [x] in front, [l ++ [x]] with [x] at its end; [Some x] is a value, [None] its absence.
    - [match x with | A => p | _ => q end] is p if x is A, and q if it is anything else; [S n] is
      n + 1, [{A}] a type that is found by itself, [fun x => y] a function without a name.
    - [Nat.eqb], [Nat.leb] compare numbers (=, <=); [map], [filter], [find], [existsb] go through a
      list, [fst] and [snd] are the two parts of a pair.
    - [when g x] is the row of a table: with guard [g] the event may happen and leads to [x].

    The table itself is [step_without], at the end of this file. Everything before it only gives
    names to its words. *)

Require Import List Arith Bool.
Import ListNotations.

(** ** Words *)

(** Threads are numbers: there is no bound on how many there are. *)
Notation thread := nat (only parsing).

Variant mode := Read | Write | Upgradeable.

Variant strategy :=
| reader_preferring       (* no reader waits because a writer waits                              *)
| writer_preferring       (* no reader enters while a writer waits                               *)
| phase_fair              (* a reader waits for one writer, a writer for one batch of readers per
                             writer ahead                                                        *)
| fifo                    (* first come first served; runs of readers share                      *)
| throughput (K : nat).   (* writer preference with barging; nobody is overtaken more than K times *)

(** A request in the queue: whose, for what, and how many later arrivals have overtaken it. *)
Record request := Request { who : thread; wants : mode; overtaken : nat }.

Record state := State {
  readers     : list thread;           (* who reads                                              *)
  writer      : option thread;         (* who writes ...                                         *)
  depth       : nat;                   (* ... and how many times it has locked                   *)
  upgradeable : option thread;         (* who holds the upgradeable mode ...                     *)
  pending     : bool;                  (* ... and whether it waits to write                      *)
  waiting     : list thread;           (* waiting readers (under fifo and throughput, where their
                                          order counts, they stand in the queue instead)         *)
  queue       : list request;          (* the other waiting requests, first come first           *)
  batch       : list thread;           (* phase_fair: waiting readers let in before the next writer *)
  sleepers    : list (thread * mode)   (* waiting on the condition, with the mode to come back in *)
}.

Definition init := State [] None 0 None false [] [] [] [].

(** The alphabet, the same as the library's own. *)
Variant event :=
| read_request | read_grant | read_release
| write_request | write_grant | write_reenter | write_release
| upgradeable_request | upgradeable_grant | upgradeable_release
| upgrade_request | upgrade_grant | upgrade_cancel
| write_to_read | write_to_upgradeable | upgradeable_to_read | read_to_write
| cancel | condition_wait | notify.

(** The rules that each cost a counterexample. A specification can be made to drop one of them;
    [Rules.v] shows what happens then. *)
Variant rule :=
| cancelled_head_ends_phase       (* when the head of the queue gives up, a phase ends            *)
| cancelled_follower_ends_none    (* when another one gives up, none ends                         *)
| pending_upgrade_keeps_phase     (* while an upgrade is pending, giving up ends none             *)
| upgrade_waits_for_batch         (* an upgrade waits for the batch                               *)
| pending_upgrade_holds_readers   (* a pending upgrade holds back new readers                     *)
| lone_reader_yields_to_queue.    (* no reader turns into a writer while others queue             *)

(** ** Small change: lists and fields *)

Definition same (t u : thread) := Nat.eqb t u.
Definition is (t : thread) (o : option thread) := match o with Some u => same t u | None => false end.
Definition none (o : option thread) := match o with None => true | Some _ => false end.
Definition empty {A} (l : list A) := match l with [] => true | _ => false end.
Definition mem (t : thread) l := existsb (same t) l.
Definition rem (t : thread) l := filter (fun u => negb (same t u)) l.
Definition names (q : list request) := map who q.
Definition same_mode m n :=
  match m, n with Read, Read | Write, Write | Upgradeable, Upgradeable => true | _, _ => false end.

(** The queue without the request of [t]. *)
Fixpoint drop (t : thread) (q : list request) :=
  match q with
  | [] => []
  | r :: rest => if same t (who r) then rest else r :: drop t rest
  end.

Definition set_readers x s :=
  State x (writer s) (depth s) (upgradeable s) (pending s) (waiting s) (queue s) (batch s) (sleepers s).
Definition set_writer x d s :=
  State (readers s) x d (upgradeable s) (pending s) (waiting s) (queue s) (batch s) (sleepers s).
Definition set_upgradeable x p s :=
  State (readers s) (writer s) (depth s) x p (waiting s) (queue s) (batch s) (sleepers s).
Definition set_waiting x s :=
  State (readers s) (writer s) (depth s) (upgradeable s) (pending s) x (queue s) (batch s) (sleepers s).
Definition set_queue x s :=
  State (readers s) (writer s) (depth s) (upgradeable s) (pending s) (waiting s) x (batch s) (sleepers s).
Definition set_batch x s :=
  State (readers s) (writer s) (depth s) (upgradeable s) (pending s) (waiting s) (queue s) x (sleepers s).
Definition set_sleepers x s :=
  State (readers s) (writer s) (depth s) (upgradeable s) (pending s) (waiting s) (queue s) (batch s) x.

(** ** Guards: when may an event happen? *)

(** Neither inside, nor waiting for anything. *)
Definition idle t s :=
  negb (mem t (readers s) || is t (writer s) || is t (upgradeable s) || mem t (waiting s)
        || mem t (names (queue s)) || mem t (map fst (sleepers s))).

(** The request of [t] waits, and is for mode [m]. *)
Definition asks t m s :=
  existsb (fun r => same t (who r) && same_mode m (wants r)) (queue s)
  || same_mode m Read && mem t (waiting s).

Definition heads t (q : list request) := match q with r :: _ => same t (who r) | [] => false end.

(** fifo: only reads stand before [t]. *)
Fixpoint only_reads_before t (q : list request) :=
  match q with
  | [] => false
  | r :: rest => same t (who r) || same_mode (wants r) Read && only_reads_before t rest
  end.

(** throughput: somebody who came before [t] was overtaken K times, and goes first. *)
Fixpoint barred K t (q : list request) :=
  match q with
  | [] => false
  | r :: rest => if same t (who r) then false else Nat.leb K (overtaken r) || barred K t rest
  end.

(** May a reader that is not in the batch enter, as far as the queue is concerned? *)
Definition admits_new_reader k t s :=
  match k with
  | reader_preferring => true
  | writer_preferring | phase_fair => empty (queue s)
  | fifo => only_reads_before t (queue s)
  | throughput K => negb (barred K t (queue s))
  end.

(** Is it the turn of this write or upgradeable request? *)
Definition in_turn k t s :=
  match k with
  | throughput K => negb (barred K t (queue s))
  | _ => heads t (queue s)
  end.

Definition keeps (dropped : option rule) (r : rule) :=
  match dropped, r with
  | Some cancelled_head_ends_phase, cancelled_head_ends_phase
  | Some cancelled_follower_ends_none, cancelled_follower_ends_none
  | Some pending_upgrade_keeps_phase, pending_upgrade_keeps_phase
  | Some upgrade_waits_for_batch, upgrade_waits_for_batch
  | Some pending_upgrade_holds_readers, pending_upgrade_holds_readers
  | Some lone_reader_yields_to_queue, lone_reader_yields_to_queue => false
  | _, _ => true
  end.

(** No writer inside; and who is not in the batch also needs that no upgrade is pending, and that the
    queue admits it. *)
Definition may_read dropped k t s :=
  none (writer s)
  && (mem t (batch s)
      || negb (pending s && keeps dropped pending_upgrade_holds_readers) && admits_new_reader k t s).

(** Its turn, nobody inside, the batch is through; under reader preference, no reader waits. *)
Definition may_write k t s :=
  in_turn k t s && none (writer s) && none (upgradeable s) && empty (readers s) && empty (batch s)
  && match k with reader_preferring => empty (waiting s) | _ => true end.

(** Readers may share with the upgradeable mode; it waits for the batch all the same. *)
Definition may_hold_upgradeable k t s :=
  in_turn k t s && none (writer s) && none (upgradeable s) && empty (batch s).

(** Its thread is inside already: it waits for the readers inside and for the batch, for nobody else. *)
Definition may_upgrade dropped s :=
  empty (readers s) && (empty (batch s) || negb (keeps dropped upgrade_waits_for_batch)).

(** A reader that is alone turns into the writer if nobody queues. It never waits. *)
Definition may_turn_into_writer dropped t s :=
  match readers s with [u] => same t u | _ => false end
  && none (writer s) && none (upgradeable s) && empty (batch s)
  && (empty (queue s) || negb (keeps dropped lone_reader_yields_to_queue)).

(** Only the head of the queue held readers back, so only its leaving ends a phase. *)
Definition cancel_ends_phase dropped t s :=
  (if heads t (queue s) then keeps dropped cancelled_head_ends_phase
   else negb (keeps dropped cancelled_follower_ends_none))
  && negb (pending s && keeps dropped pending_upgrade_keeps_phase).

(** ** Effects: what does an event change? *)

(** The end of an exclusive phase. phase_fair: all readers that wait now, and only those, enter before
    the next writer. *)
Definition end_phase k s :=
  set_batch (match k with phase_fair => waiting s | _ => batch s end) s.

(** Does a request for mode [m] stand in the queue? *)
Definition queues k m :=
  match k, m with
  | (reader_preferring | writer_preferring | phase_fair), Read => false
  | _, _ => true
  end.

(** The doorway: from here on the request has its place in the order of arrival. *)
Definition join k t m s :=
  if queues k m
  then set_queue (queue s ++ [Request t m 0]) s
  else set_waiting (waiting s ++ [t]) s.

(** The request of [t] waits no more. *)
Definition leave_waiting t s :=
  if mem t (waiting s)
  then set_waiting (rem t (waiting s)) (set_batch (rem t (batch s)) s)
  else set_queue (drop t (queue s)) s.

(** throughput: a grant counts against everybody who came before. *)
Fixpoint overtake t (q : list request) :=
  match q with
  | [] => []
  | r :: rest => if same t (who r) then q
                 else Request (who r) (wants r) (S (overtaken r)) :: overtake t rest
  end.
Definition count_overtaking k t q := match k with throughput _ => overtake t q | _ => q end.
Definition let_in k t s := leave_waiting t (set_queue (count_overtaking k t (queue s)) s).

Definition withdraw dropped k t s :=
  if negb (mem t (waiting s)) && cancel_ends_phase dropped t s
  then end_phase k (leave_waiting t s)
  else leave_waiting t s.

Definition enter_read t s := set_readers (readers s ++ [t]) s.
Definition leave_read t s := set_readers (rem t (readers s)) s.
Definition enter_write t s := set_writer (Some t) 1 s.
Definition leave_write s := set_writer None 0 s.
Definition sleep t m s := set_sleepers (sleepers s ++ [(t, m)]) s.
Definition wake t s := set_sleepers (filter (fun p => negb (same t (fst p))) (sleepers s)) s.
Definition sleeps t m s := existsb (fun p => same t (fst p) && same_mode m (snd p)) (sleepers s).

(** ** The table *)

Definition when {A} (guard : bool) (x : A) := if guard then Some x else None.

(** What happens to the lock of strategy [k] in state [s] when thread [t] makes event [e], with one
    rule dropped, or none. [None]: it may not. *)
Definition step_without (dropped : option rule) (k : strategy) (s : state) (e : event) (t : thread)
  : option state :=
  match e with
  (* Reading. An idle thread asks, waits until it may, reads, leaves. *)
  | read_request => when (idle t s) (join k t Read s)
  | read_grant   => when (asks t Read s && may_read dropped k t s) (enter_read t (let_in k t s))
  | read_release => when (mem t (readers s)) (leave_read t s)

  (* Writing. The writer inside may lock again; when it has unlocked as often, a phase ends. *)
  | write_request => when (idle t s) (join k t Write s)
  | write_grant   => when (asks t Write s && may_write k t s) (enter_write t (let_in k t s))
  | write_reenter => when (is t (writer s)) (set_writer (writer s) (S (depth s)) s)
  | write_release => when (is t (writer s))
                       (match depth s with
                        | S (S d) => set_writer (writer s) (S d) s
                        | _ => end_phase k (leave_write s)
                        end)

  (* The upgradeable mode: one holder, shared with readers, and a phase of its own. *)
  | upgradeable_request => when (idle t s) (join k t Upgradeable s)
  | upgradeable_grant   => when (asks t Upgradeable s && may_hold_upgradeable k t s)
                             (set_upgradeable (Some t) false (let_in k t s))
  | upgradeable_release => when (is t (upgradeable s) && negb (pending s))
                             (end_phase k (set_upgradeable None false s))

  (* Upgrade: from the request on no new reader enters; who gives up keeps the upgradeable mode. *)
  | upgrade_request => when (is t (upgradeable s) && negb (pending s))
                         (set_upgradeable (upgradeable s) true s)
  | upgrade_grant   => when (is t (upgradeable s) && pending s && may_upgrade dropped s)
                         (enter_write t (set_upgradeable None false s))
  | upgrade_cancel  => when (is t (upgradeable s) && pending s)
                         (set_upgradeable (upgradeable s) false s)

  (* Changes of mode at one point: nobody gets in between. *)
  | write_to_read        => when (is t (writer s) && Nat.eqb (depth s) 1)
                              (end_phase k (enter_read t (leave_write s)))
  | write_to_upgradeable => when (is t (writer s) && Nat.eqb (depth s) 1)
                              (end_phase k (set_upgradeable (Some t) false (leave_write s)))
  | upgradeable_to_read  => when (is t (upgradeable s) && negb (pending s))
                              (end_phase k (enter_read t (set_upgradeable None false s)))
  | read_to_write        => when (may_turn_into_writer dropped t s)
                              (enter_write t (leave_read t s))

  (* A waiting request gives up (a timeout is the same). *)
  | cancel => when (mem t (waiting s) || mem t (names (queue s))) (withdraw dropped k t s)

  (* The condition: a reader or writer leaves and sleeps at one point; a notified sleeper asks
     again, in the mode it held. A sleeper whose time is up, or that is stopped, makes the same
     step: [notify] names who wakes, not why. *)
  | condition_wait =>
      if is t (writer s) && Nat.eqb (depth s) 1
      then Some (end_phase k (sleep t Write (leave_write s)))
      else when (mem t (readers s)) (sleep t Read (leave_read t s))
  | notify =>
      if sleeps t Write s then Some (join k t Write (wake t s))
      else when (sleeps t Read s) (join k t Read (wake t s))
  end.

(** The specification: all rules kept. *)
Definition step := step_without None.

(** ** What a lock owes, and when a try may fail *)

(** Strict writer preference among those who are not barred. *)
Definition first_writer K (q : list request) :=
  find (fun r => negb (same_mode (wants r) Read) && negb (barred K (who r) q)) q.

(** Must the lock let this grant happen if nothing else does? Barging is a permission, no duty: under
    throughput only what strict writer preference owes is owed. *)
Definition owes dropped k s grant t :=
  match step_without dropped k s grant t with
  | None => false
  | Some _ => match k with
              | throughput K => is t (upgradeable s)
                  || match first_writer K (queue s) with Some r => same t (who r) | None => true end
              | _ => true
              end
  end.

(** A failed try is no step: it changes nothing. But it may fail only if asking and being let in at
    this very point was not owed. *)
Definition may_fail dropped k s ask grant t :=
  match step_without dropped k s ask t with
  | None => true
  | Some s' => negb (owes dropped k s' grant t)
  end.

Variant refusal := read_refused | write_refused | upgradeable_refused | upgrade_refused.

Definition may_refuse dropped k s (r : refusal) t :=
  match r with
  | read_refused => may_fail dropped k s read_request read_grant t
  | write_refused => may_fail dropped k s write_request write_grant t
  | upgradeable_refused => may_fail dropped k s upgradeable_request upgradeable_grant t
  | upgrade_refused => (* who reads or holds the upgradeable mode failed to write at once *)
      if mem t (readers s) then negb (may_turn_into_writer dropped t s)
      else is t (upgradeable s) && negb (pending s)
           && may_fail dropped k s upgrade_request upgrade_grant t
  end.
