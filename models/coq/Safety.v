(** * What never goes wrong, for any number of threads

    Every theorem here speaks of all reachable states of [step]; "any strategy" includes throughput
    with any K. *)

Require Import Spec Lists Invariant List Arith Bool Lia.
Import ListNotations.

(** ** Mutual exclusion *)

Definition holds m t s :=
  match m with
  | Read => In t (readers s) | Write => writer s = Some t | Upgradeable => upgradeable s = Some t
  end.
Definition inside t s := exists m, holds m t s.
Definition waits t s := In t (waiting s) \/ In t (names (queue s)).

(** May two threads be inside at once? Readers share, with each other and with the holder of the
    upgradeable mode; nobody else shares. *)
Definition share m n :=
  match m, n with Read, Read | Read, Upgradeable | Upgradeable, Read => true | _, _ => false end.

(** Any strategy: two threads are inside at the same time only in modes that share. So a writer is
    alone, and the upgradeable mode has one holder, who excludes writers and lets readers in. *)
Theorem mutual_exclusion k s t u m n :
  reachable k s -> t <> u -> holds m t s -> holds n u s -> share m n = true.
Proof.
  intros R N T U. pose proof (inv_write _ _ (reachable_inv _ _ R)) as W.
  destruct (writer s) as [w|] eqn:E.
  - destruct W as [X Y]; [easy|].
    destruct m, n; simpl in *; rewrite ?E, ?X, ?Y in *; easy || congruence.
  - destruct m, n; simpl in *; rewrite ?E in *; easy || congruence.
Qed.

(** Any strategy: a thread holds in one mode at a time, and who waits is not inside. *)
Theorem one_place k s t :
  reachable k s ->
  (forall m n, holds m t s -> holds n t s -> m = n) /\ (waits t s -> ~ inside t s).
Proof.
  intros R. pose proof (place_once _ _ t (reachable_inv _ _ R)) as P. unfold places in P.
  assert (S1 : forall o, o = Some t -> cnt t (olist o) = 1).
  { intros o ->. simpl. now destruct (Nat.eq_dec t t). }
  split.
  - intros m n M N. destruct m, n; simpl in *; try reflexivity; exfalso;
    repeat match goal with
    | H : In _ _ |- _ => apply cnt_in in H | H : _ = Some t |- _ => apply S1 in H end; lia.
  - intros W [m M]. destruct W as [W|W], m; simpl in *;
    repeat match goal with
    | H : In _ _ |- _ => apply cnt_in in H | H : _ = Some t |- _ => apply S1 in H end; lia.
Qed.

(** ** Sharing *)

(** Any strategy: who reads keeps out nobody but writers. Whatever other readers are inside, a read
    grant is possible as it would be if none were, and so is the grant of the upgradeable mode. *)
Theorem readers_keep_out_writers_only k s e t others :
  e = read_grant \/ e = upgradeable_grant ->
  step k (set_readers others s) e t <> None <-> step k s e t <> None.
Proof.
  intros [-> | ->]; unfold step, step_without, when.
  - change (asks t Read (set_readers others s) && may_read None k t (set_readers others s))
      with (asks t Read s && may_read None k t s).
    now destruct (asks t Read s && may_read None k t s).
  - change (asks t Upgradeable (set_readers others s)
        && may_hold_upgradeable k t (set_readers others s))
      with (asks t Upgradeable s && may_hold_upgradeable k t s).
    now destruct (asks t Upgradeable s && may_hold_upgradeable k t s).
Qed.

Lemma reader_joins k l o t : ~ In t l -> o <> Some t ->
  reachable k (State l None 0 o false [] [] [] []) ->
  reachable k (State (l ++ [t]) None 0 o false [] [] [] []).
Proof.
  intros N O R. assert (I : idle t (State l None 0 o false [] [] [] []) = true).
  { apply mem_out in N. unfold idle. cbn. rewrite N. cbn. rewrite !orb_false_r.
    apply negb_true_iff. destruct (is t o) eqn:E; [apply is_some in E; congruence|reflexivity]. }
  eapply reachable_step with (e := read_grant) (t := t);
    [eapply reachable_step with (e := read_request) (t := t); [exact R|]|].
  - unfold step, step_without. rewrite I. reflexivity.
  - destruct k; repeat (cbv -[same]; rewrite ?same_refl); reflexivity.
Qed.

(** Any strategy: readers share. Any number of threads can come to read at the same time, also while
    another one holds the upgradeable mode. *)
Theorem readers_share k l :
  NoDup l ->
  (exists s, reachable k s /\ readers s = l /\ upgradeable s = None)
  /\ (forall h, ~ In h l -> exists s, reachable k s /\ readers s = l /\ upgradeable s = Some h).
Proof.
  assert (G : forall o, reachable k (State [] None 0 o false [] [] [] []) -> NoDup l ->
    (forall h, o = Some h -> ~ In h l) -> reachable k (State l None 0 o false [] [] [] [])).
  { intros o R. induction l as [|t l IH] using rev_ind; [auto|]. intros D O.
    pose proof (NoDup_remove_1 _ _ _ D) as D1. pose proof (NoDup_remove_2 _ _ _ D) as D2.
    rewrite app_nil_r in D1, D2. apply reader_joins; auto.
    - intro E. apply (O _ E). apply in_or_app. simpl. auto.
    - apply IH; auto. intros h E I. apply (O _ E). apply in_or_app. auto. }
  intro D. split.
  - eexists. split; [apply (G None); auto; [exists []; constructor|easy]|easy].
  - intros h N. eexists. split; [apply (G (Some h)); auto|easy].
    + exists [(upgradeable_request, h); (upgradeable_grant, h)].
      eapply runs_cons; [reflexivity|]. eapply runs_cons; [|apply runs_nil].
      destruct k; repeat (cbv -[same]; rewrite ?same_refl); reflexivity.
    + intros x E. congruence.
