(** * Who is passed how often: bounded bypass, for any number of threads

    "[t] is passed" means: somebody else is let in while [t] waits. Each theorem looks at a stretch of
    a run during which [t] keeps waiting, however long, and counts. *)

Require Import Spec Lists Invariant Safety List Arith Bool Lia.
Import ListNotations.

(** ** Stretches of a run *)

Definition move := (state * event * thread)%type.

(** [stretch k P s l s']: the moves of [l] lead from [s] to [s'], and [P] holds all the while. *)
Inductive stretch k (P : state -> Prop) : state -> list move -> state -> Prop :=
| stretch_nil s : P s -> stretch k P s [] s
| stretch_cons s e u s1 l s2 :
    P s -> step k s e u = Some s1 -> stretch k P s1 l s2 -> stretch k P s ((s, e, u) :: l) s2.

Definition total (cost : move -> nat) (l : list move) := list_sum (map cost l).

Lemma total_cons cost m l : total cost (m :: l) = cost m + total cost l.
Proof. reflexivity. Qed.
Lemma stretch_holds k P s l s' : stretch k P s l s' -> P s /\ P s'.
Proof. induction 1; intuition. Qed.

(** The one argument of this file: if every move lowers [phi] by its cost, the costs of a stretch sum
    up to no more than [phi] at its beginning. *)
