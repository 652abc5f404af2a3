(** * Runs, and the invariant of all reachable states

    What the proofs lean on: where a thread may be, who may be inside together. Any strategy, any
    number of threads. *)

Require Import Spec Lists List Arith Bool Lia.
Import ListNotations.

(** ** Runs *)

(** [runs k s l s']: from [s] the events of [l], in this order, lead to [s']. *)
Inductive runs (k : strategy) : state -> list (event * thread) -> state -> Prop :=
| runs_nil s : runs k s [] s
| runs_cons s e t s1 l s2 : step k s e t = Some s1 -> runs k s1 l s2 -> runs k s ((e, t) :: l) s2.

Definition reachable k s := exists l, runs k init l s.

(** ** The invariant *)

(** In how many places [u] is. *)
Definition places u s :=
  cnt u (readers s) + cnt u (olist (writer s)) + cnt u (olist (upgradeable s))
  + cnt u (waiting s) + cnt u (names (queue s)) + cnt u (map fst (sleepers s)).

Record inv (k : strategy) (s : state) : Prop := {
  inv_places : forall u, places u s <= 1;                  (* a thread is in at most one place     *)
  inv_write : writer s <> None -> upgradeable s = None /\ readers s = [];
  inv_depth : writer s = None <-> depth s = 0;
  inv_pending : pending s = true -> upgradeable s <> None;
  inv_batch : forall u, In u (batch s) -> In u (waiting s);
  inv_no_batch : k <> phase_fair -> batch s = [];
  inv_waiting : queues k Read = true -> waiting s = [];
  inv_queue : queues k Read = false -> forall r, In r (queue s) -> wants r <> Read;
  inv_bound : forall r, In r (queue s) ->
    overtaken r <= match k with throughput K => K | _ => 0 end }.

Lemma inv_init k : inv k init.
Proof. constructor; simpl; try easy. unfold places; simpl; lia. Qed.

Lemma idle_places t s : idle t s = true -> places t s = 0.
Proof.
  unfold idle, places. rewrite negb_true_iff, !orb_false_iff, !mem_out.
  intros (((((A & B) & C) & D) & E) & F).
  assert (Y : forall o, is t o = false -> cnt t (olist o) = 0).
  { intros [u|]; simpl; [|easy]. rewrite same_neq. destruct (Nat.eq_dec u t); congruence. }
  now rewrite (cnt_zero _ _ A), (cnt_zero _ _ D), (cnt_zero _ _ E), (cnt_zero _ _ F), (Y _ B),
    (Y _ C).
Qed.

Ltac counting u :=
  rewrite ?names_join, ?map_app, ?filter_fst, ?count_occ_app, ?cnt_rem in *; cbn in *;
  repeat match goal with
  | H : In ?t (names ?q) |- context[cnt u (names (drop ?t ?q))] =>
      pose proof (cnt_drop u t q H); generalize dependent (cnt u (names (drop t q))); intros;
        cbn in *
  | H : In _ _ |- _ => apply cnt_in in H
  end;
  repeat match goal with
  | |- context[Nat.eq_dec ?a u] => destruct (Nat.eq_dec a u); subst
  | H : context[Nat.eq_dec ?a u] |- _ => destruct (Nat.eq_dec a u); subst
  | |- context[same ?a u] => destruct (same a u) eqn:?
  end;
  repeat match goal with
  | H : same _ _ = false |- _ => apply same_neq in H
  | H : same _ _ = true |- _ => apply same_eq in H; subst
  end; try lia; try congruence.

(** Who asks stands among the waiting readers or in the queue; who sleeps, among the sleepers. *)
Ltac locate := repeat match goal with
  | H : idle _ _ = true |- _ => apply idle_places in H
  | H : asks _ _ _ = true |- _ => apply asks_in in H; cbn in H; rewrite ?names_count in H
  | H : sleeps _ _ _ = true |- _ => apply sleeps_in in H; apply (in_map fst) in H; cbn in H
  | H : _ || _ = true |- _ => apply orb_true_iff in H; rewrite ?mem_in in H
  | H : In ?t ?l \/ _, N : ~ In ?t ?l |- _ => destruct H as [H|H]; [contradiction|]
  end.

Lemma places_step k s e t s' :
  (forall u, places u s <= 1) -> step k s e t = Some s' -> forall u, places u s' <= 1.
Proof.
  intros I H u. pose proof (I t) as It. specialize (I u).
  rows H; locate; facts; unfold places in *; cbn in *;
  rewrite ?names_drop_count, ?names_count in *; counting u.
