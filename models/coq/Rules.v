(** * Each rule is needed: drop it, and somebody waits for ever

    A lasso is a run that enters a cycle and never leaves it: [prefix], then [cycle] again and again.
    Below, for each rule, a lasso of the table without it: fair in the sense of [Fair.v], and yet one
    thread is never served. So the theorem of [Liveness.v] that rests on the rule is false without it.
    The lassos are run by the table itself. *)

Require Import Spec Lists Invariant Safety Fair List Arith Bool Lia.
Import ListNotations.

(** ** Lassos *)

Section Lasso.
Variable table : state -> event -> thread -> option state.
Variables prefix cycle : list (event * thread).

Fixpoint play s (l : list (event * thread)) : option state :=
  match l with
  | [] => Some s
  | (e, t) :: rest => match table s e t with Some s' => play s' rest | None => None end
  end.

(** The state after [n] events of [l]. *)
Definition after (l : list (event * thread)) n :=
  match play init (firstn n l) with Some s => s | None => init end.

Let P := length prefix.
Let C := length cycle.
Let lap := prefix ++ cycle.

(** Moment [i] of the infinite run, as a moment of the first lap. *)
Definition fold_ i := if i <? P then i else P + (i - P) mod C.
Definition lasso_at i := after lap (fold_ i).
Definition lasso_ev i := nth_error lap (fold_ i).

Lemma play_app s l m :
  play s (l ++ m) = match play s l with Some s' => play s' m | None => None end.
Proof.
  revert s. induction l as [|[e t] l IH]; intro s; cbn; [reflexivity|].
  destruct (table s e t); auto.
Qed.

Lemma after_step l s n : play init l = Some s -> n < length l ->
  match nth_error l n with
  | Some (e, t) => table (after l n) e t = Some (after l (S n))
  | None => False
  end.
Proof.
  intros H L. destruct (nth_error l n) as [[e t]|] eqn:E; [|apply nth_error_None in E; lia].
  destruct (nth_error_split l n E) as (a & b & D & La).
  unfold after. assert (F1 : firstn n l = a).
  { rewrite D, <- La, firstn_app, Nat.sub_diag, firstn_all. cbn. apply app_nil_r. }
  assert (F2 : firstn (S n) l = a ++ [(e, t)]).
  { rewrite D, <- La, firstn_app. replace (S (length a) - length a) with 1 by lia.
    rewrite firstn_all2 by lia. reflexivity. }
  rewrite F1, F2, play_app. rewrite D, play_app in H. destruct (play init a) as [z|]; [|easy].
  cbn in *. destruct (table z e t); [reflexivity|discriminate].
Qed.

Variable s : state.
Hypothesis Closes : play init prefix = Some s /\ play s cycle = Some s /\ 0 < C.

Lemma fold_cycle i : P <= i -> P <= fold_ i < P + C.
Proof.
  destruct Closes as (_ & _ & C0). intro L. unfold fold_. destruct (Nat.ltb_spec i P); [lia|].
  pose proof (Nat.mod_upper_bound (i - P) C ltac:(lia)). lia.
Qed.
Lemma fold_less i : fold_ i < P + C.
Proof.
  destruct Closes as (_ & _ & C0). destruct (Nat.lt_ge_cases i P); [|now apply fold_cycle].
  unfold fold_. destruct (Nat.ltb_spec i P); lia.
Qed.