Lemma pay k (P : state -> Prop) cost phi s l s' :
  (forall s e u s', inv k s -> P s -> P s' -> step k s e u = Some s' ->
    phi s' + cost (s, e, u) <= phi s) ->
  inv k s -> stretch k P s l s' -> phi s' + total cost l <= phi s.
Proof.
  intros H I S. induction S as [s Ps|s e u s1 l s2 Ps St S IH]; [cbn; lia|].
  specialize (IH (inv_step _ _ _ _ _ I St)). rewrite total_cons.
  destruct (stretch_holds _ _ _ _ _ S) as [P1 _]. specialize (H _ _ _ _ I Ps P1 St). lia.
Qed.

Lemma one_le b : one b <= 1.
Proof. now destruct b; simpl; auto. Qed.

(** ** phase_fair, readers *)

Definition writer_entry (m : move) :=
  let '(_, e, _) := m in
  one match e with write_grant | upgrade_grant | read_to_write => true | _ => false end.

(** What a waiting reader has still to see: nothing once it is in the batch or a writer is inside, for
    the end of that phase puts it into the batch. *)
Definition still_to_see t s := one (negb (mem t (batch s)) && none (writer s)).

Lemma still_to_see_step t s e u s' :
  inv phase_fair s -> In t (waiting s) -> In t (waiting s') -> step phase_fair s e u = Some s' ->
  still_to_see t s' + writer_entry (s, e, u) <= still_to_see t s.
Proof.
  intros I W W' H. pose proof (inv_write _ _ I) as M. pose proof (inv_batch _ _ I t) as B. clear I.
  unfold still_to_see. apply mem_in in W, W'.
  rows H; rewrite ?W, ?W'; unfold one;
  try (destruct hw0; [destruct M as [? ?]; [congruence|easy]|]);
  try (destruct M as [? ?]; [congruence|]; subst; try easy);
  repeat match goal with |- context[mem ?a ?l] => destruct (mem a l) eqn:? end; cbn;
  try destruct hw0; try lia; try easy;
  repeat match goal with
  | H : mem _ _ = true |- _ => apply mem_in in H
  | H : mem _ _ = false |- _ => apply mem_out in H
  end;
  rewrite ?in_rem, ?in_app_iff in *; try tauto; exfalso; intuition.
Qed.

(** phase_fair: while a reader waits, at most one writer enters. (Any writer: by a grant, by an
    upgrade, or by turning from a reader into a writer.) *)
Theorem phase_fair_reader_bypass s l s' t :
  reachable phase_fair s -> stretch phase_fair (fun s => In t (waiting s)) s l s' ->
  total writer_entry l <= 1.
Proof.
  intros R S. pose proof (pay _ _ writer_entry (still_to_see t) _ _ _
    (fun s e u s' I P P' H => still_to_see_step t s e u s' I P P' H) (reachable_inv _ _ R) S) as X.
  unfold still_to_see in X. pose proof (one_le (negb (mem t (batch s)) && none (writer s))). lia.
Qed.

(** ** Places in the queue *)

Lemma queue_names k s e u s' : inv k s -> step k s e u = Some s' ->
  (is_end e = true /\ In u (names (queue s)) /\ names (queue s') = names (drop u (queue s)))
  \/ (is_end e && mem u (names (queue s)) = false
      /\ (names (queue s') = names (queue s)
          \/ ~ In u (names (queue s)) /\ names (queue s') = names (queue s) ++ [u])).
Proof.
  intros I H. pose proof (place_once _ _ u I) as P. clear I. unfold places in P.
  rows H; locate; facts; unfold places in *; cbn in *;
  rewrite ?names_join, ?names_drop_count, ?names_count; auto;
  right; rewrite ?mem_out; split; auto; try right; try split; auto;
  repeat match goal with H : In _ _ |- _ => apply cnt_in in H end;
  apply (count_occ_not_In Nat.eq_dec); lia.
Qed.

(** A move that takes [u] away from before [t]. *)
Definition leaves_before t (m : move) :=
  let '(s, e, u) := m in
  one (is_end e && mem u (names (queue s))
    && Nat.ltb (pos u (names (queue s))) (pos t (names (queue s)))).
Definition place t s := pos t (names (queue s)).

Lemma place_step k s e u s' t : inv k s -> In t (names (queue s)) -> In t (names (queue s')) ->
  step k s e u = Some s' -> place t s' + leaves_before t (s, e, u) = place t s.
Proof.
  intros I T T' H. pose proof (queue_once _ _ I) as D. unfold place, leaves_before.
  destruct (queue_names _ _ _ _ _ I H) as [(E & U & Q)|(E & Q)].
  - rewrite E, Q. apply mem_in in U as U'. rewrite U'. cbn [andb].
    assert (t <> u).
    { intros ->. rewrite Q in T'. apply (NoDup_count_occ Nat.eq_dec) with (x := u) in D.
      pose proof (cnt_drop u u _ U) as C. apply cnt_in in T'. simpl in C.
      destruct (Nat.eq_dec u u); [lia|easy]. }
    pose proof (pos_drop t u (queue s) ltac:(assumption) T U). exact H1.
  - rewrite E. cbn. destruct Q as [->|[_ ->]]; [lia|]. rewrite pos_app by assumption. lia.
Qed.

Definition queued t s := In t (names (queue s)).
Definition exclusive_grant (m : move) :=
  let '(_, e, _) := m in one match e with write_grant | upgradeable_grant => true | _ => false end.

Lemma exclusive_grant_head k s e u s' : (forall K, k <> throughput K) -> step k s e u = Some s' ->
  exclusive_grant (s, e, u) = 1 -> is_end e = true /\ heads u (queue s) = true.
Proof.
  intros K H E.
  rows H; try discriminate E; unfold in_turn in *; destruct k; auto; now destruct (K K0).
Qed.

(** When the head of the queue leaves it, everybody else moves up. *)
Lemma head_leaves k s e u s' t : inv k s -> queued t s -> queued t s' -> step k s e u = Some s' ->
  is_end e = true -> heads u (queue s) = true -> leaves_before t (s, e, u) = 1.
Proof.
  intros I T T' H E Hd. apply heads_pos in Hd as [U Z]. unfold leaves_before.
  apply mem_in in U as U'. rewrite E, U', Z. cbn [andb].
  enough (0 < pos t (names (queue s))) by
    (destruct (Nat.ltb_spec 0 (pos t (names (queue s)))); [reflexivity|lia]).
  destruct (pos t (names (queue s))) eqn:F; [exfalso|lia].
  assert (t = u) as -> by (eapply pos_inj; [exact T|congruence]).
  destruct (queue_names _ _ _ _ _ I H) as [(_ & _ & Q)|(C & _)]; [|rewrite E, U' in C; easy].
  unfold queued in T'. rewrite Q in T'. pose proof (queue_once _ _ I) as D.
  apply (NoDup_count_occ Nat.eq_dec) with (x := u) in D.
  pose proof (cnt_drop u u _ U) as C. apply cnt_in in T'. simpl in C.
  destruct (Nat.eq_dec u u); [lia|easy].
Qed.

(** Every strategy but throughput: while [t] waits in the queue, no more write and upgradeable requests
    are granted than stand before it. *)
Theorem first_come_bypass k s l s' t :
  (forall K, k <> throughput K) -> reachable k s -> stretch k (queued t) s l s' ->
  total exclusive_grant l <= place t s.
Proof.
  intros K R S. enough (place t s' + total exclusive_grant l <= place t s) by lia.
  apply (pay k (queued t) exclusive_grant (place t)); eauto using reachable_inv.
  clear - K. intros s e u s' I T T' H. pose proof (place_step _ _ _ _ _ _ I T T' H) as P.
  destruct (exclusive_grant (s, e, u)) as [|[|n]] eqn:E; [lia| |destruct e; discriminate E].
  destruct (exclusive_grant_head _ _ _ _ _ K H E) as [X Y].
  pose proof (head_leaves _ _ _ _ _ _ I T T' H X Y). lia.
Qed.

(** ** phase_fair, writers *)

(** Does the move end an exclusive phase, so that the readers who wait become the batch? *)
Definition forms_batch (m : move) :=
  let '(s, e, u) := m in
  one match e with
      | write_release => Nat.leb (depth s) 1
      | upgradeable_release | write_to_read | write_to_upgradeable | upgradeable_to_read => true
      | condition_wait => is u (writer s)
      | cancel => negb (mem u (waiting s)) && cancel_ends_phase None u s
      | _ => false
      end.
Definition downgrade_to_upgradeable (m : move) :=
  let '(_, e, _) := m in one match e with write_to_upgradeable => true | _ => false end.
Definition grant_to r (m : move) :=
  let '(_, e, u) := m in one (match e with read_grant => true | _ => false end && same r u).

(** Who is in the way of a queued writer in its own right: those before it, and who is inside. *)
Definition ahead t s := place t s + one (negb (none (writer s)) || negb (none (upgradeable s))).

Lemma ahead_step s e u s' t : inv phase_fair s -> queued t s -> queued t s' ->
  step phase_fair s e u = Some s' ->
  ahead t s' + forms_batch (s, e, u) <= ahead t s + downgrade_to_upgradeable (s, e, u).
Proof.
  intros I T T' H. pose proof (place_step _ _ _ _ _ _ I T T' H) as P.
  pose proof (head_leaves _ _ _ _ _ _ I T T' H) as L. pose proof (inv_write _ _ I) as M.
  assert (Q : queue s <> []) by (intro Q; unfold queued in T; now rewrite Q in T).
  clear I T T'. unfold ahead. revert P L.
  generalize (place t s) (place t s') (leaves_before t (s, e, u)).
  intros a b c P L.
  rows H; try (specialize (L eq_refl ltac:(assumption)));
    try (destruct M as [X Y]; [congruence|]; subst);
  try (destruct hw0; [destruct M as [? ?]; [congruence|easy]|]); cbn; try lia; try easy.
  all: try (destruct dep0 as [|[|]]; cbn; lia).
  - unfold cancel_ends_phase in *. cbn in *. facts.
    destruct (heads u q0); [specialize (L eq_refl eq_refl)|easy]. unfold one.
    destruct (negb _ && _); lia.
  - apply mem_in in Heqb2. rewrite Heqb2. cbn. lia.
  - destruct (mem u wr0); cbn in *; [lia|]. rewrite Heqb1. cbn. lia.
  - rewrite same_refl. cbn. lia.
  - destruct hw0; [destruct M as [_ ->]; easy|cbn; lia].
Qed.

(** phase_fair, a waiting writer: it waits for who is inside and then, for each exclusive request ahead
    of it, for one batch. In numbers: while [t] is queued, batches form at most once for each request
    before it, once for who is inside in write or upgradeable mode at the beginning, and once for each
    time that such a holder turns from writing to the upgradeable mode. *)
Theorem phase_fair_writer_batches s l s' t :
  reachable phase_fair s -> stretch phase_fair (queued t) s l s' ->
  total forms_batch l <= place t s + 1 + total downgrade_to_upgradeable l.
Proof.
  intros R S. apply reachable_inv in R.
  assert (X : ahead t s' + total forms_batch l <= ahead t s + total downgrade_to_upgradeable l).
  { induction S as [s T|s e u s1 l s2 T H S IH]; [cbn; lia|]. rewrite !total_cons.
    specialize (IH (inv_step _ _ _ _ _ R H)). destruct (stretch_holds _ _ _ _ _ S) as [T1 _].
    pose proof (ahead_step _ _ _ _ _ R T T1 H). lia. }
  unfold ahead in X at 2.
  pose proof (one_le (negb (none (writer s)) || negb (none (upgradeable s)))). lia.
Qed.

Ltac settle := unfold one in *; cbn in *; try lia;
    repeat match goal with
    | |- context[mem ?a ?l] => destruct (mem a l) eqn:?; cbn in *; try lia
    | H : mem ?r (rem ?u ?l) = true, N : mem ?r ?l = false |- _ =>
        apply mem_in, in_rem in H as [H _]; apply mem_in in H; congruence
    | H : cancel_ends_phase _ _ _ = _ |- _ => rewrite H; cbn; try lia
    | H : In ?u ?l, N : mem ?u ?l = false |- _ => apply mem_in in H; congruence
    | H : ~ In ?u ?l, N : mem ?u ?l = true |- _ => apply mem_in in N; easy
    | |- context[same ?u ?u] => rewrite same_refl
    | |- context[is ?u ?o] => destruct (is u o)
    | |- context[Nat.leb ?d 1] => destruct (Nat.leb d 1); cbn in *; try lia
    end; try lia.

(** phase_fair, a waiting writer: no reader passes it more than once per batch. So a reader who keeps
    coming back passes it at most as often as batches form, once more if it is in the batch already. *)
Theorem phase_fair_writer_bypass s l s' t r :
  reachable phase_fair s -> stretch phase_fair (queued t) s l s' ->
  total (grant_to r) l <= one (mem r (batch s)) + total forms_batch l.
Proof.
  intros R S. apply reachable_inv in R.
  enough (one (mem r (batch s')) + total (grant_to r) l
    <= one (mem r (batch s)) + total forms_batch l) by lia.
  induction S as [s T|s e u s1 l s2 T H S IH]; [cbn; lia|]. rewrite !total_cons.
  specialize (IH (inv_step _ _ _ _ _ R H)).
  enough (one (mem r (batch s1)) + grant_to r (s, e, u)
    <= one (mem r (batch s)) + forms_batch (s, e, u)) by lia.
  clear IH S. assert (Q : queue s <> []) by (intro Q; unfold queued in T; now rewrite Q in T).
  pose proof (inv_batch _ _ R) as B. pose proof (one_le (mem r (batch s1))) as L.
  destruct e; try (rows H; subst; cbn; lia).
  - assert (In u (batch s)) as U by (eapply only_batch_passes_writer; eauto).
    assert (batch s1 = rem u (batch s)) as ->.
    { apply B in U. clear - U H. rows H; auto; easy. }
    unfold grant_to. cbn. assert (E : mem r (rem u (batch s)) = mem r (batch s) && negb (same r u)).
    { apply eq_true_iff_eq. rewrite andb_true_iff, negb_true_iff, !mem_in, in_rem, same_neq.
      reflexivity. }
    rewrite E. destruct (same r u) eqn:F;
      [apply same_eq in F; subst u; apply mem_in in U; rewrite U|];
    destruct (mem r (batch s)); cbn; lia.
  - clear L. rows H; settle.
  - clear L. rows H; settle.
  - clear L. rows H; settle.
  - clear L. rows H; settle.
Qed.

(** writer_preferring: no reader passes a waiting writer. *)
Theorem writer_preferring_bypass s l s' t r :
  reachable writer_preferring s -> stretch writer_preferring (queued t) s l s' ->
  total (grant_to r) l = 0.
Proof.
  intros R S. induction S as [s T|s e u s1 l s2 T H S IH]; [reflexivity|].
  rewrite total_cons, IH by eauto using reachable_step. unfold grant_to.
  destruct e; try reflexivity.
  exfalso. unfold queued in T. now rewrite (no_reader_passes_writer _ _ _ R H) in T.
Qed.

(** reader_preferring: no write request is granted while a reader waits. *)
Theorem reader_preferring_bypass s t r :
  In r (waiting s) -> step reader_preferring s write_grant t = None.
Proof.
  intros W. destruct (step reader_preferring s write_grant t) eqn:H; [|reflexivity]. exfalso.
  rows H; facts; easy.
Qed.

(** ** fifo and throughput *)

(** Somebody who stands behind [t] in the queue is let in. *)
Definition passes t (m : move) :=
  let '(s, e, u) := m in
  one (match e with read_grant | write_grant | upgradeable_grant => true | _ => false end
       && Nat.ltb (pos t (names (queue s))) (pos u (names (queue s)))).

Definition asks_exclusively t s := exists r, In r (queue s) /\ who r = t /\ wants r <> Read.

Lemma granted_queued k s e u s' : inv k s -> queues k Read = true -> step k s e u = Some s' ->
  match e with read_grant | write_grant | upgradeable_grant => true | _ => false end = true ->
  In u (names (queue s)).
Proof.
  intros I Q H E. assert (exists m, asks u m s = true) as [m A].
  { destruct e; try discriminate E; unfold step, step_without, when in H;
    match type of H with (if asks u ?m s && _ then _ else _) = _ => exists m;
      now destruct (asks u m s) end. }
  destruct (asks_in _ _ _ A) as [W|W]; [|exact W]. now rewrite (inv_waiting _ _ I Q) in W.
Qed.

(** fifo: nobody passes a waiting writer, or a waiting request for the upgradeable mode. *)
Theorem fifo_writer_bypass s l s' t :
  reachable fifo s -> stretch fifo (asks_exclusively t) s l s' -> total (passes t) l = 0.
Proof.
  intros R S. induction S as [s T|s e u s1 l s2 T H S IH]; [reflexivity|].
  rewrite total_cons, IH by eauto using reachable_step. clear IH S. unfold passes.
  destruct (match e with read_grant | write_grant | upgradeable_grant => true | _ => false end)
    eqn:E; [|reflexivity].
  destruct (Nat.ltb_spec (pos t (names (queue s))) (pos u (names (queue s)))) as [L|L];
    [|reflexivity].
  destruct T as (r & I & <- & W). exfalso. apply W.
  assert (B : before (who r) u (queue s)).
  { unfold before. pose proof (granted_queued _ _ _ _ _ (reachable_inv _ _ R) eq_refl H E).
    auto using names_in. }
  eapply fifo_first_come_first_served; eauto. destruct e; easy || auto.
Qed.

(** How many later arrivals have overtaken [t]. *)
Fixpoint overtaken_of t (q : list request) :=
  match q with
  | [] => 0
  | r :: rest => if same t (who r) then overtaken r else overtaken_of t rest
  end.

Lemma overtaken_bound K t q : (forall r, In r q -> overtaken r <= K) -> overtaken_of t q <= K.
Proof. induction q as [|r q IH]; cbn; [lia|]. intro B. destruct (same t (who r)); auto. Qed.
Lemma overtaken_drop t u q : t <> u -> overtaken_of t (drop u q) = overtaken_of t q.
Proof.
  intro N. induction q as [|r q IH]; [reflexivity|]. rewrite drop_cons. cbn.
  destruct (same u (who r)) eqn:U; [apply same_eq in U; subst; destruct (same t (who r)) eqn:T;
    [apply same_eq in T; congruence|reflexivity]|]. cbn. now rewrite IH.
Qed.
Lemma overtaken_count t u q : In t (names q) ->
  overtaken_of t (overtake u q) = overtaken_of t q
    + one (Nat.ltb (pos t (names q)) (pos u (names q))).
Proof.
  induction q as [|r q IH]; [easy|]. rewrite names_cons. cbn [In pos].
  unfold overtake; fold overtake.
  intro T. destruct (same u (who r)) eqn:U; cbn [overtaken_of who overtaken].
  - destruct (same t (who r)); cbn; lia.
  - destruct (same t (who r)) eqn:E; [cbn; lia|]. apply same_neq in E.
    rewrite IH by (intuition congruence).
    f_equal.
Qed.
Lemma overtaken_app t q r : In t (names q) -> overtaken_of t (q ++ [r]) = overtaken_of t q.
Proof.
  induction q as [|x q IH]; [easy|]. rewrite names_cons. cbn. intro T.
  destruct (same t (who x)) eqn:E; [reflexivity|]. apply same_neq in E. apply IH.
  intuition congruence.
Qed.

Lemma overtaken_step K s e u s' t : inv (throughput K) s -> queued t s -> queued t s' ->
  step (throughput K) s e u = Some s' ->
  overtaken_of t (queue s') = overtaken_of t (queue s) + passes t (s, e, u) .
Proof.
  intros R T T1 H. assert (N : is_end e = true -> t <> u).
  { intros E ->. destruct (queue_names _ _ _ _ _ R H) as [(_ & U & Q)|(C & _)].
    - unfold queued in *. rewrite Q in T1. pose proof (queue_once _ _ R) as D.
      apply (NoDup_count_occ Nat.eq_dec) with (x := u) in D. pose proof (cnt_drop u u _ U) as C.
      apply cnt_in in T1. simpl in C. destruct (Nat.eq_dec u u); [lia|easy].
    - rewrite E in C. apply mem_in in T. now rewrite T in C. }
  pose proof (inv_waiting _ _ R eq_refl) as W. clear R T1. unfold queued in T.
  rows H; subst; try (now apply N); rewrite ?overtaken_app by assumption; cbn; try lia;
  try easy; specialize (N eq_refl); rewrite overtaken_drop by assumption; try lia;
  unfold count_overtaking; now rewrite overtaken_count by assumption.
Qed.

(** throughput with bound K: while a request waits, no more than K later arrivals are let in. *)
Theorem throughput_bypass K s l s' t :
  reachable (throughput K) s -> stretch (throughput K) (queued t) s l s' -> total (passes t) l <= K.
Proof.
  intros R S. apply reachable_inv in R.
  assert (X : overtaken_of t (queue s') = overtaken_of t (queue s) + total (passes t) l).
  { induction S as [s T|s e u s1 l s2 T H S IH]; [cbn; lia|]. rewrite total_cons.
    rewrite (IH (inv_step _ _ _ _ _ R H)). destruct (stretch_holds _ _ _ _ _ S) as [T1 _].
    enough (overtaken_of t (queue s1) = overtaken_of t (queue s) + passes t (s, e, u)) by lia.
    now apply overtaken_step with (K := K). }
  apply inv_runs with (l := map (fun m => let '(_, e, u) := m in (e, u)) l) (s' := s') in R.
  - pose proof (overtaken_bound K t (queue s') (inv_bound _ _ R)). lia.
  - clear - S. induction S as [s T|s e u s1 l s2 T H S IH]; cbn; eauto using runs.
Qed.

(** throughput: whoever was overtaken K times is let in before any later arrival. *)
Theorem throughput_turn K s e u s' t :
  step (throughput K) s e u = Some s' -> reachable (throughput K) s ->
  match e with read_grant | write_grant | upgradeable_grant => true | _ => false end = true ->
  In t (names (queue s)) -> K <= overtaken_of t (queue s) -> ~ before t u (queue s).
Proof.
  intros H R E T O B. pose proof (inv_no_batch _ _ (reachable_inv _ _ R)) as NB. clear R.
  assert (F : barred K u (queue s) = false).
  { rows H; try discriminate E; unfold in_turn in *; try (rewrite NB in * by easy); facts; auto. }
  clear - F B O. revert F B O. induction (queue s) as [|r q IH]; [now intros _ [[] _]|].
  unfold before.
  rewrite barred_cons, names_cons. cbn [In pos overtaken_of]. intros F (T & U & P) O.
  destruct (same t (who r)) eqn:X, (same u (who r)) eqn:Y; try lia;
    apply orb_false_iff in F as [F1 F2].
  - apply Nat.leb_gt in F1. lia.
  - apply same_neq in X, Y. apply IH; auto. unfold before. intuition; congruence || lia.
Qed.