Qed.

(** The counts under throughput stay within K: whoever would raise one beyond is barred. *)
Lemma overtake_bound K t q : barred K t q = false -> (forall r, In r q -> overtaken r <= K) ->
  forall r, In r (overtake t q) -> overtaken r <= K.
Proof.
  induction q as [|x q IH]; [easy|]. rewrite barred_cons. unfold overtake; fold overtake.
  destruct (same t (who x)); [auto|]. rewrite orb_false_iff, Nat.leb_gt.
  intros [L B] I r [<-|H]; [simpl; lia|]. apply IH; auto. intros; apply I; now right.
Qed.

Lemma bound_step k s e t s' : inv k s -> step k s e t = Some s' -> forall r, In r (queue s') ->
  overtaken r <= match k with throughput K => K | _ => 0 end.
Proof.
  intros I H. pose proof (inv_bound _ _ I) as B.
  pose proof (inv_waiting _ _ I) as W. pose proof (inv_no_batch _ _ I) as N. clear I.
  rows H; auto; intros r; rewrite ?in_app_iff; try (intros [Hr|[<-|[]]]; simpl; auto; lia);
  intro Hr; try apply in_drop in Hr; auto.
  all: destruct k as [| | | |K]; auto; try (rewrite W in * by easy; easy).
  all: revert r Hr; apply overtake_bound; auto; unfold in_turn in *; facts; auto.
  rewrite N in * by easy. facts. auto.
Qed.

Lemma inv_step k s e t s' : inv k s -> step k s e t = Some s' -> inv k s'.
Proof.
  intros I H. constructor.
  - exact (places_step _ _ _ _ _ (inv_places _ _ I) H).
  - destruct I as [_ I _ _ _ _ _ _ _]. rows H; auto; try easy; try (intros; congruence);
    try (destruct I; [congruence|]; subst; try easy; split; congruence);
    try (intros N; destruct (I N); subst; auto; easy).
    intros _. now rewrite rem_only.
  - destruct I as [_ _ I _ _ _ _ _ _]. rows H; auto; try easy; try (split; congruence).
    all: try (split; [congruence|intro; destruct dep0; easy]).
  - destruct I as [_ I1 _ I _ _ _ _ _]. rows H; auto; try easy; try congruence.
  - destruct I as [_ _ _ _ I _ _ _ _]. rows H; auto; try easy;
    try (destruct k; auto; fail); try (intros u; rewrite ?in_rem, ?in_app_iff; intuition; fail);
    try (intros u; destruct k; rewrite ?in_rem, ?in_app_iff; intuition; fail).
  - destruct I as [_ _ _ _ _ I _ _ _]. intro N. specialize (I N).
    rows H; subst; auto; destruct k; easy.
  - destruct I as [_ _ _ _ _ _ I _ _]. intro N. specialize (I N).
    rows H; subst; auto; try congruence; try easy; destruct k; easy.
  - destruct I as [_ _ _ _ _ _ _ I _]. intro N. specialize (I N).
    rows H; auto; intros r Hr; rewrite ?in_app_iff in Hr; try apply in_drop in Hr; auto;
    try (destruct Hr as [Hr|[<-|[]]]; simpl; auto; congruence);
    apply in_count in Hr as (r' & Hr & _ & -> & _); auto.
  - exact (bound_step _ _ _ _ _ I H).
Qed.

Lemma inv_runs k s l s' : inv k s -> runs k s l s' -> inv k s'.
Proof. intros I R. induction R; eauto using inv_step. Qed.
Lemma reachable_inv k s : reachable k s -> inv k s.
Proof. intros [l R]. eapply inv_runs; eauto using inv_init. Qed.
Lemma runs_app k s l s1 m s2 : runs k s l s1 -> runs k s1 m s2 -> runs k s (l ++ m) s2.
Proof. induction 1; simpl; eauto using runs. Qed.
Lemma reachable_step k s e t s' : reachable k s -> step k s e t = Some s' -> reachable k s'.
Proof. intros [l R] H. exists (l ++ [(e, t)]). eauto using runs_app, runs. Qed.

Lemma place_once k s u : inv k s -> places u s <= 1.
Proof. intro I. apply I. Qed.

(** In the queue a thread has one request. *)
Lemma queue_once k s : inv k s -> NoDup (names (queue s)).
Proof.
  intro I. apply (NoDup_count_occ Nat.eq_dec). intro u.
  pose proof (place_once _ _ u I) as P. unfold places in P. lia.
Qed.