Lemma lasso_infinite : infinite_run table lasso_at lasso_ev.
Proof.
  destruct Closes as (H1 & H2 & C0). split.
  - unfold lasso_at, fold_. destruct (Nat.ltb_spec 0 P); [reflexivity|].
    assert (P = 0) as Z by lia. rewrite Z. cbn [Nat.sub Nat.add]. rewrite Nat.mod_0_l by lia.
    reflexivity.
  - intro i. assert (W : play init lap = Some s) by (unfold lap; now rewrite play_app, H1).
    pose proof (after_step lap s (fold_ i) W) as A. unfold lap in A at 1.
    rewrite app_length in A. specialize (A (fold_less i)). unfold lasso_ev, lasso_at.
    destruct (nth_error lap (fold_ i)) as [[e t]|]; [|easy]. rewrite A. f_equal.
    assert (D : fold_ (S i) = S (fold_ i) \/ fold_ (S i) = P /\ S (fold_ i) = P + C).
    { unfold fold_. destruct (Nat.ltb_spec (S i) P), (Nat.ltb_spec i P); try lia.
      - left. replace (S i - P) with 0 by lia. rewrite Nat.mod_0_l by lia. lia.
      - replace (S i - P) with (S (i - P)) by lia. set (n := i - P).
        pose proof (Nat.div_mod n C ltac:(lia)) as M1.
        pose proof (Nat.mod_upper_bound n C ltac:(lia)) as M2.
        destruct (Nat.eq_dec (S (n mod C)) C) as [E|E].
        + right. assert (S n mod C = 0); [|lia]. symmetry.
          apply (Nat.mod_unique _ _ (S (n / C))); nia.
        + left. assert (S n mod C = S (n mod C)); [|lia]. symmetry.
          apply (Nat.mod_unique _ _ (n / C)); nia. }
    destruct D as [-> | [-> ->]]; [reflexivity|].
    assert (X : after lap (P + C) = s).
    { unfold after. rewrite firstn_all2 by (unfold lap, P, C; rewrite app_length; lia).
      now rewrite W. }
    assert (Y : after lap P = s).
    { unfold after, lap, P. rewrite firstn_app, firstn_all, Nat.sub_diag. cbn.
      now rewrite app_nil_r, H1. }
    congruence.
Qed.

(** Every moment of the cycle comes again, and none but these. *)
Lemma comes_again i n : P <= n < P + C -> exists j, i <= j /\ fold_ j = n.
Proof.
  intro L. exists (n + (S i) * C). split; [nia|]. unfold fold_.
  destruct (Nat.ltb_spec (n + S i * C) P); [nia|].
  replace (n + S i * C - P) with ((n - P) + S i * C) by lia.
  rewrite Nat.mod_add, Nat.mod_small by lia. lia.
Qed.

(** ** What is checked by running it *)

Variable N : nat.   (* the threads of the lasso are below N *)

Definition moments := seq P C.
Definition all_grants := [read_grant; write_grant; upgradeable_grant; upgrade_grant].
Definition can s e t := match table s e t with Some _ => true | None => false end.
Definition is_event (x : option (event * thread)) (p : event -> bool) t :=
  match x with Some (e, u) => p e && same t u | None => false end.
Definition same_grant e f :=
  match e, f with
  | read_grant, read_grant | write_grant, write_grant
  | upgradeable_grant, upgradeable_grant | upgrade_grant, upgrade_grant => true
  | _, _ => false
  end.

Definition holds_b m t s :=
  match m with Read => mem t (readers s) | Write => is t (writer s) | Upgradeable =>
    is t (upgradeable s) end.
Definition inside_b t s := existsb (fun m => holds_b m t s) [Read; Write; Upgradeable].

Definition check_small :=
  forallb (fun t => t <? N) (waiting s ++ names (queue s) ++ readers s ++ olist (writer s) ++ olist
    (upgradeable s)).
Definition check_weak :=
  forallb (fun t => forallb (fun e =>
    existsb (fun n => negb (can (after lap n) e t)
      || is_event (nth_error lap n) (same_grant e) t) moments)
    all_grants) (seq 0 N).
Definition check_stays :=
  forallb (fun t => existsb (fun n => negb (inside_b t (after lap n))) moments) (seq 0 N).
Definition check_modes :=
  forallb (fun t => forallb (fun m => existsb (fun n => negb (holds_b m t (after lap n))) moments)
    [Read; Write; Upgradeable]) (seq 0 N).
Definition check_never p t := forallb (fun x => negb (is_event (Some x) p t)) cycle.

Lemma small t : check_small = true -> N <= t ->
  ~ In t (waiting s) /\ ~ In t (names (queue s)) /\ ~ inside t s.
Proof.
  unfold check_small. rewrite forallb_forall. intros H L.
  assert (O : forall x, In x (waiting s ++ names (queue s) ++ readers s ++ olist (writer s) ++ olist
    (upgradeable s)) -> x <> t).
  { intros x Hx ->. apply H in Hx. apply Nat.ltb_lt in Hx. lia. }
  repeat split; try (intro X; apply (O t); rewrite ?in_app_iff; tauto).
  intros [m X]. apply (O t); [|reflexivity]. rewrite !in_app_iff.
  destruct m; simpl in X; rewrite ?X; simpl; tauto.