Qed.

(** ** Upgrade *)

(** Any strategy: while [t] holds the upgradeable mode, pending upgrade or not, nobody else becomes the
    writer, and [t] only by its upgrade. So what [t] has read is what it will write on. *)
Theorem upgrade_atomic k s e u s' t v :
  reachable k s -> upgradeable s = Some t -> step k s e u = Some s' -> writer s' = Some v ->
  e = upgrade_grant /\ u = t /\ v = t.
Proof.
  intros R U H W. pose proof (inv_write _ _ (reachable_inv _ _ R)) as M. clear R.
  rows H; try congruence; try (destruct M; congruence); repeat split; congruence.
Qed.

(** An upgrade request ends in its grant, or is given up. *)
Definition settles_upgrade e :=
  match e with upgrade_grant | upgrade_cancel => true | _ => false end.

(** Any strategy: two threads never wait for an upgrade at the same time. Only the holder of the
    upgradeable mode asks for one; from then on, in any run, until it is granted or gives up, the
    upgrade that is pending is its own, and nobody can ask for another. *)
Theorem one_upgrader k s t s1 :
  reachable k s -> step k s upgrade_request t = Some s1 ->
  upgradeable s = Some t
  /\ forall l s2, runs k s1 l s2 -> (forall e, In (e, t) l -> settles_upgrade e = false) ->
       pending s2 = true /\ (forall u, upgradeable s2 = Some u <-> u = t)
       /\ forall u, step k s2 upgrade_request u = None.
Proof.
  intros R H. assert (A : upgradeable s = Some t /\ upgradeable s1 = Some t /\ pending s1 = true)
    by (clear R; now rows H).
  destruct A as (A & B & C). split; [exact A|]. apply reachable_step with (2 := H) in R.
  apply reachable_inv in R. clear s H A. intros l s2 X.
  enough (G : (forall e, In (e, t) l -> settles_upgrade e = false) ->
    upgradeable s2 = Some t /\ pending s2 = true).
  { intro N. destruct (G N) as [-> P]. repeat split; try congruence. intro u.
    unfold step, step_without. rewrite P. cbn. now rewrite andb_false_r. }
  induction X as [|s e u s1 l s2 H X IH]; [auto|]. intro N. pose proof (inv_write _ _ R) as M.
  apply IH.
  - exact (inv_step _ _ _ _ _ R H).
  - clear - H B C N M. specialize (N e). simpl in N. rows H; auto; try congruence;
    try (destruct M; congruence); try (injection B as ->; discriminate N; auto).
  - clear - H B C N M. specialize (N e). simpl in N. rows H; auto; try congruence;
    try (destruct M; congruence); try (injection B as ->; discriminate N; auto).
  - intros f F. apply N. now right.
Qed.

(** Any strategy: a pending upgrade lets no reader in, save those of the batch. *)
Theorem pending_upgrade_holds_back k s t s' :
  step k s read_grant t = Some s' -> pending s = true -> In t (batch s).
Proof.
  intros H P. rows H; subst; cbn in *; apply orb_true_iff in H1 as [H1|H1]; try easy;
    now apply mem_in.
Qed.

(** ** Downgrades *)

(** From which mode, into which. *)
Definition downgrade e :=
  match e with
  | write_to_read => Some (Write, Read)
  | write_to_upgradeable => Some (Write, Upgradeable)
  | upgradeable_to_read => Some (Upgradeable, Read)
  | _ => None
  end.

(** Any strategy: a downgrade is one step. Before it the thread holds the stronger mode, after it only
    the weaker one; in between nobody enters or leaves, and no writer is inside afterwards. *)
