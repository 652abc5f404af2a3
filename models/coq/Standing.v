(** * While one request waits: what a single step can do

    The steps of [Liveness.v], one at a time. The standing of a queued request [t] (its place, and under
    throughput how often it may yet be overtaken) never rises; while it does not fall either, nobody is
    let in but out of the batch, and the lock drains. *)

Require Import Spec Lists Invariant Safety Bypass List Arith Bool Lia.
Import ListNotations.

(** Who is inside, or in the batch. *)
Definition admitted s := batch s ++ readers s ++ olist (writer s) ++ olist (upgradeable s).
Definition admission e :=
  match e with read_grant | write_grant | upgradeable_grant => true | _ => false end.

Lemma inside_dec t s : inside t s \/ ~ inside t s.
Proof.
  destruct (mem t (readers s)) eqn:A; [left; exists Read; now apply mem_in|].
  destruct (is t (writer s)) eqn:B; [left; exists Write; now apply is_some|].
  destruct (is t (upgradeable s)) eqn:C; [left; exists Upgradeable; now apply is_some|].
  right. intros [m M]. destruct m; simpl in M; [apply mem_out in A; tauto| |];
  apply is_some in M; congruence.
Qed.
Lemma in_olist x o : In x (olist o) <-> o = Some x.
Proof. destruct o; simpl; intuition congruence. Qed.
Lemma in_admitted x s : In x (admitted s) <-> In x (batch s) \/ inside x s.
Proof.
  unfold admitted, inside. rewrite !in_app_iff, !in_olist. split.
  - intros [H|[H|[H|H]]]; [auto|right; now exists Read|right; now exists Write
      |right; now exists Upgradeable].
  - intros [H|[[] H]]; simpl in H; auto.
Qed.

Lemma queued_step k s e u s' t : inv k s -> step k s e u = Some s' -> queued t s ->
  queued t s' \/ (u = t /\ is_end e = true).
Proof.
  intros I H T. unfold queued in *. destruct (queue_names _ _ _ _ _ I H) as [(E & U & ->)|(_ & Q)].
  - destruct (Nat.eq_dec t u); [auto|]. left. now apply in_names_drop.
  - left. destruct Q as [->|[_ ->]]; [auto|]. rewrite in_app_iff. auto.