Qed.
Lemma at_start : after lap P = s.
Proof.
  destruct Closes as (H1 & _). unfold after, lap, P. rewrite firstn_app, firstn_all, Nat.sub_diag.
  cbn. now rewrite app_nil_r, H1.
Qed.
Lemma in_moments n : In n moments <-> P <= n < P + C.
Proof. unfold moments. rewrite in_seq. reflexivity. Qed.
Lemma start_in : P <= P < P + C.
Proof. destruct Closes as (_ & _ & C0). lia. Qed.
Lemma in_threads t : t < N -> In t (seq 0 N).
Proof. rewrite in_seq. lia. Qed.

Lemma holds_spec m t z : holds_b m t z = true <-> holds m t z.
Proof. destruct m; simpl; [apply mem_in|apply is_some|apply is_some]. Qed.

(** Who is neither waiting nor upgrading can be granted nothing. *)
Hypothesis Known : forall z e t, grant e = true -> table z e t <> None ->
  In t (waiting z) \/ In t (names (queue z)) \/ inside t z.

Lemma lasso_weak : check_small = true -> check_weak = true ->
  grants_weakly_fair table lasso_at lasso_ev.
Proof.
  intros Sm H e t i G. destruct (Nat.lt_ge_cases t N) as [L|L].
  - unfold check_weak in H. rewrite forallb_forall in H. specialize (H t (in_threads t L)).
    rewrite forallb_forall in H. assert (He : In e all_grants)
      by (destruct e; try discriminate G; simpl; auto).
    specialize (H e He). apply existsb_exists in H as (n & Hn & D). apply in_moments in Hn.
    destruct (comes_again i n Hn) as (j & Lj & F). exists j. split; [auto|].
    unfold enabled, lasso_at, lasso_ev. rewrite F. apply orb_true_iff in D as [D|D].
    + left. unfold can in D. destruct (table (after lap n) e t); [discriminate|auto].
    + right. unfold is_event in D. destruct (nth_error lap n) as [[f u]|]; [|discriminate].
      apply andb_true_iff in D as [D1 D2]. apply same_eq in D2. subst u.
      destruct e, f; try discriminate D1; reflexivity.
  - destruct (small t Sm L) as (A1 & A2 & A3). destruct (comes_again i P start_in) as (j & Lj & F).
    exists j. split; [auto|]. left. unfold enabled, lasso_at. rewrite F, at_start. intro X.
    destruct (Known _ _ _ G X) as [|[|]]; tauto.
Qed.
Lemma lasso_stays : check_small = true -> check_stays = true -> stays_end lasso_at.
Proof.
  intros Sm H t i _. destruct (Nat.lt_ge_cases t N) as [L|L].
  - unfold check_stays in H. rewrite forallb_forall in H. specialize (H t (in_threads t L)).
    apply existsb_exists in H as (n & Hn & D). apply in_moments in Hn.
    destruct (comes_again i n Hn) as (j & Lj & F). exists j. split; [auto|].
    unfold lasso_at. rewrite F. intros [m X]. apply holds_spec in X. apply negb_true_iff in D.
    unfold inside_b in D. enough (existsb (fun m => holds_b m t (after lap n)) [Read; Write;
      Upgradeable] = true) by congruence.
    apply existsb_exists. exists m. split; [destruct m; simpl; auto|exact X].
  - destruct (small t Sm L) as (_ & _ & A). destruct (comes_again i P start_in) as (j & Lj & F).
    exists j. split; [auto|]. unfold lasso_at. now rewrite F, at_start.
Qed.
Lemma lasso_modes : check_small = true -> check_modes = true -> modes_end lasso_at.
Proof.
  intros Sm H m t i _. destruct (Nat.lt_ge_cases t N) as [L|L].
  - unfold check_modes in H. rewrite forallb_forall in H. specialize (H t (in_threads t L)).
    rewrite forallb_forall in H. specialize (H m ltac:(destruct m; simpl; auto)).
    apply existsb_exists in H as (n & Hn & D). apply in_moments in Hn.
    destruct (comes_again i n Hn) as (j & Lj & F). exists j. split; [auto|].
    unfold lasso_at. rewrite F. intro X. apply holds_spec in X. rewrite X in D. discriminate.
  - destruct (small t Sm L) as (_ & _ & A). destruct (comes_again i P start_in) as (j & Lj & F).
    exists j. split; [auto|]. unfold lasso_at. rewrite F, at_start. intro X. apply A. now exists m.
