(** * Infinite runs and fairness

    What the theorems on starvation assume, and no more. Nothing is proved here. A run is a sequence of
    states and of events between them, in which nothing may happen for a while ([None]). *)

Require Import Spec Lists Invariant Safety List Arith.
Import ListNotations.

Section Fair.
Variable table : state -> event -> thread -> option state.   (* [step k], or one with a rule dropped *)
Variable at_ : nat -> state.                                  (* the state at each moment            *)
Variable ev : nat -> option (event * thread).                 (* what happens next                   *)

Definition infinite_run :=
  at_ 0 = init /\
  forall i, match ev i with
            | Some (e, t) => table (at_ i) e t = Some (at_ (S i))
            | None => at_ (S i) = at_ i
            end.

Definition enabled e t s := table s e t <> None.

(** A grant that is possible from some moment on, without a break, is given. *)
Definition grants_weakly_fair :=
  forall e t i, grant e = true -> exists j, i <= j /\ (~ enabled e t (at_ j) \/ ev j = Some (e, t)).

(** A read grant that is possible again and again, breaks or not, is given. *)
Definition read_grants_strongly_fair :=
  forall t i, (forall j, i <= j -> exists m, j <= m /\ enabled read_grant t (at_ m)) ->
    exists j, i <= j /\ ev j = Some (read_grant, t).

(** Nobody stays inside for ever. (Changing the mode is no leaving. A thread whose upgrade is pending is
    inside, and so this says that it gets out: [upgraders_leave] in Liveness.v needs not assume it.) *)
Definition stays_end := forall t i, inside t (at_ i) -> exists j, i <= j /\ ~ inside t (at_ j).

(** Nobody stays in one mode for ever: the weaker assumption. *)
Definition modes_end := forall m t i, holds m t (at_ i) -> exists j, i <= j /\ ~ holds m t (at_ j).

(** From moment [i] on [t] waits for its upgrade, for ever. *)
Definition waits_for_upgrade t i :=
  forall j, i <= j -> upgradeable (at_ j) = Some t /\ pending (at_ j) = true.

(** The same two, but for threads that cannot leave because their upgrade is never granted: of these
    nothing is assumed. *)
Definition stays_end_unless_blocked := forall t i, inside t (at_ i) ->
  exists j, i <= j /\ (~ inside t (at_ j) \/ waits_for_upgrade t j).
Definition modes_end_unless_blocked := forall m t i, holds m t (at_ i) ->
  exists j, i <= j /\ (~ holds m t (at_ j) \/ waits_for_upgrade t j).

(** The request that [t] has at moment [i] comes to its end: it is granted, or gives up. *)
Definition served t i := exists j e, i <= j /\ is_end e = true /\ ev j = Some (e, t).

End Fair.