Theorem downgrade_is_one_step k s e t s' m n :
  downgrade e = Some (m, n) -> reachable k s -> step k s e t = Some s' ->
  holds m t s /\ holds n t s' /\ ~ holds m t s'
  /\ (forall u, ~ holds Write u s')
  /\ (forall u o, u <> t -> (holds o u s' <-> holds o u s)).
Proof.
  intros D R H. pose proof (reachable_inv _ _ (reachable_step _ _ _ _ _ R H)) as I'.
  pose proof (inv_write _ _ (reachable_inv _ _ R)) as W. clear R I'.
  destruct e; try discriminate D; injection D as <- <-; rows H; unfold holds; cbn;
  (split; [reflexivity|split; [rewrite ?in_app_iff; simpl; auto|split; [congruence|split]]]);
  try (intros u X; try destruct W; congruence);
  intros u o N; destruct o; rewrite ?in_app_iff; simpl;
  try (destruct W; [congruence|]; subst); simpl; intuition congruence.
Qed.

(** ** Who passes whom *)

(** writer_preferring: no reader enters while anybody waits to write. *)
Theorem no_reader_passes_writer s t s' :
  reachable writer_preferring s -> step writer_preferring s read_grant t = Some s' -> queue s = [].
Proof.
  intros R H. pose proof (inv_no_batch _ _ (reachable_inv _ _ R)) as B. clear R.
  rows H; rewrite B in * by easy; facts; reflexivity.
Qed.

(** reader_preferring: no reader waits because a writer waits. While nobody writes and no upgrade is
    pending, every waiting reader may enter, whoever else waits. *)
Theorem no_reader_waits_for_writer s t :
  In t (waiting s) -> writer s = None -> pending s = false ->
  step reader_preferring s read_grant t <> None.
Proof.
  intros T W P. apply mem_in in T. unfold step, step_without, asks, may_read.
  rewrite T, W, P. cbn. now rewrite !orb_true_r.
Qed.

(** phase_fair: while anybody waits to write, no reader enters but those of the batch. *)
Theorem only_batch_passes_writer s t s' :
  step phase_fair s read_grant t = Some s' -> queue s <> [] -> In t (batch s).
Proof.
  intros H Q. rows H; (apply orb_true_iff in H1 as [H1|H1]; [now apply mem_in|]);
  facts; congruence.
Qed.

Lemma only_reads_spec t q v : only_reads_before t q = true -> before v t q ->
  forall r, In r q -> who r = v -> NoDup (names q) -> wants r = Read.
Proof.
  induction q as [|x q IH]; [easy|]. rewrite only_reads_cons. unfold before. rewrite names_cons.
  cbn [In pos]. intros O (V & T & P) r Hr E D. apply NoDup_cons_iff in D as [D1 D2].
  destruct (same t (who x)) eqn:X; [lia|]. apply same_neq in X. cbn in O. facts.
  destruct (same v (who x)) eqn:Y.
  - apply same_eq in Y. subst v. destruct Hr as [->|Hr]; [now apply same_mode_eq|].
    exfalso. apply D1. rewrite <- E. now apply names_in.
  - apply same_neq in Y. destruct Hr as [->|Hr]; [congruence|].
    apply IH; auto. unfold before. intuition; congruence || lia.
Qed.

(** fifo: no reader enters while a request that came earlier waits to write. *)
Theorem fifo_no_reader_passes_writer s t s' r :
  reachable fifo s -> step fifo s read_grant t = Some s' ->
  In r (queue s) -> before (who r) t (queue s) -> wants r = Read.
Proof.
  intros R H I B. pose proof (reachable_inv _ _ R) as V.
  pose proof (queue_once _ _ V) as D. pose proof (inv_no_batch _ _ V) as N. clear R V.
  rows H; rewrite N in * by easy; facts; eapply only_reads_spec; eauto.
Qed.

(** Any strategy: the queue is in the order of arrival. Whoever joins it joins behind everybody, and
    two requests that wait stay in their order, whatever happens. *)
Theorem queue_in_order_of_arrival k s e t s' :
  reachable k s -> step k s e t = Some s' ->
  (forall v u, In v (names (queue s)) -> ~ In u (names (queue s)) -> In u (names (queue s')) ->
     before v u (queue s'))
  /\ (forall v u, In v (names (queue s')) -> In u (names (queue s')) ->
        before v u (queue s) -> before v u (queue s')).
Proof.
  intros R H. pose proof (reachable_inv _ _ R) as I. pose proof (inv_step _ _ _ _ _ I H) as I'.
  pose proof (queue_once _ _ I) as D. pose proof (queue_once _ _ I') as D'. clear I I' R.
  assert (names (queue s') = names (queue s) \/ names (queue s') = names (queue s) ++ [t]
          \/ names (queue s') = names (drop t (queue s)) /\ In t (names (queue s))) as Q.
  { clear D'. rows H; rewrite ?names_join, ?names_drop_count, ?names_count; auto;
    locate; facts; auto. }
  clear H. split.
  - intros v u V N U. destruct Q as [Q|[Q|[Q T]]].
    + now rewrite Q in U.
    + rewrite Q, in_app_iff in U. destruct U as [U|[<-|[]]]; [easy|].
      unfold before. rewrite Q in *. apply NoDup_remove_2 in D'. rewrite app_nil_r in D'.
      rewrite !in_app_iff, pos_app, pos_last by auto. pose proof (pos_in _ _ V). simpl. auto.
    + exfalso. apply N. rewrite Q in U. unfold names in *. apply in_map_iff in U as (r & <- & I).
      apply in_map. eapply in_drop, I.
  - intros v u V U B. destruct B as (B1 & B2 & B3). unfold before. destruct Q as [->|[->|[Q T]]].
    + auto.
    + rewrite !in_app_iff, !pos_app by auto. auto.
    + assert (N : forall x, In x (names (queue s')) -> x <> t).
      { intros x X ->. rewrite Q in X. apply (NoDup_count_occ Nat.eq_dec) with (x := t) in D.
        pose proof (cnt_drop t t (queue s) T) as C. apply cnt_in in X. simpl in C.
        destruct (Nat.eq_dec t t); [lia|easy]. }
      assert (before v u (drop t (queue s))) as (C1 & C2 & C3)
        by (apply before_drop; unfold before; auto).
      rewrite Q. auto.
Qed.

(** Every strategy but throughput: first come first served among those who want to write or to hold the
    upgradeable mode. Who gets it heads the queue, so nobody in the queue came earlier. *)
Theorem writers_first_come_first_served k s e t s' v :
  (forall K, k <> throughput K) -> step k s e t = Some s' ->
  e = write_grant \/ e = upgradeable_grant ->
  ~ before v t (queue s).
Proof.
  intros K H E (_ & _ & P).
  assert (heads t (queue s) = true) as Q.
  { destruct E; subst e; rows H; unfold in_turn in *; destruct k; auto; now destruct (K K0). }
  apply heads_pos in Q. lia.
Qed.

(** fifo: first come first served across kinds. Whoever is let in before an earlier request reads, and
    so does the one that it passes. *)
Theorem fifo_first_come_first_served s e t s' r :
  reachable fifo s -> step fifo s e t = Some s' ->
  e = read_grant \/ e = write_grant \/ e = upgradeable_grant ->
  In r (queue s) -> before (who r) t (queue s) -> e = read_grant /\ wants r = Read.
Proof.
  intros R H E I B. destruct E as [->|E].
  - split; [reflexivity|]. eapply fifo_no_reader_passes_writer; eauto.
  - exfalso. eapply (writers_first_come_first_served fifo); eauto. congruence.
Qed.

Lemma only_reads_earlier v t q : before v t q -> only_reads_before t q = true ->
  only_reads_before v q = true.
Proof.
  induction q as [|x q IH]; [easy|]. rewrite !only_reads_cons. unfold before. rewrite names_cons.
  cbn [In pos]. intros (V & T & P). destruct (same v (who x)) eqn:Y; [easy|].
  destruct (same t (who x)) eqn:X; [lia|]. apply same_neq in X, Y. cbn. rewrite !andb_true_iff.
  intros [E O]. split; auto. apply IH; auto. unfold before. intuition; congruence || lia.
Qed.

(** fifo, readers: first in, first enabled. When a reader enters before one that came earlier, the
    earlier one may enter at that moment too. *)
Theorem fifo_first_in_first_enabled s t s' v :
  reachable fifo s -> step fifo s read_grant t = Some s' -> asks v Read s = true ->
  before v t (queue s) -> step fifo s read_grant v <> None.
Proof.
  intros R H A B. pose proof (inv_no_batch _ _ (reachable_inv _ _ R)) as N. clear R.
  destruct s as [rd hw dep hu up wr q ba cv]. cbn in B, N. rewrite N in * by easy.
  autounfold with table in *. cbn in *. rewrite A.
  split_row; facts; cbn; change (mem v []) with false; cbn;
  match goal with H : up && true = false |- _ => rewrite H end;
  erewrite only_reads_earlier by eauto; easy.
Qed.

(** ** Giving up *)

Definition grant e :=
  match e with
  | read_grant | write_grant | upgradeable_grant | upgrade_grant => true
  | _ => false
  end.

Lemma cancel_waits k s t s' : step k s cancel t = Some s' -> waits t s.
Proof.
  unfold step, waits. cbn. unfold when. rewrite <- !mem_in, <- orb_true_iff.
  now destruct (mem t (waiting s) || mem t (names (queue s))).
Qed.

(** Any strategy: a request that gives up leaves no trace. Its thread is idle again; who is inside,
    who sleeps, and every other request, its place in the order and its counts, stay as they were. So
    does the batch, but for itself; unless, under phase_fair, it headed the queue and no upgrade is
    pending: then a phase ends, and the batch is all the readers that wait. *)
Theorem cancel_leaves_no_trace k s t s' :
  reachable k s -> step k s cancel t = Some s' ->
  idle t s' = true
  /\ readers s' = readers s /\ writer s' = writer s /\ depth s' = depth s
  /\ upgradeable s' = upgradeable s /\ pending s' = pending s /\ sleepers s' = sleepers s
  /\ waiting s' = rem t (waiting s) /\ queue s' = drop t (queue s)
  /\ batch s' = (let rest := rem t (batch s) in
       match k with
       | phase_fair => if heads t (queue s) && negb (pending s) then waiting s else rest
       | _ => rest
       end).
Proof.
  intros R H. pose proof (reachable_inv _ _ R) as I. pose proof (place_once _ _ t I) as P.
  pose proof (inv_batch _ _ I) as B. clear R I. unfold places in P.
  assert (Z : forall l, cnt t l = 0 -> mem t l = false).
  { intros l Hl. apply mem_out. now apply count_occ_not_In in Hl. }
  assert (O : forall o, cnt t (olist o) = 0 -> is t o = false).
  { intros [u|]; simpl; [|easy]. rewrite same_neq. destruct (Nat.eq_dec u t); congruence. }
  assert (F : forall l, ~ In t l -> rem t l = l).
  { unfold rem. induction l as [|x l IH]; simpl; [easy|]. intro N. destruct (same t x) eqn:E.
    - apply same_eq in E. subst. tauto.
    - simpl. now rewrite IH by tauto. }
  assert (Q : 1 <= cnt t (waiting s) + cnt t (names (queue s))).
  { destruct (cancel_waits _ _ _ _ H) as [W|W]; apply cnt_in in W; lia. }
  assert (Hd : In t (waiting s) -> heads t (queue s) = false).
  { intro T. destruct (heads t (queue s)) eqn:E; [|easy]. apply heads_pos in E as [E _].
    apply cnt_in in T, E. lia. }
  rows H; locate; facts;
  (split; [unfold idle; cbn; rewrite negb_true_iff, !orb_false_iff; repeat split
         |repeat split; auto]);
  try (apply Z; rewrite ?cnt_rem, ?same_refl; lia); try (apply O; lia);
  try (apply Z; lia); try (apply mem_out; assumption);
  try (match goal with T : In t _ |- _ => apply cnt_in in T; apply Z; lia end);
  try (match goal with T : In t (names ?q) |- mem t (names (drop t ?q)) = false =>
    apply Z; pose proof (cnt_drop t t q T) as C; simpl in C; apply cnt_in in T;
    destruct (Nat.eq_dec t t); [lia|easy] end);
  try (symmetry; apply F; auto; fail);
  try (symmetry; apply drop_absent, (count_occ_not_In Nat.eq_dec);
       match goal with T : In t _ |- _ => apply cnt_in in T; lia end);
  try (rewrite Hd by auto; now destruct k);
  rewrite F by auto; unfold cancel_ends_phase in *; cbn in *; destruct k, (heads t q0), up0; easy.
Qed.

(** Any strategy: giving up lets the others go on. Every grant that was possible for another thread
    before is possible after. *)
Theorem cancel_lets_others_go_on k s t s' e u :
  reachable k s -> step k s cancel t = Some s' -> u <> t -> grant e = true ->
  step k s e u <> None -> step k s' e u <> None.
Proof.
  intros R H N G E. pose proof (inv_no_batch _ _ (reachable_inv _ _ R)) as NB.
  destruct (cancel_leaves_no_trace _ _ _ _ R H) as (_ & E1 & E2 & _ & E4 & E5 & _ & E7 & E8 & EB).
  assert (E9 : forall v, v <> t -> In v (batch s) -> In v (batch s')).
  { intros v V I. pose proof (inv_batch _ _ (reachable_inv _ _ R) _ I) as I'. rewrite EB.
    clear - V I I'. cbn. destruct k; try (apply in_rem; auto; fail).
    destruct (heads t (queue s) && negb (pending s)); [|apply in_rem]; auto. }
  assert (B : empty (batch s) = true ->
    empty (batch s') = true \/ (k = phase_fair /\ heads t (queue s) = true /\ pending s = false)).
  { clear - H. rows H; try easy; auto; intros F; destruct k; auto; unfold cancel_ends_phase in *;
    cbn in *; facts; destruct (heads t q0); try easy; cbn in *; destruct up0; auto. }
  assert (A : forall m, asks u m s = true -> asks u m s' = true).
  { intros m A. apply asks_where in A. apply asks_intro. rewrite E7, E8, in_rem.
    destruct A as [(r & I & <- & M)|A]; [left|tauto]. exists r. auto using in_drop_other. }
  assert (T : in_turn k u s = true -> in_turn k u s' = true).
  { unfold in_turn. rewrite E8. destruct k; auto using heads_drop.
    rewrite !negb_true_iff. auto using barred_drop. }
  assert (HB : in_turn k u s = true -> empty (batch s) = true -> empty (batch s') = true).
  { intros X Y. destruct (B Y) as [|(-> & D & _)]; auto. unfold in_turn in X.
    destruct (queue s); [easy|]. simpl in *. apply same_eq in X, D. congruence. }
  assert (W : forall b (x : state), (when b x <> None) <-> b = true) by (intros [] x; easy).
  destruct e; try discriminate G; unfold step, step_without in *; rewrite W in *; clear W;
  unfold may_read, may_write, may_hold_upgradeable, may_upgrade in *;
  rewrite ?E1, ?E2, ?E4, ?E5 in *; rewrite ?andb_true_iff in *.
  - destruct E as (X & Y & Z). repeat split; auto.
    apply orb_true_iff in Z as [Z|Z]; apply orb_true_iff.
    + left. apply mem_in. apply E9; auto. now apply mem_in.
    + right. apply andb_true_iff in Z as [Z1 Z2]. rewrite Z1. unfold admits_new_reader in *.
      rewrite E8. cbn [andb] in *.
      destruct k; auto; try (destruct (queue s); easy); try (now apply only_reads_drop).
      rewrite negb_true_iff in *. now apply barred_drop.
  - destruct E as (X & ((((Y1 & Y2) & Y3) & Y4) & Y5) & Y6). repeat split; auto.
    destruct k; auto. rewrite E7. now destruct (waiting s).
  - destruct E as (X & ((Y1 & Y2) & Y3) & Y4). repeat split; auto.
  - destruct E as ((X1 & X2) & Y1 & Y2). repeat split; auto. rewrite orb_false_r in *.
    destruct (B Y2) as [|(_ & _ & P)]; auto. congruence.
Qed.

(** Any strategy: a pending upgrade may be given up at any time. Then it leaves no trace: no upgrade is
    pending, its thread keeps the upgradeable mode, and everything else stays as it was. *)
Theorem upgrade_cancel_leaves_no_trace k s t :
  upgradeable s = Some t -> pending s = true ->
  exists s', step k s upgrade_cancel t = Some s'
  /\ pending s' = false /\ upgradeable s' = Some t
  /\ readers s' = readers s /\ writer s' = writer s /\ depth s' = depth s
  /\ waiting s' = waiting s /\ queue s' = queue s /\ batch s' = batch s
  /\ sleepers s' = sleepers s.
Proof.
  intros U P. unfold step, step_without. rewrite U, P. cbn. rewrite same_refl.
  eexists. now repeat split.
Qed.

(** Any strategy: giving up an upgrade lets the others go on. Every grant that was possible for another
    thread before is possible after; and so is that of every waiting reader that the queue admits, though
    the pending upgrade held it back. *)
Theorem upgrade_cancel_lets_others_go_on k s t s' u :
  reachable k s -> step k s upgrade_cancel t = Some s' -> u <> t ->
  (forall e, grant e = true -> step k s e u <> None -> step k s' e u <> None)
  /\ (asks u Read s = true -> admits_new_reader k u s = true -> step k s' read_grant u <> None).
Proof.
  intros R H N. assert (U : upgradeable s = Some t /\ pending s = true).
  { clear R. now rows H. }
  destruct U as [U P].
  assert (W : writer s = None).
  { pose proof (inv_write _ _ (reachable_inv _ _ R)) as W. destruct (writer s); [|easy].
    destruct W; congruence. }
  destruct (upgrade_cancel_leaves_no_trace k s t U P)
    as (x & E & E1 & E2 & E3 & E4 & _ & E6 & E7 & E8 & _).
  rewrite E in H. injection H as ->.
  assert (A : forall m, asks u m s' = asks u m s) by (intro m; unfold asks; now rewrite E6, E7).
  assert (Q : forall b (x : state), (when b x <> None) <-> b = true) by (intros [] x; easy).
  assert (D : admits_new_reader k u s' = admits_new_reader k u s)
    by (unfold admits_new_reader; now rewrite E7).
  unfold step, step_without. split.
  - intros e G. destruct e; try discriminate G; rewrite !Q, ?A;
    unfold may_read, may_write, may_hold_upgradeable, may_upgrade, in_turn;
    rewrite ?E1, ?E2, ?E3, ?E4, ?E6, ?E7, ?E8, ?D, ?U, ?P; cbn; rewrite ?andb_false_r; auto.
    + rewrite orb_false_r, !andb_true_iff. intros (X & Y & Z). now rewrite Z.
    + intro X. facts. congruence.
  - intros X Y. rewrite Q, A, X. unfold may_read. rewrite E4, E1, W, D, Y. apply orb_true_r.
Qed.

(** ** Counting *)

(** How many events of one sort has [t] made in the run [l]? *)
Definition count (sort : event -> bool) t (l : list (event * thread)) :=
  length (filter (fun x => sort (fst x) && same t (snd x)) l).
Definition one (b : bool) := if b then 1 else 0.

Lemma count_cons sort t e u l :
  count sort t ((e, u) :: l) = one (sort e && same t u) + count sort t l.
Proof. unfold count. simpl. now destruct (sort e && same t u). Qed.

Definition is_wait e := match e with condition_wait => true | _ => false end.
Definition is_notify e := match e with notify => true | _ => false end.

(** Any strategy: each sleep on the condition ends in one wake-up, by a notification or because its time
    is up or it is stopped ([notify] stands for all three). In any run a thread has gone to sleep as often
    as it was woken, once more if it sleeps now. *)
Theorem each_sleep_ends_once k l s t :
  runs k init l s -> count is_wait t l = count is_notify t l + cnt t (map fst (sleepers s)).
Proof.
  intro R. enough (G : forall s0 l s, inv k s0 -> runs k s0 l s ->
    count is_wait t l + cnt t (map fst (sleepers s0))
    = count is_notify t l + cnt t (map fst (sleepers s))).
  { specialize (G _ _ _ (inv_init k) R). simpl in G. lia. }
  clear. intros s0 l s I R. induction R as [|s e u s1 l s2 H R IH]; [reflexivity|].
  specialize (IH (inv_step _ _ _ _ _ I H)). rewrite !count_cons.
  enough (one (is_wait e && same t u) + cnt t (map fst (sleepers s))
          = one (is_notify e && same t u) + cnt t (map fst (sleepers s1))) by lia.
  clear R IH. pose proof (place_once _ _ u I) as P. clear I. unfold places in P.
  assert (D : u = t \/ same t u = false /\ same u t = false /\ u <> t) by
    (destruct (Nat.eq_dec u t); [auto|rewrite !same_neq; auto]).
  destruct D as [->|(D1 & D2 & D3)]; rewrite ?same_refl, ?D1, ?andb_true_r, ?andb_false_r;
  rows H; locate; cbn; rewrite ?map_app, ?filter_fst, ?count_occ_app, ?cnt_rem, ?same_refl, ?D2;
    cbn;
  repeat match goal with H : In _ _ |- _ => apply cnt_in in H end;
  repeat destruct (Nat.eq_dec _ _); try congruence; lia.
Qed.

(** Any strategy: to wait on the condition is one step. A reader, or a writer that has locked once,
    is inside before it; after it, it is not, and sleeps with the mode it held. *)
Theorem condition_wait_is_one_step k s t s' :
  reachable k s -> step k s condition_wait t = Some s' ->
  exists m, holds m t s /\ (m = Read \/ m = Write /\ depth s = 1)
  /\ ~ inside t s' /\ sleepers s' = sleepers s ++ [(t, m)].
Proof.
  intros R H. pose proof (reachable_inv _ _ (reachable_step _ _ _ _ _ R H)) as I.
  pose proof (place_once _ _ t I) as P. clear R I.
  assert (X : exists m, holds m t s /\ (m = Read \/ m = Write /\ depth s = 1)
    /\ sleepers s' = sleepers s ++ [(t, m)]).
  { clear P. rows H; [exists Write|exists Read]; simpl; auto. }
  destruct X as (m & X1 & X2 & X3). exists m. repeat split; auto. intros [n N].
  unfold places in P. rewrite X3, map_app, count_occ_app in P. simpl in P.
  destruct (Nat.eq_dec t t) as [_|]; [|easy].
  destruct n; simpl in N; [apply cnt_in in N|rewrite N in P|rewrite N in P]; simpl in P; try lia;
  destruct (Nat.eq_dec t t); lia || easy.
Qed.

Lemma sleeper_once k s t m : inv k s -> In (t, m) (sleepers s) ->
  forall n, In (t, n) (sleepers s) -> n = m.
Proof.
  intros I M. pose proof (place_once _ _ t I) as P. unfold places in P.
  assert (C : cnt t (map fst (sleepers s)) <= 1) by lia. clear - C M.
  induction (sleepers s) as [|[u o] l IH]; [easy|]. simpl in *. intros n X.
  destruct (Nat.eq_dec u t) as [->|D].
  - assert (Z : ~ In t (map fst l)) by (intro Y; apply cnt_in in Y; lia).
    assert (W : forall o', ~ In (t, o') l) by (intros o' Y; now apply (in_map fst) in Y).
    destruct M as [M|M], X as [X|X]; try congruence; now apply W in M || now apply W in X.
  - destruct M as [M|M], X as [X|X]; try congruence. auto.
Qed.

Lemma notify_spec k s t s' : step k s notify t = Some s' ->
  sleepers s' = filter (fun p => negb (same t (fst p))) (sleepers s)
  /\ exists m, In (t, m) (sleepers s) /\ asks t m s' = true.
Proof.
  intro H. split; [rows H; reflexivity|].
  assert (X : exists m, m <> Upgradeable /\ sleeps t m s = true /\ s' = join k t m (wake t s)).
  { unfold step, step_without, when in H. destruct (sleeps t Write s) eqn:E.
    - exists Write. repeat split; congruence.
    - destruct (sleeps t Read s) eqn:F; [|easy]. exists Read. repeat split; congruence. }
  destruct X as (m & N & X & ->). exists m. split; [now apply sleeps_in|]. apply asks_intro.
  unfold join. destruct (queues k m) eqn:Q; simpl.
  - left. eexists. split; [rewrite in_app_iff; right; left; reflexivity|easy].
  - right. rewrite in_app_iff. simpl. split; auto. destruct k, m; easy.
Qed.

Lemma sleeper_stays k s e u s' t m : step k s e u = Some s' -> (e, u) <> (notify, t) ->
  In (t, m) (sleepers s) -> In (t, m) (sleepers s').
Proof.
  intros H N I. rows H; rewrite ?in_app_iff, ?filter_In; auto; split; auto; simpl;
  apply negb_true_iff, same_neq; congruence.
Qed.
Lemma no_sleeper_comes k s e u s' t : step k s e u = Some s' -> (e, u) <> (condition_wait, t) ->
  ~ In t (map fst (sleepers s)) -> ~ In t (map fst (sleepers s')).
Proof.
  intros H N I. rows H; rewrite ?filter_fst, ?map_app, ?in_app_iff, ?in_rem; simpl; auto;
  try tauto; intros [X|[X|[]]]; tauto || congruence.
Qed.

(** Any strategy: a notification wakes exactly one sleeper, and is consumed by it. The notified thread
    sleeps no more and has one request; all other sleepers sleep on, with their modes; and it cannot be
    notified again until it has gone to sleep again. *)
Theorem notification_consumed_once k s t s1 :
  reachable k s -> step k s notify t = Some s1 ->
  In t (map fst (sleepers s)) /\ ~ In t (map fst (sleepers s1))
  /\ cnt t (waiting s1) + cnt t (names (queue s1)) = 1
  /\ (forall u m, u <> t -> (In (u, m) (sleepers s1) <-> In (u, m) (sleepers s)))
  /\ (forall l s2, runs k s1 l s2 -> ~ In (condition_wait, t) l -> step k s2 notify t = None).
Proof.
  intros R H. destruct (notify_spec _ _ _ _ H) as (F & m & M & A).
  assert (N : ~ In t (map fst (sleepers s1))) by (rewrite F, filter_fst, in_rem; tauto).
  repeat split.
  - now apply (in_map fst) in M.
  - exact N.
  - pose proof (place_once _ _ t (reachable_inv _ _ (reachable_step _ _ _ _ _ R H))) as P.
    unfold places in P. apply asks_in in A as [A|A]; apply cnt_in in A; lia.
  - rewrite F, filter_In. tauto.
  - rewrite F, filter_In. intro X. split; [exact X|].
    apply negb_true_iff, same_neq. simpl. congruence.
  - intros l s2 X W. assert (N2 : ~ In t (map fst (sleepers s2))).
    { clear - X W N. induction X as [|s e u s1 l s2 H X IH]; [exact N|]. apply IH.
      - eapply no_sleeper_comes; eauto. intro E. apply W. now left.
      - intro E. apply W. now right. }
    destruct (step k s2 notify t) eqn:E; [|reflexivity].
    destruct (notify_spec _ _ _ _ E) as (_ & n & Y & _). now apply (in_map fst) in Y.
Qed.

(** Any strategy: a notified thread asks again, in the mode it held when it started to wait. *)
Theorem notified_asks_in_its_mode k s t s1 l s2 s3 m :
  reachable k s -> step k s condition_wait t = Some s1 -> holds m t s ->
  runs k s1 l s2 -> ~ In (notify, t) l -> step k s2 notify t = Some s3 ->
  asks t m s3 = true.
Proof.
  intros R W Hm X N H. destruct (condition_wait_is_one_step _ _ _ _ R W) as (n & Hn & _ & _ & S).
  rewrite (proj1 (one_place _ _ _ R) _ _ Hm Hn) in *. clear Hm Hn m.
  pose proof (reachable_step _ _ _ _ _ R W) as R1.
  assert (I : In (t, n) (sleepers s1)) by (rewrite S, in_app_iff; simpl; auto). clear R W S.
  assert (J : In (t, n) (sleepers s2) /\ reachable k s2).
  { clear H s3. induction X as [|s' e u s1 l s2 H X IH]; [auto|]. apply IH.
    - intro E. apply N. now right.
    - eauto using reachable_step.
    - eapply sleeper_stays; eauto. intro E. apply N. now left. }
  destruct J as [J R2]. destruct (notify_spec _ _ _ _ H) as (_ & m & M & A).
  now rewrite (sleeper_once _ _ _ _ (reachable_inv _ _ R2) M _ J).
Qed.

Definition is_request e :=
  match e with read_request | write_request | upgradeable_request | notify => true | _ => false end.
Definition is_upgrade_request e := match e with upgrade_request => true | _ => false end.
Definition is_end e :=
  match e with read_grant | write_grant | upgradeable_grant | cancel => true | _ => false end.

(** Any strategy: each request ends in exactly one grant or one cancel. In any run a thread has asked
    (or was woken to ask again) as often as it was granted or gave up, once more if it waits now. *)
Theorem each_request_ends_once k l s t :
  runs k init l s ->
  count is_request t l
  = count is_end t l + cnt t (waiting s) + cnt t (names (queue s)).
Proof.
  intro R. enough (G : forall s0 l s, inv k s0 -> runs k s0 l s ->
    count is_request t l + cnt t (waiting s0) + cnt t (names (queue s0))
    = count is_end t l + cnt t (waiting s) + cnt t (names (queue s))).
  { specialize (G _ _ _ (inv_init k) R). simpl in G. lia. }
  clear. intros s0 l s I R. induction R as [|s e u s1 l s2 H R IH]; [reflexivity|].
  specialize (IH (inv_step _ _ _ _ _ I H)). rewrite !count_cons.
  enough (one (is_request e && same t u) + cnt t (waiting s) + cnt t (names (queue s))
          = one (is_end e && same t u) + cnt t (waiting s1) + cnt t (names (queue s1))) by lia.
  clear R IH. pose proof (place_once _ _ u I) as P. clear I. unfold places in P.
  assert (D : u = t \/ same t u = false /\ same u t = false /\ u <> t) by
    (destruct (Nat.eq_dec u t); [auto|rewrite !same_neq; auto]).
  destruct D as [->|(D1 & D2 & D3)]; rewrite ?same_refl, ?D1, ?andb_true_r, ?andb_false_r;
  rows H; locate; facts; cbn;
  rewrite ?names_join, ?names_drop_count, ?names_count, ?count_occ_app, ?cnt_rem, ?same_refl, ?D2;
    cbn;
  try (match goal with T : In ?u (names ?q) |- context[drop ?u ?q] =>
    pose proof (cnt_drop t u q T) as C; simpl in C end);
  repeat match goal with H : In _ _ |- _ => apply cnt_in in H end;
  repeat destruct (Nat.eq_dec _ _); try congruence; lia.
Qed.

(** Any strategy: each upgrade request ends in exactly one grant, or is given up once. In any run a
    thread has asked for an upgrade as often as it was granted or given up, once more if its upgrade is
    pending now. *)
Theorem each_upgrade_request_ends_once k l s t :
  runs k init l s ->
  count is_upgrade_request t l
  = count settles_upgrade t l + one (pending s && is t (upgradeable s)).
Proof.
  intro R. enough (G : forall s0 l s, inv k s0 -> runs k s0 l s ->
    count is_upgrade_request t l + one (pending s0 && is t (upgradeable s0))
    = count settles_upgrade t l + one (pending s && is t (upgradeable s))).
  { specialize (G _ _ _ (inv_init k) R). simpl in G. lia. }
  clear. intros s0 l s I R. induction R as [|s e u s1 l s2 H R IH]; [reflexivity|].
  specialize (IH (inv_step _ _ _ _ _ I H)). rewrite !count_cons.
  enough (one (is_upgrade_request e && same t u) + one (pending s && is t (upgradeable s))
          = one (settles_upgrade e && same t u) + one (pending s1 && is t (upgradeable s1))) by lia.
  clear R IH. pose proof (inv_write _ _ I) as W. pose proof (inv_pending _ _ I) as P. clear I.
  rows H; try reflexivity; rewrite ?andb_false_r; try reflexivity;
  try (destruct W; [congruence|]; subst); rewrite ?andb_false_r; try reflexivity;
  try (destruct up0; [now destruct P|reflexivity]); lia.
Qed.

(** ** Nobody waits for nothing *)

(** Any strategy: when somebody waits and nobody is inside, some request can be granted. *)
Theorem no_deadlock k s t :
  reachable k s -> waits t s -> (forall u, ~ inside u s) ->
  exists e u, grant e = true /\ step k s e u <> None.
Proof.
  intros R W N. pose proof (reachable_inv _ _ R) as [_ _ _ P B NB QW QR _]. clear R.
  assert (E : readers s = [] /\ writer s = None /\ upgradeable s = None).
  { repeat split.
    - destruct (readers s) as [|u l] eqn:E; [easy|]. destruct (N u). exists Read. simpl. now rewrite E; left.
    - destruct (writer s) as [u|] eqn:E; [|easy]. destruct (N u). now exists Write.
    - destruct (upgradeable s) as [u|] eqn:E; [|easy]. destruct (N u). now exists Upgradeable. }
  destruct E as (E1 & E2 & E3). assert (E4 : pending s = false).
  { destruct (pending s); auto. now destruct P. }
  assert (Wh : forall b (x : state), b = true -> when b x <> None) by (intros b x ->; easy).
  destruct (batch s) as [|b l] eqn:E5.
  - destruct (queue s) as [|r q] eqn:E6.
    + destruct W as [W|W]; [|now rewrite E6 in W]. exists read_grant, t. split; [easy|].
      apply Wh. rewrite asks_intro by auto. unfold may_read. rewrite E2, E4, E5. cbn.
      unfold admits_new_reader. rewrite E6. destruct k; auto; rewrite QW in W by easy; easy.
    + assert (A : asks (who r) (wants r) s = true).
      { apply asks_intro. left. exists r. rewrite E6. simpl. auto. }
      assert (T : in_turn k (who r) s = true).
      { unfold in_turn. rewrite E6. destruct k; simpl; rewrite ?barred_cons, same_refl; auto. }
      destruct (wants r) eqn:M.
      * exists read_grant, (who r). split; [easy|]. apply Wh. rewrite A. unfold may_read.
        rewrite E2, E4, E5. cbn. unfold admits_new_reader. rewrite E6.
        destruct k; rewrite ?only_reads_cons, ?barred_cons, ?same_refl; auto; exfalso;
          apply (QR eq_refl r); auto; now left.
      * assert (Z : k = reader_preferring /\ waiting s <> []
          \/ match k with reader_preferring => empty (waiting s) | _ => true end = true).
        { destruct k; auto. destruct (waiting s); [auto|]. left. easy. }
        destruct Z as [[-> Z]|Z].
        -- destruct (waiting s) as [|u w] eqn:E7; [easy|]. exists read_grant, u. split; [easy|].
           apply Wh. rewrite asks_intro by (right; rewrite E7; simpl; auto).
           unfold may_read. rewrite E2, E4. cbn. now rewrite orb_true_r.
        -- exists write_grant, (who r). split; [easy|]. apply Wh. rewrite A. unfold may_write.
           rewrite T, E1, E2, E3, E5, Z. reflexivity.
      * exists upgradeable_grant, (who r). split; [easy|]. apply Wh. rewrite A.
        unfold may_hold_upgradeable. rewrite T, E2, E3, E5. reflexivity.
  - exists read_grant, b. split; [easy|]. apply Wh. rewrite asks_intro.
    + unfold may_read. rewrite E2, E5. unfold mem. simpl. now rewrite same_refl.
    + right. split; auto. apply B. now left.
Qed.