Qed.
Lemma lasso_never p t : check_never p t = true ->
  forall j e, P <= j -> p e = true -> lasso_ev j <> Some (e, t).
Proof.
  unfold check_never. rewrite forallb_forall. intros H j e L E X. unfold lasso_ev in X.
  pose proof (fold_cycle j L) as F. unfold lap in X. rewrite nth_error_app2 in X by (fold P; lia).
  apply nth_error_In in X. apply H in X. unfold is_event in X. rewrite E, same_refl in X.
  discriminate.
Qed.
Lemma lasso_start : lasso_at P = s.
Proof.
  destruct Closes as (_ & _ & C0). unfold lasso_at, fold_.
  rewrite Nat.ltb_irrefl, Nat.sub_diag, Nat.mod_0_l by lia.
  rewrite Nat.add_0_r. apply at_start.
Qed.
End Lasso.

Lemma grant_known d k s e t : grant e = true -> step_without d k s e t <> None ->
  In t (waiting s) \/ In t (names (queue s)) \/ inside t s.
Proof.
  intros G H. destruct e; try discriminate G; unfold step_without, when in H;
  try (destruct (asks t _ s) eqn:A; [|easy]; apply asks_in in A; tauto).
  destruct (is t (upgradeable s)) eqn:U; [|easy]. apply is_some in U. right. right.
  now exists Upgradeable.
Qed.

(** ** Verdicts *)

(** A lasso, and a number above all its threads. *)
Record lasso := Lasso { start : list (event * thread); again : list (event * thread); below : nat }.

(** On a fair run of this table, where nobody stays in one mode for ever, [t] asks to read and is never
    served. *)
Definition starves_reader table t :=
  exists at_ ev i, infinite_run table at_ ev /\ grants_weakly_fair table at_ ev /\ modes_end at_
    /\ asks t Read (at_ i) = true /\ ~ served ev t i.

(** On a fair run of this table, where nobody stays inside for ever, [t] asks for mode [m] and is never
    served. *)
Definition starves table m t :=
  exists at_ ev i, infinite_run table at_ ev /\ grants_weakly_fair table at_ ev /\ stays_end at_
    /\ asks t m (at_ i) = true /\ ~ served ev t i.

(** On a fair run of this table, where nobody reads for ever, the upgrade of [t] is never granted, nor
    given up. *)
Definition starves_upgrade table t :=
  exists at_ ev i, infinite_run table at_ ev /\ grants_weakly_fair table at_ ev
    /\ (forall x j, In x (readers (at_ j)) -> exists m, j <= m /\ ~ In x (readers (at_ m)))
    /\ upgradeable (at_ i) = Some t /\ pending (at_ i) = true
    /\ ~ exists j, i <= j /\ (ev j = Some (upgrade_grant, t) \/ ev j = Some (upgrade_cancel, t)).

Section Verdicts.
Variables (d : option rule) (k : strategy) (l : lasso) (s : state) (t : thread) (m : mode).
Let table := step_without d k.

(** The lasso can be run, comes back to where its cycle began, and is fair. *)
Definition fair_lasso :=
  play table init (start l) = Some s /\ play table s (again l) = Some s /\ 0 < length (again l)
  /\ check_small s (below l) = true /\ check_weak table (start l) (again l) (below l) = true.

Lemma starves_by : fair_lasso -> check_stays table (start l) (again l) (below l) = true ->
  check_never (again l) is_end t = true -> asks t m s = true -> starves table m t.
Proof.
  intros (A & B & C & Sm & W) St Nv As. pose proof (conj A (conj B C)) as Cl.
  exists (lasso_at table (start l) (again l)), (lasso_ev (start l) (again l)), (length (start l)).
  repeat split; try (eapply lasso_infinite; eauto; fail).
  - eapply lasso_weak; eauto. apply grant_known.
  - eapply lasso_stays; eauto.
  - erewrite lasso_start; eauto.
  - intros (j & e & L & E & Ev). eapply lasso_never; eauto.
Qed.
Lemma starves_reader_by : fair_lasso -> check_modes table (start l) (again l) (below l) = true ->
  check_never (again l) is_end t = true -> asks t Read s = true -> starves_reader table t.