Qed.
Lemma waiting_step k s e u s' t : step k s e u = Some s' -> In t (waiting s) ->
  In t (waiting s') \/ (u = t /\ is_end e = true).
Proof.
  intros H T. destruct (Nat.eq_dec t u) as [->|N].
  - destruct (is_end e) eqn:E; [auto|]. left. rows H; rewrite ?in_app_iff; auto; easy.
  - left. rows H; rewrite ?in_app_iff, ?in_rem; auto.
Qed.
Lemma admits_enters k s e u s' : step k s e u = Some s' -> admission e = true -> In u (admitted s').
Proof.
  intros H A. apply in_admitted. right. destruct e; try discriminate A.
  - exists Read. rows H; rewrite in_app_iff; simpl; auto.
  - exists Write. rows H; reflexivity.
  - exists Upgradeable. rows H; reflexivity.
Qed.

(** From moment to moment: does [t], who stays queued, keep its place and its count? *)
Definition standing k t s := match k with
  | throughput K => place t s + (K - overtaken_of t (queue s)) | _ => place t s end.

Section Step.
Variables (k : strategy) (s s' : state) (e : event) (u t : thread).
Hypothesis R : reachable k s.
Hypothesis H : step k s e u = Some s'.
Hypothesis T : queued t s.
Hypothesis T' : queued t s'.

Let I : inv k s := reachable_inv _ _ R.

Lemma end_other : is_end e = true -> u <> t.
Proof.
  intros E ->. destruct (queue_names _ _ _ _ _ I H) as [(_ & U & Q)|(C & _)].
  - unfold queued in *. rewrite Q in T'. pose proof (queue_once _ _ I) as D.
    apply (NoDup_count_occ Nat.eq_dec) with (x := t) in D. pose proof (cnt_drop t t _ U) as C.
    apply cnt_in in T'. simpl in C. destruct (Nat.eq_dec t t); [lia|easy].
  - rewrite E in C. apply mem_in in T. now rewrite T in C.
Qed.

Lemma standing_step : standing k t s' <= standing k t s.
Proof.
  pose proof (place_step _ _ _ _ _ _ I T T' H). unfold standing. destruct k as [| | | |K]; try lia.
  pose proof (overtaken_step _ _ _ _ _ _ I T T' H). lia.
Qed.

Hypothesis F : standing k t s' = standing k t s.     (* nothing has moved before [t], or past it *)

Lemma place_same : place t s' = place t s /\ leaves_before t (s, e, u) = 0.
Proof.
  pose proof (place_step _ _ _ _ _ _ I T T' H). unfold standing in F.
  destruct k as [| | | |K]; try lia.
  pose proof (overtaken_step _ _ _ _ _ _ I T T' H). lia.
Qed.

Lemma behind : is_end e = true -> In u (names (queue s)) -> before t u (queue s).
Proof.
  intros E U. destruct place_same as [_ L]. pose proof (end_other E) as N.
  unfold before. repeat split; auto. unfold leaves_before in L. apply mem_in in U as U'.
  rewrite E, U' in L. cbn [andb] in L.
  destruct (Nat.ltb_spec (pos u (names (queue s))) (pos t (names (queue s)))); [easy|].
  enough (pos u (names (queue s)) <> pos t (names (queue s))) by lia.
  intro Z. apply N. eapply pos_inj; eauto.
Qed.

End Step.

(** Then nobody is let in, unless out of the batch. *)
Lemma no_admission k s s' e u t : reachable k s -> step k s e u = Some s' -> queued t s ->
  queued t s' -> standing k t s' = standing k t s -> (k = fifo -> asks_exclusively t s) ->
  k <> reader_preferring -> admission e = true -> k = phase_fair /\
  e = read_grant /\ In u (batch s).
Proof.
  intros R H T T' F X P A. assert (E : is_end e = true) by (destruct e; easy).
  pose proof (reachable_inv _ _ R) as V.
  assert (N : queue s <> []) by (intro Q; unfold queued in T; now rewrite Q in T).
  pose proof (behind _ _ _ _ _ _ R H T T' F E) as BH.
  assert (XG : (forall K, k <> throughput K) -> exclusive_grant (s, e, u) = 1 -> False).
  { intros K G. destruct (exclusive_grant_head _ _ _ _ _ K H G) as [_ Hd].
    pose proof (head_leaves _ _ _ _ _ _ V T T' H E Hd).
    destruct (place_same _ _ _ _ _ _ R H T T' F). lia. }
  destruct k as [| | | |K]; [easy| | | |].
  - exfalso. destruct e; try easy; try (now apply XG).
    now apply N, (no_reader_passes_writer s u s').
  - destruct e; try easy; try (now destruct XG). repeat split.
    now apply (only_batch_passes_writer s u s').
  - exfalso. pose proof (granted_queued _ _ _ _ _ V eq_refl H A) as U.
    destruct (X eq_refl) as (r & I1 & E1 & W). apply W. pose proof (BH U) as B. rewrite <- E1 in B.
    eapply fifo_first_come_first_served; eauto. destruct e; easy || auto.
  - exfalso. pose proof (granted_queued _ _ _ _ _ V eq_refl H A) as U.
    destruct (BH U) as (_ & _ & B).
    pose proof (overtaken_step _ _ _ _ _ _ V T T' H) as O. unfold standing in F.
    pose proof (place_step _ _ _ _ _ _ V T T' H).
    pose proof (overtaken_bound K t (queue s') (inv_bound _ _ (inv_step _ _ _ _ _ V H))) as O'.
    assert (passes t (s, e, u) = 1); [|lia]. unfold passes. apply Nat.ltb_lt in B. rewrite B.
    destruct e; easy.
Qed.

Section Frozen.
Variables (k : strategy) (s s' : state) (e : event) (u t : thread).
Hypothesis R : reachable k s.
Hypothesis H : step k s e u = Some s'.
Hypothesis T : queued t s.
Hypothesis T' : queued t s'.
Hypothesis F : standing k t s' = standing k t s.
Hypothesis X : k = fifo -> asks_exclusively t s.
Let I : inv k s := reachable_inv _ _ R.

(** And no phase ends but that of who is inside. *)
Lemma batch_shrinks : k <> reader_preferring -> writer s = None -> upgradeable s = None ->
  (forall x, In x (batch s') -> In x (batch s))
    /\ (forall x, In x (admitted s') -> In x (admitted s)).
Proof.
  intros P Z1 Z2. pose proof (no_admission _ _ _ _ _ _ R H T T' F X P) as NA.
  destruct (place_same _ _ _ _ _ _ R H T T' F) as [_ L].
  assert (HL : is_end e = true -> heads u (queue s) = true -> False).
  { intros E Hd. pose proof (head_leaves _ _ _ _ _ _ I T T' H E Hd). lia. }
  assert (N : queue s <> []) by (intro Q; unfold queued in T; now rewrite Q in T).
  assert (BI : forall x, In x (batch s') -> In x (batch s)).
  { pose proof (inv_no_batch _ _ (inv_step _ _ _ _ _ I H)) as NB.
    assert (D : k = phase_fair \/ k <> phase_fair) by (destruct k; auto; right; easy).
    destruct D as [D|D]; [|now rewrite NB]. clear NB NA.
    intros x. rewrite D in H. revert HL Z1 Z2. clear - H.
    intros HL Z1 Z2. rows H; try discriminate; auto; rewrite ?in_rem; try tauto.
    unfold cancel_ends_phase in *. cbn in *. facts. destruct (heads u q0); [now destruct HL|easy]. }
  split; [exact BI|]. intros x. rewrite !in_admitted. intros [B|[m M]]; [auto|].
  destruct (admission e) eqn:A.
  - destruct (NA eq_refl) as (E1 & -> & U). destruct (Nat.eq_dec x u) as [->|D]; [auto|].
    right. exists m. clear - H M D. destruct m; rows H; rewrite ?in_app_iff in *; simpl in *;
    intuition congruence.
  - right. unfold inside.
    destruct (inside_dec x s) as [|C]; [auto|exfalso].
    assert (C1 : ~ In x (readers s)) by (intro; apply C; now exists Read).
    assert (C2 : writer s <> Some x) by (intro; apply C; now exists Write).
    assert (C3 : upgradeable s <> Some x) by (intro; apply C; now exists Upgradeable).
    clear - H M A C1 C2 C3. destruct m; rows H; try discriminate A;
      rewrite ?in_app_iff, ?in_rem in *; simpl in *; intuition congruence.
Qed.

(** The exclusive holder, when it goes, is followed by nobody. *)
Definition holder z := match writer z with Some x => Some x | None => upgradeable z end.
Lemma holder_goes : k <> reader_preferring -> holder s' = holder s \/ holder s' = None.
Proof.
  intros P. pose proof (no_admission _ _ _ _ _ _ R H T T' F X P) as NA.
  pose proof (inv_write _ _ I) as M.
  assert (N : queue s <> []) by (intro Q; unfold queued in T; now rewrite Q in T).
  destruct (admission e) eqn:A.
  - destruct (NA eq_refl) as (_ & -> & _). clear - H. unfold holder. rows H; auto.
  - unfold holder. clear - H A M N.
    rows H; try discriminate A; auto; try (destruct M as [? ?]; [congruence|]; subst; auto);
    try (destruct hw0; auto; destruct M as [? ?]; [congruence|]; congruence);
    try (destruct hw0; auto); facts; try congruence; try easy.
Qed.
End Frozen.

(** When everybody has left, the head of the queue can be let in. *)
Definition grant_of m :=
  match m with Read => read_grant | Write => write_grant | Upgradeable => upgradeable_grant end.

Lemma head_enabled k s r q : reachable k s -> k <> reader_preferring -> admitted s = [] ->
  queue s = r :: q -> step k s (grant_of (wants r)) (who r) <> None.
Proof.
  intros R K A Q. pose proof (reachable_inv _ _ R) as [_ _ _ P _ _ _ QR _]. clear R.
  unfold admitted in A. apply app_eq_nil in A as [A1 A]. apply app_eq_nil in A as [A2 A].
  apply app_eq_nil in A as [A3 A4].
  assert (writer s = None) as W by (destruct (writer s); easy).
  assert (upgradeable s = None) as U by (destruct (upgradeable s); easy).
  assert (pending s = false) as N by (destruct (pending s); auto; now destruct P).
  assert (Wh : forall b (x : state), b = true -> when b x <> None) by (intros b x ->; easy).
  assert (As : asks (who r) (wants r) s = true).
  { apply asks_intro. left. exists r. rewrite Q. simpl. auto. }
  assert (T : in_turn k (who r) s = true).
  { unfold in_turn. rewrite Q. destruct k; simpl; rewrite ?barred_cons, same_refl; reflexivity. }
  destruct (wants r) eqn:M; unfold step; cbn [grant_of step_without]; apply Wh; rewrite As.
  - unfold may_read. rewrite W, A1, N. cbn. unfold admits_new_reader. rewrite Q.
    destruct k; rewrite ?only_reads_cons, ?barred_cons, ?same_refl; auto;
    exfalso; apply (QR eq_refl r); auto; rewrite Q; now left.
  - unfold may_write. rewrite T, A1, A2, W, U. now destruct k.
  - unfold may_hold_upgradeable. rewrite T, A1, W, U. reflexivity.
Qed.

(** While nobody is let in and [t] keeps its standing, the head stays. *)
Lemma head_stays k s e u s' t r q : reachable k s -> step k s e u = Some s' -> queued t s ->
  queued t s' -> standing k t s' = standing k t s -> admission e = false -> queue s = r :: q ->
  exists q', queue s' = r :: q'.
Proof.
  intros R H T T' F A Q. destruct (place_same _ _ _ _ _ _ R H T T' F) as [_ L].
  assert (N : e = cancel -> In u (names (queue s)) -> same u (who r) = false).
  { intros -> U. destruct (same u (who r)) eqn:E; [exfalso|reflexivity].
    pose proof (head_leaves _ _ _ _ _ _ (reachable_inv _ _ R) T T' H eq_refl) as Hd.
    rewrite Q in Hd. specialize (Hd E). congruence. }
  clear R T T' F L. rows H; try discriminate A; try discriminate Q; subst q0;
    try (eexists; reflexivity);
  facts; rewrite drop_cons, N by (auto; locate; facts; auto); eexists; reflexivity.
Qed.

Lemma granted_leaves_batch k s x s' : inv k s -> step k s read_grant x = Some s' ->
  In x (batch s) ->
  In x (batch s') -> False.
Proof.
  intros I H B. apply (inv_batch _ _ I) in B. clear I. rows H; rewrite ?in_rem; tauto.
Qed.

(** ** One step, strategy by strategy *)

Lemma when_some b (x : state) : b = true -> when b x <> None.
Proof. now intros ->. Qed.

(** *** Readers: any strategy *)

Lemma writer_stays k s e u s' x : inv k s -> step k s e u = Some s' ->
  (writer s = Some x \/ upgradeable s = Some x /\ pending s = true) ->
  (writer s' = Some x \/ upgradeable s' = Some x /\ pending s' = true)
    \/ (writer s' = None /\ pending s' = false).
Proof.
  intros I H [W|[U P]]; pose proof (inv_write _ _ I) as M; pose proof (inv_pending _ _ I) as Q;
    clear I.
  - assert (pending s = false) as Z.
    { destruct M as [M _]; [congruence|]. destruct (pending s); auto. now destruct Q. }
    clear M Q. rows H; subst; auto; try discriminate; left; left; congruence.
  - assert (writer s = None) as Z.
    { destruct (writer s) eqn:E; auto. destruct M; [congruence|]. congruence. }
    clear M Q. rows H; subst; auto; try discriminate; left; left; congruence.
Qed.

(** *** fifo *)

(** fifo: a request changes in nothing while it waits. *)
Lemma request_kept s e u s' r : step fifo s e u = Some s' -> In r (queue s) ->
  (is_end e = true -> u <> who r) -> In r (queue s').
Proof.
  intros H I D. rows H; rewrite ?in_app_iff; auto; apply in_drop_other; auto;
  intro; now apply D.
Qed.
Lemma only_reads_app t q r : only_reads_before t q = true -> only_reads_before t (q ++ [r]) = true.
Proof.
  induction q as [|x q IH]; [easy|]. cbn [app].
  rewrite !only_reads_cons, !orb_true_iff, !andb_true_iff. tauto.
Qed.
Lemma only_reads_step s e u s' t : step fifo s e u = Some s' -> (is_end e = true -> u <> t) ->
  only_reads_before t (queue s) = true -> only_reads_before t (queue s') = true.
Proof.
  intros H D O. rows H; auto using only_reads_app; apply only_reads_drop; auto; intro; now apply D.
Qed.
Lemma writer_before t q : In t (names q) -> only_reads_before t q = false ->
  exists r, In r q /\ wants r <> Read /\ before (who r) t q.
Proof.
  induction q as [|x q IH]; [easy|]. rewrite names_cons, only_reads_cons. cbn [In]. intros T O.
  apply orb_false_iff in O as [X O]. apply same_neq in X. destruct T as [T|T]; [congruence|].
  assert (P : forall v, v <> who x -> before v t q -> before v t (x :: q)).
  { intros v V (B1 & B2 & B3). apply same_neq in V. apply same_neq in X as X'.
    unfold before. rewrite names_cons. cbn [In pos]. rewrite V, X'. intuition lia. }
  apply andb_false_iff in O as [O|O].
  - exists x. repeat split; [now left|now destruct (wants x)|rewrite names_cons; now left|
      rewrite names_cons; now right|]. rewrite names_cons. cbn [pos]. rewrite same_refl.
    apply same_neq in X. rewrite X. lia.
  - destruct (IH T O) as (r & A & B & C). destruct (Nat.eq_dec (who r) (who x)) as [E|E].
    + exists r. repeat split; [now right|auto|rewrite names_cons, E; now left
        |rewrite names_cons; now right|].
      rewrite names_cons, E. cbn [pos]. rewrite same_refl. apply same_neq in X. rewrite X. lia.
    + exists r. repeat split; try (now right); auto; try apply (P _ E C).
Qed.

(** fifo: once only reads stand before [t], the exclusive holder, when it goes, is followed by nobody:
    who queues comes later, and no reader turns into the writer while [t] queues. *)
Lemma fifo_holder_goes s e u s' t : inv fifo s -> step fifo s e u = Some s' ->
  (is_end e = true -> u <> t) ->
  only_reads_before t (queue s) = true -> holder s' = holder s \/ holder s' = None.
Proof.
  intros I H D O. pose proof (inv_write _ _ I) as M. pose proof (queue_once _ _ I) as Q.
  assert (G : forall m, asks u m s = true -> heads u (queue s) = true -> m <> Read -> u = t).
  { intros m A Hd N. apply asks_where in A as [(r & I1 & E & W)|[-> _]]; [|easy].
    destruct (queue s) as [|x q]; [easy|]. rewrite names_cons in Q.
    apply NoDup_cons_iff in Q as [Q _].
    cbn in Hd. apply same_eq in Hd. rewrite only_reads_cons in O. apply orb_true_iff in O as [O|O].
    - apply same_eq in O. congruence.
    - apply andb_true_iff in O as [O _]. apply same_mode_eq in O.
      destruct I1 as [->|I1]; [congruence|].
      destruct Q. rewrite <- Hd, <- E. now apply names_in. }
  clear I Q. unfold holder.
  rows H; auto; unfold in_turn in *; cbn in *;
  try (now destruct (D eq_refl); apply (G Write));
    try (now destruct (D eq_refl); apply (G Upgradeable));
  try (destruct hw0; auto); try (destruct M as [? ?]; [congruence|]; subst; auto; congruence);
    try easy.
Qed.

(** *** phase_fair, readers *)

Lemma batch_stays s e u s' t : inv phase_fair s -> step phase_fair s e u = Some s' ->
  In t (batch s) ->
  In t (waiting s') -> In t (batch s').
Proof.
  intros I H B W. pose proof (inv_batch _ _ I t B) as W0. clear I. rows H; auto;
  rewrite ?in_rem in *; auto; try tauto.
Qed.
Lemma no_entry_past_batch s e u s' t : step phase_fair s e u = Some s' -> In t (batch s) ->
  writer s' = writer s \/ writer s' = None.
Proof. intros H B. rows H; auto; easy. Qed.
Lemma write_phase_ends s e u s' t y : step phase_fair s e u = Some s' -> inv phase_fair s ->
  writer s = Some y -> In t (waiting s') -> writer s' = Some y \/ In t (batch s').
Proof.
  intros H I W T. pose proof (inv_write _ _ I) as M. clear I. rows H; auto; try discriminate;
  try (destruct M as [? ?]; [congruence|]; congruence).
Qed.
Lemma upgradeable_phase_ends s e u s' t y : step phase_fair s e u = Some s' -> writer s = None ->
  writer s' = None -> upgradeable s = Some y -> In t (waiting s') ->
  upgradeable s' = Some y \/ In t (batch s').
Proof. intros H W W' U T. rows H; auto; try discriminate; left; congruence. Qed.

(** While nobody writes or holds the upgradeable mode, and [t] waits outside the batch, the head of the
    queue stays: were it let in, it would be inside; were it to give up, a phase would end. *)
Lemma head_waits t s e u s' r q : inv phase_fair s -> step phase_fair s e u = Some s' ->
  queue s = r :: q ->
  writer s' = None -> upgradeable s' = None -> ~ In t (batch s') -> In t (waiting s') ->
  upgradeable s = None -> exists q', queue s' = r :: q'.
Proof.
  intros I H Q W U B T U0. pose proof (inv_pending _ _ I) as P.
  pose proof (inv_batch _ _ I u) as BW. clear I.
  rows H; subst; try discriminate; try (eexists; reflexivity);
  try (now destruct B); unfold cancel_ends_phase in *; cbn in *; rewrite ?drop_cons in *.
  - rewrite andb_false_r, orb_false_r in H1. apply mem_in in H1. tauto.
  - destruct (same u (who r)) eqn:E; [exfalso|eexists; reflexivity].
    destruct up0; [now apply P|easy].
Qed.

(** *** Upgrades: any strategy *)

Lemma upgrade_drains k s e u s' : inv k s -> step k s e u = Some s' ->
  pending s = true -> pending s' = true ->
  (forall x, In x (batch s') -> In x (batch s))
  /\ (forall x, In x (batch s' ++ readers s') -> In x (batch s ++ readers s)).
Proof.
  intros I H P P'. pose proof (inv_write _ _ I) as M. pose proof (inv_pending _ _ I P) as U.
  clear I.
  split; intros x; rewrite ?in_app_iff; rows H; subst; try discriminate;
    rewrite ?in_app_iff, ?in_rem; try tauto;
  try (destruct M as [? ?]; congruence);
  try (apply orb_true_iff in H1 as [H1|H1];
    [apply mem_in in H1; intuition (simpl in *; intuition congruence)|easy]).
  all: try (unfold cancel_ends_phase in *; cbn in *; rewrite andb_false_r in *; discriminate).
  all: try easy.
Qed.

Lemma upgrade_ends k s e u s' t : inv k s -> step k s e u = Some s' -> upgradeable s = Some t ->
  pending s = true ->
  upgradeable s' = Some t /\ pending s' = true
  \/ u = t /\ (e = upgrade_grant \/ e = upgrade_cancel).
Proof.
  intros I H U P. pose proof (inv_write _ _ I) as M. clear I.
  rows H; subst; try discriminate; auto; try (destruct M as [? ?]; congruence);
  right; split; auto; congruence.
Qed.