Proof.
  intros (A & B & C & Sm & W) St Nv As. pose proof (conj A (conj B C)) as Cl.
  exists (lasso_at table (start l) (again l)), (lasso_ev (start l) (again l)), (length (start l)).
  repeat split; try (eapply lasso_infinite; eauto; fail).
  - eapply lasso_weak; eauto. apply grant_known.
  - eapply lasso_modes; eauto.
  - erewrite lasso_start; eauto.
  - intros (j & e & L & E & Ev). eapply lasso_never; eauto.
Qed.
Definition check_reads :=
  forallb (fun t => existsb (fun n => negb (mem t (readers (after table (start l ++ again l) n))))
    (moments (start l) (again l))) (seq 0 (below l)).
Lemma starves_upgrade_by : fair_lasso -> check_reads = true ->
  check_never (again l) settles_upgrade t = true -> upgradeable s = Some t -> pending s = true ->
  starves_upgrade table t.
Proof.
  intros (A & B & C & Sm & W) St Nv U Pn. pose proof (conj A (conj B C)) as Cl.
  exists (lasso_at table (start l) (again l)), (lasso_ev (start l) (again l)), (length (start l)).
  repeat split; try (eapply lasso_infinite; eauto; fail); try (erewrite lasso_start; eauto; fail).
  - eapply lasso_weak; eauto. apply grant_known.
  - intros x j _. destruct (Nat.lt_ge_cases x (below l)) as [L|L].
    + unfold check_reads in St. rewrite forallb_forall in St.
      specialize (St x ltac:(apply in_seq; lia)). apply existsb_exists in St as (n & Hn & D).
      apply in_moments in Hn.
      destruct (comes_again table (start l) (again l) s Cl j n Hn) as (i & Li & F). exists i.
      split; [auto|].
      unfold lasso_at. rewrite F. apply negb_true_iff in D. now apply mem_out.
    + destruct (small _ _ _ _ Cl _ x Sm L) as (_ & _ & O).
      destruct (comes_again table (start l) (again l) s Cl j _ (start_in _ _ _ _ Cl))
        as (i & Li & F).
      exists i. split; [auto|]. unfold lasso_at. rewrite F.
      erewrite at_start by eauto. intro X. apply O. now exists Read.
  - intros (j & L & [E|E]); eapply lasso_never; eauto; reflexivity.
Qed.
End Verdicts.

Definition final d k l := match play (step_without d k) init (start l) with Some s => s | None =>
  init end.
Ltac starve l := match goal with |- starves _ ?m ?t =>
  match goal with |- context[step_without ?d ?k] =>
    let s := eval vm_compute in (final d k l) in
    apply (starves_by d k l s t m); [repeat split; vm_compute; repeat constructor|vm_compute;
      reflexivity ..] end end.
Ltac starve_reader l := match goal with |- starves_reader _ ?t =>
  match goal with |- context[step_without ?d ?k] =>
    let s := eval vm_compute in (final d k l) in
    apply (starves_reader_by d k l s t);
      [repeat split; vm_compute; repeat constructor|vm_compute; reflexivity ..] end end.
Ltac starve_upgrade l := match goal with |- starves_upgrade _ ?t =>
  match goal with |- context[step_without ?d ?k] =>
    let s := eval vm_compute in (final d k l) in
    apply (starves_upgrade_by d k l s t);
      [repeat split; vm_compute; repeat constructor|vm_compute; reflexivity ..] end end.

(** ** The five rules, and a sixth *)

(** Rule 1, "a cancelled head of the queue ends a phase". Without it two timed writers that keep giving up
    in turn starve a reader. (The reader's grant is never possible: no fairness would help.) *)
Theorem rule_1_needed : starves_reader (step_without (Some cancelled_head_ends_phase) phase_fair) 0.
Proof.
  starve_reader (Lasso
    [(write_request, 1); (read_request, 0)]
    [(write_request, 2); (cancel, 1); (write_request, 1); (cancel, 2)] 3).
Qed.

(** Rule 2, "a cancelled request that is not the head ends none". Without it a latecomer that keeps giving
    up feeds the batch, and two readers in turn starve the writer that heads the queue. *)
Theorem rule_2_needed : starves (step_without (Some cancelled_follower_ends_none) phase_fair) Write
  0.
Proof.
  starve (Lasso
    [(read_request, 1); (read_grant, 1); (write_request, 0); (read_request, 2); (write_request, 3);
      (cancel, 3)]
    [(read_grant, 2); (read_release, 1); (read_request, 1); (write_request, 3); (cancel, 3);
     (read_grant, 1); (read_release, 2); (read_request, 2); (write_request, 3); (cancel, 3)] 4).
Qed.

(** Rule 3, "a cancelled head ends none while an upgrade is pending". Without it a writer that keeps
    giving up feeds the batch, and two readers in turn starve the upgrade. *)
Theorem rule_3_needed : starves_upgrade (step_without (Some pending_upgrade_keeps_phase) phase_fair)
  0.
Proof.
  starve_upgrade (Lasso
    [(upgradeable_request, 0); (upgradeable_grant, 0); (read_request, 1); (read_grant, 1);
     (upgrade_request, 0); (read_request, 2); (write_request, 3); (cancel, 3)]
    [(read_grant, 2); (read_release, 1); (read_request, 1); (write_request, 3); (cancel, 3);
     (read_grant, 1); (read_release, 2); (read_request, 2); (write_request, 3); (cancel, 3)] 4).
Qed.

(** Rule 4, "an upgrade waits for the batch". Without it one thread that goes from writing to the
    upgradeable mode and back, for ever, starves the batch. *)
Theorem rule_4_needed : starves_reader (step_without (Some upgrade_waits_for_batch) phase_fair) 1.
Proof.
  starve_reader (Lasso
    [(write_request, 0); (write_grant, 0); (read_request, 1);
     (write_to_upgradeable, 0); (upgrade_request, 0); (upgrade_grant, 0)]
    [(write_to_upgradeable, 0); (upgrade_request, 0); (upgrade_grant, 0)] 2).
Qed.

(** Rule 5, "a pending upgrade holds back new readers, under every strategy". Without it two readers in
    turn starve the upgrade, whatever the strategy. *)
Theorem rule_5_needed k :
  starves_upgrade (step_without (Some pending_upgrade_holds_readers) k) 0.
Proof.
  destruct k;
  starve_upgrade (Lasso
    [(upgradeable_request, 0); (upgradeable_grant, 0); (read_request, 1); (read_grant, 1);
      (upgrade_request, 0)]
    [(read_request, 2); (read_grant, 2); (read_release, 1); (read_request, 1); (read_grant, 1);
      (read_release, 2)] 3).
Qed.

(** Rule 6, "no reader turns into a writer while others queue". Without it, under phase_fair, two readers
    that turn into writers in turn end a phase each time, which lets the other one in: the writer that
    heads the queue starves. (Its grant is never possible: no fairness would help.) *)
Theorem rule_6_needed : starves (step_without (Some lone_reader_yields_to_queue) phase_fair) Write 0.
Proof.
  starve (Lasso
    [(read_request, 1); (read_grant, 1); (write_request, 0)]
    [(read_request, 2); (read_to_write, 1); (write_release, 1); (read_grant, 2);
     (read_request, 1); (read_to_write, 2); (write_release, 2); (read_grant, 1)] 3).
Qed.

(** ** What a strategy gives up *)

(** reader_preferring: two readers in turn starve a writer. *)
Theorem reader_preferring_starves_writers : starves (step_without None reader_preferring) Write 0.
Proof.
  starve (Lasso
    [(read_request, 1); (read_grant, 1); (write_request, 0)]
    [(read_request, 2); (read_grant, 2); (read_release, 1); (read_request, 1); (read_grant, 1);
      (read_release, 2)] 3).
Qed.

(** writer_preferring: two writers in turn starve a reader. *)
Theorem writer_preferring_starves_readers : starves (step_without None writer_preferring) Read 0.
Proof.
  starve (Lasso
    [(write_request, 1); (write_grant, 1); (read_request, 0)]
    [(write_request, 2); (write_release, 1); (write_grant, 2);
     (write_request, 1); (write_release, 2); (write_grant, 1)] 3).
Qed.

(** reader_preferring: weak fairness alone does not serve readers. A reader that leaves by way of writing
    makes the grant of another impossible for a moment, again and again. (A lock that grants at once
    whatever it can is strongly fair.) *)
Theorem weak_fairness_is_not_enough : starves (step_without None reader_preferring) Read 0.
Proof.
  starve (Lasso
    [(read_request, 1); (read_grant, 1); (read_request, 0)]
    [(read_to_write, 1); (write_release, 1); (read_request, 1); (read_grant, 1)] 2).
Qed.
