(** * Who waits is let in, at last: starvation freedom, for any number of threads

    On every infinite run that is fair in the sense of [Fair.v]. The only axiom of all these files is
    used here: a statement is true or false (excluded middle). *)

Require Import Spec Lists Invariant Safety Bypass Fair Standing List Arith Bool Lia Classical.
Import ListNotations.

(** ** Infinite runs *)

Section Live.
Variable k : strategy.
Variable at_ : nat -> state.
Variable ev : nat -> option (event * thread).
Hypothesis Run : infinite_run (step k) at_ ev.
Hypothesis Weak : grants_weakly_fair (step k) at_ ev.

Lemma at_reachable i : reachable k (at_ i).
Proof.
  destruct Run as [I M]. induction i as [|i IH].
  - rewrite I. exists []. constructor.
  - specialize (M i). destruct (ev i) as [[e t]|]; [eauto using reachable_step|now rewrite M].
Qed.
Lemma at_inv i : inv k (at_ i).
Proof. apply reachable_inv, at_reachable. Qed.

(** What each event keeps, the run keeps. *)
Lemma keep (P : state -> Prop) i : P (at_ i) ->
  (forall j e u, i <= j -> ev j = Some (e, u) -> P (at_ j) ->
    step k (at_ j) e u = Some (at_ (S j)) -> P (at_ (S j))) ->
  forall j, i <= j -> P (at_ j).
Proof.
  destruct Run as [_ M]. intros P0 H j L. induction L as [|j L IH]; [auto|]. specialize (M j).
  destruct (ev j) as [[e u]|] eqn:E; [eauto|now rewrite M].
Qed.

Lemma never_served_queued t i : queued t (at_ i) -> ~ served ev t i -> forall j, i <= j ->
  queued t (at_ j).
Proof.
  intros T N. apply keep; [exact T|]. intros j e u L E Q H.
  destruct (queued_step _ _ _ _ _ _ (at_inv j) H Q) as [|[-> X]]; [auto|].
  destruct N. exists j, e. auto.
Qed.
Lemma never_served_waiting t i : In t (waiting (at_ i)) -> ~ served ev t i ->
  forall j, i <= j -> In t (waiting (at_ j)).
Proof.
  intros T N. apply (keep (fun s => In t (waiting s))); [exact T|]. intros j e u L E Q H.
  destruct (waiting_step _ _ _ _ _ _ H Q) as [|[-> X]]; [auto|].
  destruct N. exists j, e. auto.
Qed.

(** A set that nobody joins, and that each of its members leaves, runs empty. *)
Lemma drain (f : state -> list thread) i :
  (forall j x, i <= j -> In x (f (at_ (S j))) -> In x (f (at_ j))) ->
  (forall x j, i <= j -> exists m, j <= m /\ ~ In x (f (at_ m))) ->
  exists m, i <= m /\ forall j, m <= j -> f (at_ j) = [].
Proof.
  intros S L.
  assert (Out : forall x m, i <= m -> ~ In x (f (at_ m)) -> forall j, m <= j -> ~ In x (f (at_ j))).
  { intros x m Lm N j Lj. induction Lj as [|j Lj IH]; [auto|]. intro X. apply IH, S; [lia|auto]. }
  assert (All : forall l, exists m, i <= m /\ forall x, In x l -> forall j, m <= j ->
    ~ In x (f (at_ j))).
  { induction l as [|x l (m & Lm & IH)]; [exists i; split; easy|].
    destruct (L x m Lm) as (m' & Lm' & N). exists m'. split; [lia|].
    intros y [<-|Hy] j Lj; [apply (Out x m'); auto; lia|apply IH; auto; lia]. }
  destruct (All (f (at_ i))) as (m & Lm & N). exists m. split; [auto|]. intros j Lj.
  destruct (f (at_ j)) as [|x l] eqn:E; [reflexivity|exfalso].
  assert (Hx : In x (f (at_ i))).
  { assert (X : In x (f (at_ j))) by (rewrite E; now left). clear E. assert (Lij : i <= j) by lia.
    clear - S X Lij. induction Lij as [|j L IH]; auto. }
  apply (N x Hx j Lj). rewrite E. now left.
Qed.

Hypothesis K : k <> reader_preferring.

(** The heart of the matter: [t] cannot keep its standing for ever once the lock has drained. *)
Section Stuck.
Variables (t : thread) (i : nat).
Hypothesis T : forall j, i <= j -> queued t (at_ j).
Hypothesis F : forall j, i <= j -> standing k t (at_ (S j)) = standing k t (at_ j).
Hypothesis X : forall j, i <= j -> k = fifo -> asks_exclusively t (at_ j).

Lemma stuck_drained m : i <= m -> (forall j, m <= j -> admitted (at_ j) = []) -> False.
Proof.
  intros L A. destruct (queue (at_ m)) as [|r q] eqn:Q.
  { pose proof (T m L) as Z. unfold queued in Z. now rewrite Q in Z. }
  assert (NA : forall j e u, m <= j -> ev j = Some (e, u) -> admission e = false).
  { intros j e u Lj E. destruct (admission e) eqn:D; [exfalso|reflexivity].
    destruct Run as [_ M]. specialize (M j). rewrite E in M.
    pose proof (admits_enters _ _ _ _ _ M D) as Y. rewrite (A (S j)) in Y by lia. easy. }
  assert (Hd : forall j, m <= j -> exists q', queue (at_ j) = r :: q').
  { apply (keep (fun s => exists q', queue s = r :: q')); [eauto|]. intros j e u Lj E [q' Q'] H.
    eapply head_stays; eauto using at_reachable; apply T || apply F; lia. }
  destruct (Weak (grant_of (wants r)) (who r) m) as (j & Lj & [N|E]).
  - now destruct (wants r).
  - destruct (Hd j Lj) as [q' Q']. apply N. eapply head_enabled; eauto using at_reachable.
  - specialize (NA _ _ _ Lj E). now destruct (wants r).
Qed.

(** With no exclusive holder about, batch and readers drain; it is enough that reading ends. *)
Lemma stuck_batch :
  (forall x j, In x (readers (at_ j)) -> exists m, j <= m /\ ~ In x (readers (at_ m))) ->
  (forall j, i <= j -> writer (at_ j) = None /\ upgradeable (at_ j) = None) -> False.
Proof.
  intros RE Z.
  assert (Sh : forall j, i <= j -> (forall x, In x (batch (at_ (S j))) -> In x (batch (at_ j)))
    /\ (forall x, In x (admitted (at_ (S j))) -> In x (admitted (at_ j)))).
  { intros j L. destruct Run as [_ M]. specialize (M j). destruct (ev j) as [[e u]|] eqn:E.
    - destruct (Z j L). apply (batch_shrinks k _ _ e u t); auto using at_reachable; apply T; lia.
    - rewrite M. auto. }
  destruct (drain batch i) as (b & Lb & B).
  { intros j x L. now apply Sh. }
  { intros x j L. apply NNPP. intro C.
    assert (Al : forall m, j <= m -> In x (batch (at_ m))).
    { intros m Lm. apply NNPP. intro N. apply C. eauto. }
    destruct (Weak read_grant x j eq_refl) as (m & Lm & [N|E]).
    - apply N. unfold enabled, step, step_without. destruct (Z m ltac:(lia)) as [Z1 _].
      specialize (Al m Lm). rewrite asks_intro
        by (right; split; auto; now apply (inv_batch _ _ (at_inv m))).
      unfold may_read. rewrite Z1. apply mem_in in Al. now rewrite Al.
    - destruct Run as [_ M]. specialize (M m). rewrite E in M.
      apply (granted_leaves_batch _ _ _ _ (at_inv m) M); apply Al; lia. }
  destruct (drain admitted b) as (m & Lm & D).
  { intros j x L. apply Sh. lia. }
  { intros x j L. destruct (in_dec Nat.eq_dec x (readers (at_ j))) as [I|N].
    - destruct (RE x j I) as (m & Lm & N). exists m. split; [auto|].
      destruct (Z m ltac:(lia)) as [Z1 Z2].
      rewrite in_admitted, B by lia. intros [[]|[[] Hm]]; simpl in Hm; congruence.
    - exists j. split; [auto|]. destruct (Z j ltac:(lia)) as [Z1 Z2].
      rewrite in_admitted, B by lia. intros [[]|[[] Hm]]; simpl in Hm; congruence. }
  apply (stuck_drained m); auto. lia.
Qed.
End Stuck.

(** What only falls comes to rest. *)
Lemma settle (f : state -> nat) i : (forall j, i <= j -> f (at_ (S j)) <= f (at_ j)) ->
  exists m, i <= m /\ forall j, m <= j -> f (at_ (S j)) = f (at_ j).
Proof.
  remember (f (at_ i)) as n eqn:E. revert i E. induction n as [n IH] using lt_wf_ind. intros i E D.
  assert (Mono : forall j, i <= j -> f (at_ j) <= f (at_ i)).
  { intros j L. induction L as [|j L IHL]; [lia|]. specialize (D j L). lia. }
  destruct (classic (exists j, i <= j /\ f (at_ j) < n)) as [(j & L & Lt)|C].
  - destruct (IH _ Lt j eq_refl) as (m & Lm & H); [intros; apply D; lia|]. exists m.
    split; [lia|auto].
  - exists i. split; [auto|]. intros j L.
    assert (forall m, i <= m -> f (at_ m) = n) as Z.
    { intros m Lm. specialize (Mono m Lm). destruct (Nat.eq_dec (f (at_ m)) n); [auto|].
      destruct C. exists m. split; [auto|lia]. }
    rewrite !Z by lia. reflexivity.
Qed.

Lemma stays_exclusive t i : k = fifo -> asks_exclusively t (at_ i) -> ~ served ev t i ->
  forall j, i <= j -> asks_exclusively t (at_ j).
Proof.
  intros E X N. apply (keep (asks_exclusively t)); [exact X|]. intros j e u L Ev (r & I & W & M) H.
  exists r.
  assert (D : is_end e = true -> u <> who r).
  { intros Z ->. destruct N. exists j, e. rewrite W in Ev. auto. }
  repeat split; auto. rewrite E in H. exact (request_kept _ _ _ _ _ H I D).
Qed.

Lemma standing_falls t i : (forall j, i <= j -> queued t (at_ j)) ->
  forall j, i <= j -> standing k t (at_ (S j)) <= standing k t (at_ j).
Proof.
  intros T j L. destruct Run as [_ M]. specialize (M j). destruct (ev j) as [[e u]|].
  - eapply standing_step; eauto using at_reachable; apply T; lia.
  - now rewrite M.
Qed.

(** An exclusive holder whom nobody follows is gone at last. *)
Lemma holder_gone i : stays_end at_ ->
  (forall j, i <= j -> holder (at_ (S j)) = holder (at_ j) \/ holder (at_ (S j)) = None) ->
  exists m, i <= m /\ forall j, m <= j -> writer (at_ j) = None /\ upgradeable (at_ j) = None.
Proof.
  intros SE HG.
  assert (In_ : forall x j, holder (at_ j) = Some x -> inside x (at_ j)).
  { unfold holder. intros x j E.
    destruct (writer (at_ j)) eqn:W; [exists Write|exists Upgradeable]; simpl; congruence. }
  assert (Gone : exists m, i <= m /\ holder (at_ m) = None).
  { destruct (holder (at_ i)) as [x|] eqn:E; [|eauto].
    destruct (SE x i (In_ x i E)) as (m & Lm & Nx). exists m. split; [auto|].
    assert (holder (at_ m) = Some x \/ holder (at_ m) = None) as [Z|Z];
      [|now destruct (Nx (In_ _ _ Z))|auto].
    clear Nx. induction Lm as [|m Lm IH]; [auto|]. destruct (HG m Lm) as [-> | ->]; auto. }
  destruct Gone as (m & Lm & G). exists m. split; [auto|]. intros j L.
  assert (Z : holder (at_ j) = None).
  { induction L as [|j L IH]; [auto|]. destruct (HG j ltac:(lia)) as [-> | ->]; auto. }
  unfold holder in Z. destruct (writer (at_ j)); easy.
Qed.

(** *** Requests in the queue *)

(** Every strategy but reader_preferring: every request in the queue (under fifo: that is no read) is
    granted, or gives up, on every run where grants are weakly fair and nobody stays inside for ever. *)
Theorem queued_requests_served t i :
  stays_end at_ -> queued t (at_ i) -> (k = fifo -> asks_exclusively t (at_ i)) -> served ev t i.
Proof.
  intros SE T0 X0. apply NNPP. intro N. pose proof (never_served_queued t i T0 N) as T.
  assert (X : forall j, i <= j -> k = fifo -> asks_exclusively t (at_ j)).
  { intros j L E. eapply stays_exclusive; eauto. }
  destruct (settle (standing k t) i (standing_falls t i T)) as (m & Lm & F).
  assert (HG : forall j, m <= j ->
    holder (at_ (S j)) = holder (at_ j) \/ holder (at_ (S j)) = None).
  { intros j L. destruct Run as [_ M]. specialize (M j). destruct (ev j) as [[e u]|] eqn:E.
    - eapply (holder_goes k _ _ e u t); auto using at_reachable; try (apply T; lia).
      intro. apply X; auto. lia.
    - rewrite M. auto. }
  destruct (holder_gone m SE HG) as (n & Ln & Z). apply (stuck_batch t n); auto.
  - intros; apply T; lia.
  - intros; apply F; lia.
  - intros; apply X; auto; lia.
  - intros x j Hx. destruct (SE x j) as (p & Lp & Np); [now exists Read|].
    exists p. split; [auto|]. intro. apply Np. now exists Read.
Qed.
End Live.

(** *** The same, strategy by strategy, in the words of the table *)

(** writer_preferring: every write and upgradeable request is granted, or gives up, if grants are
    weakly fair and nobody stays inside for ever. *)
Theorem writer_preferring_writers_served at_ ev t i :
  infinite_run (step writer_preferring) at_ ev ->
    grants_weakly_fair (step writer_preferring) at_ ev ->
  stays_end at_ -> queued t (at_ i) -> served ev t i.
Proof. intros. eapply queued_requests_served; eauto; easy. Qed.

(** phase_fair: every write and upgradeable request is granted, or gives up, if grants are
    weakly fair and nobody stays inside for ever. *)
Theorem phase_fair_writers_served at_ ev t i :
  infinite_run (step phase_fair) at_ ev -> grants_weakly_fair (step phase_fair) at_ ev ->
  stays_end at_ -> queued t (at_ i) -> served ev t i.
Proof. intros. eapply queued_requests_served; eauto; easy. Qed.

(** fifo: every write and upgradeable request is granted, or gives up, if grants are
    weakly fair and nobody stays inside for ever. *)
Theorem fifo_writers_served at_ ev t i :
  infinite_run (step fifo) at_ ev -> grants_weakly_fair (step fifo) at_ ev ->
  stays_end at_ -> asks_exclusively t (at_ i) -> served ev t i.
Proof.
  intros R W S X. eapply queued_requests_served; eauto; try easy.
  destruct X as (r & I & <- & _). now apply names_in.
Qed.

(** throughput, whatever its K: every request, readers' and writers' alike, is granted, or gives up, if
    grants are weakly fair and nobody stays inside for ever. *)
Theorem throughput_served K at_ ev t i :
  infinite_run (step (throughput K)) at_ ev -> grants_weakly_fair (step (throughput K)) at_ ev ->
  stays_end at_ -> waits t (at_ i) -> served ev t i.
Proof.
  intros R W S [X|X].
  - now rewrite (inv_waiting _ _ (at_inv _ _ _ R i) eq_refl) in X.
  - eapply queued_requests_served; eauto; easy.
Qed.

(** *** Readers *)

(** Again and again there is neither a writer inside nor a pending upgrade. *)
Lemma writer_free_again k at_ ev i : infinite_run (step k) at_ ev -> stays_end at_ ->
  exists j, i <= j /\ writer (at_ j) = None /\ pending (at_ j) = false.
Proof.
  intros R SE. apply NNPP. intro C.
  assert (Hx : exists x, writer (at_ i) = Some x \/ upgradeable (at_ i) = Some x
    /\ pending (at_ i) = true).
  { pose proof (inv_pending _ _ (at_inv _ _ _ R i)) as P.
    destruct (writer (at_ i)) as [x|] eqn:W; [eauto|].
    destruct (pending (at_ i)) eqn:Q; [|exfalso; apply C; exists i; auto].
    destruct (upgradeable (at_ i)) as [x|]; [eauto|now destruct P]. }
  destruct Hx as [x Hx].
  assert (Al : forall j, i <= j -> writer (at_ j) = Some x \/ upgradeable (at_ j) = Some x
    /\ pending (at_ j) = true).
  { apply (keep k at_ ev R (fun s => writer s = Some x \/ upgradeable s = Some x
      /\ pending s = true)); [exact Hx|].
    intros j e u L E Z H.
    destruct (writer_stays _ _ _ _ _ x (at_inv _ _ _ R j) H Z) as [|[A B]]; [auto|].
    destruct C. exists (S j). auto. }
  destruct (SE x i) as (j & L & N).
  - destruct Hx as [|[]]; [exists Write|exists Upgradeable]; auto.
  - apply N. destruct (Al j L) as [|[]]; [exists Write|exists Upgradeable]; auto.
Qed.

(** reader_preferring: every read request is granted, or gives up, if nobody stays inside for ever and
    read grants are strongly fair (weakly fair is too little: a read grant becomes impossible in between
    whenever a reader inside turns into a writer). *)
Theorem reader_preferring_readers_served at_ ev t i :
  infinite_run (step reader_preferring) at_ ev ->
    read_grants_strongly_fair (step reader_preferring) at_ ev ->
  stays_end at_ -> In t (waiting (at_ i)) -> served ev t i.
Proof.
  intros R Strong SE T. apply NNPP. intro N.
  pose proof (never_served_waiting _ _ _ R t i T N) as W.
  destruct (Strong t i) as (j & L & E).
  - intros j L. destruct (writer_free_again _ _ _ j R SE) as (m & Lm & A & B). exists m.
    split; [auto|].
    unfold enabled, step, step_without. apply when_some.
    rewrite asks_intro by (right; split; auto; apply W; lia).
    unfold may_read. rewrite A, B. cbn. apply orb_true_r.
  - apply N. exists j, read_grant. auto.
Qed.

(** fifo: every read request is granted, or gives up, if grants are weakly fair and nobody stays inside
    for ever. *)
Theorem fifo_readers_served at_ ev t i :
  infinite_run (step fifo) at_ ev -> grants_weakly_fair (step fifo) at_ ev ->
  stays_end at_ -> asks t Read (at_ i) = true -> served ev t i.
Proof.
  intros R Weak SE A. apply NNPP. intro N.
  assert (Q : exists r, In r (queue (at_ i)) /\ who r = t /\ wants r = Read).
  { apply asks_where in A as [|[_ A]]; [auto|].
    now rewrite (inv_waiting _ _ (at_inv _ _ _ R i) eq_refl) in A. }
  destruct Q as (r & I & W & M).
  assert (T0 : queued t (at_ i)) by (rewrite <- W; now apply names_in).
  pose proof (never_served_queued _ _ _ R t i T0 N) as T.
  assert (Keep : forall j, i <= j -> In r (queue (at_ j))).
  { apply (keep _ _ _ R (fun s => In r (queue s))); [auto|]. intros j e u L E Z H.
    eapply request_kept; eauto. intros D ->. apply N. exists j, e. rewrite W in E. auto. }
  destruct (settle at_ (standing fifo t) i (standing_falls _ _ _ R t i T)) as (m & Lm & F).
  destruct (only_reads_before t (queue (at_ m))) eqn:O.
  - assert (O' : forall j, m <= j -> only_reads_before t (queue (at_ j)) = true).
    { apply (keep _ _ _ R (fun s => only_reads_before t (queue s) = true)); [auto|].
      intros j e u L E Z H.
      eapply only_reads_step; eauto. intros D ->. apply N. exists j, e. repeat split; auto. lia. }
    assert (HG : forall j, m <= j -> holder (at_ (S j)) = holder (at_ j)
      \/ holder (at_ (S j)) = None).
    { intros j L. pose proof (proj2 R j) as M'.
      destruct (ev j) as [[e u]|] eqn:E; [|rewrite M'; auto].
      apply (fifo_holder_goes _ e u _ t (at_inv _ _ _ R j) M'); auto.
      intros D ->. apply N. exists j, e. repeat split; auto. lia. }
    destruct (holder_gone _ m SE HG) as (n & Ln & Z).
    destruct (Weak read_grant t n eq_refl) as (j & L & [C|E]);
      [apply C|apply N; exists j, read_grant; repeat split; auto; lia].
    unfold enabled, step, step_without. apply when_some.
    rewrite asks_intro by (left; exists r; repeat split; auto; apply Keep; lia).
    destruct (Z j L) as [Z1 Z2]. pose proof (inv_pending _ _ (at_inv _ _ _ R j)) as Pn.
    unfold may_read. rewrite Z1. destruct (pending (at_ j)); [exfalso; now apply Pn|]. cbn.
    rewrite O' by lia. apply orb_true_r.
  - destruct (writer_before t _ (T m Lm) O) as (v & V1 & V2 & V3).
    assert (B : forall j, m <= j -> before (who v) t (queue (at_ j))
              /\ (forall e, is_end e = true -> ev j <> Some (e, who v))).
    { assert (St : forall j, m <= j -> before (who v) t (queue (at_ j)) ->
        forall e, is_end e = true -> ev j <> Some (e, who v)).
      { intros j L B e E Ev. destruct R as [R1 R2]. specialize (R2 j) as H. rewrite Ev in H.
        destruct (place_same fifo _ _ _ _ t (at_reachable _ _ _ (conj R1 R2) j) H) as [_ Z];
          try (apply T; lia); try (apply F; lia).
        unfold leaves_before in Z. destruct B as (B1 & _ & B3). apply mem_in in B1.
        apply Nat.ltb_lt in B3.
        rewrite E, B1, B3 in Z. easy. }
      assert (Bf : forall j, m <= j -> before (who v) t (queue (at_ j))).
      { apply (keep _ _ _ R (fun s => before (who v) t (queue s))); [auto|]. intros j e u L E Z H.
        destruct (queued_step _ _ _ _ _ (who v) (at_inv _ _ _ R j) H) as [V|[-> V]]; [apply Z| |].
        - eapply (proj2 (queue_in_order_of_arrival _ _ _ _ _ (at_reachable _ _ _ R j) H)); auto.
          apply T. lia.
        - now destruct (St j L Z e V). }
      intros j L. split; auto. }
    destruct (fifo_writers_served _ _ (who v) m R Weak SE) as (j & e & L & E & Ev).
    { exists v. auto. }
    now apply (proj2 (B j L) e E).
Qed.

(** phase_fair: every read request is granted, or gives up, if grants are weakly fair and nobody stays in
    one mode for ever. So a writer that downgrades to the upgradeable mode and upgrades again, for ever,
    does not keep readers out. *)
Theorem phase_fair_readers_served at_ ev t i :
  infinite_run (step phase_fair) at_ ev -> grants_weakly_fair (step phase_fair) at_ ev ->
  modes_end at_ -> In t (waiting (at_ i)) -> served ev t i.
Proof.
  intros R Weak ME T. apply NNPP. intro N.
  pose proof (never_served_waiting _ _ _ R t i T N) as W.
  assert (G : forall m, i <= m ->
    (forall j, m <= j -> step phase_fair (at_ j) read_grant t <> None) -> False).
  { intros m L En. destruct (Weak read_grant t m eq_refl) as (j & Lj & [C|E]); [now apply C, En|].
    apply N. exists j, read_grant. repeat split; auto. lia. }
  assert (B : forall m, i <= m -> ~ In t (batch (at_ m))).
  { intros m Lm Bm. assert (Bf : forall j, m <= j -> In t (batch (at_ j))).
    { apply (keep _ _ _ R (fun s => In t (batch s))); [auto|]. intros j e u L E Bj H.
      eapply batch_stays; eauto using at_inv. apply W. lia. }
    assert (exists n, m <= n /\ writer (at_ n) = None) as (n & Ln & Wn).
    { destruct (writer (at_ m)) as [y|] eqn:Y; [|eauto]. destruct (ME Write y m Y) as (n & Ln & C).
      exists n. split; [auto|]. assert (writer (at_ n) = Some y \/ writer (at_ n) = None) as [Z|Z];
        [|easy|auto].
      apply (keep _ _ _ R (fun s => writer s = Some y \/ writer s = None) m); auto.
      intros p e u Lp E Z H. destruct (no_entry_past_batch _ _ _ _ t H (Bf p Lp)) as [-> | ->];
        auto. }
    assert (Wf : forall j, n <= j -> writer (at_ j) = None).
    { apply (keep _ _ _ R (fun s => writer s = None)); [auto|]. intros j e u L E Z H.
      destruct (no_entry_past_batch _ _ _ _ t H (Bf j ltac:(lia))) as [-> | ->]; auto. }
    apply (G n ltac:(lia)). intros j L. apply when_some.
    rewrite asks_intro by (right; split; auto; apply W; lia). unfold may_read. rewrite Wf by lia.
    specialize (Bf j ltac:(lia)). apply mem_in in Bf. now rewrite Bf. }
  assert (X1 : forall m, i <= m -> writer (at_ m) = None).
  { intros m Lm. destruct (writer (at_ m)) as [y|] eqn:Y; [exfalso|auto].
    destruct (ME Write y m Y) as (n & Ln & C). apply C.
    apply (keep _ _ _ R (fun s => writer s = Some y) m); auto. intros j e u L E Z H.
    destruct (write_phase_ends _ _ _ _ t y H (at_inv _ _ _ R j) Z (W (S j) ltac:(lia))) as [|Bj];
      [auto|].
    destruct (B (S j) ltac:(lia) Bj). }
  assert (X2 : forall m, i <= m -> upgradeable (at_ m) = None).
  { intros m Lm. destruct (upgradeable (at_ m)) as [y|] eqn:Y; [exfalso|auto].
    destruct (ME Upgradeable y m Y) as (n & Ln & C). apply C.
    apply (keep _ _ _ R (fun s => upgradeable s = Some y) m); auto. intros j e u L E Z H.
    destruct (upgradeable_phase_ends _ _ _ _ t y H (X1 j ltac:(lia)) (X1 (S j) ltac:(lia)) Z
      (W (S j) ltac:(lia))) as [|Bj]; [auto|]. destruct (B (S j) ltac:(lia) Bj). }
  assert (Q : forall m, i <= m -> queue (at_ m) = []).
  { intros m Lm. destruct (queue (at_ m)) as [|r q] eqn:Hq; [auto|exfalso].
    assert (Hd : forall j, m <= j -> exists q', queue (at_ j) = r :: q').
    { apply (keep _ _ _ R (fun s => exists q', queue s = r :: q')); [eauto|].
      intros j e u L E [q' Z] H. pose proof (X1 (S j) ltac:(lia)) as Y1.
      pose proof (X2 (S j) ltac:(lia)) as Y2.
      pose proof (B (S j) ltac:(lia)) as Y3. pose proof (W (S j) ltac:(lia)) as Y4.
      pose proof (X2 j ltac:(lia)) as Y5.
      eapply (head_waits t); eauto using at_inv. }
    assert (Q : forall j, m <= j -> queued (who r) (at_ j) /\ place (who r) (at_ j) = 0).
    { intros j L. destruct (Hd j L) as [q' E]. unfold queued, place. rewrite E, names_cons. cbn.
      rewrite same_refl. auto. }
    apply (stuck_batch phase_fair at_ ev R Weak ltac:(easy) (who r) m); auto.
    - intros j L. now apply Q.
    - intros j L. unfold standing. rewrite (proj2 (Q (S j) ltac:(lia))), (proj2 (Q j L)).
      reflexivity.
    - easy.
    - intros x j Hx. apply (ME Read x j Hx).
    - intros j L. split; [apply X1|apply X2]; lia. }
  apply (G i (le_n _)). intros j L. apply when_some.
  rewrite asks_intro by (right; split; auto). unfold may_read. rewrite X1 by lia.
  pose proof (inv_pending _ _ (at_inv _ _ _ R j)) as P.
  destruct (pending (at_ j)); [exfalso; apply P; auto|]. cbn. rewrite Q by lia. apply orb_true_r.
Qed.

(** *** Upgrades *)

(** Any strategy: a pending upgrade is granted, or given up, if grants are weakly fair and nobody reads
    for ever. *)
Theorem upgrade_served k at_ ev t i :
  infinite_run (step k) at_ ev -> grants_weakly_fair (step k) at_ ev ->
  (forall x j, In x (readers (at_ j)) -> exists m, j <= m /\ ~ In x (readers (at_ m))) ->
  upgradeable (at_ i) = Some t -> pending (at_ i) = true ->
  exists j, i <= j /\ (ev j = Some (upgrade_grant, t) \/ ev j = Some (upgrade_cancel, t)).
Proof.
  intros R Weak RE U P. apply NNPP. intro C.
  assert (UP : forall j, i <= j -> upgradeable (at_ j) = Some t /\ pending (at_ j) = true).
  { apply (keep _ _ _ R (fun s => upgradeable s = Some t /\ pending s = true)); [auto|].
    intros j e u L E [Z1 Z2] H.
    destruct (upgrade_ends _ _ _ _ _ t (at_inv _ _ _ R j) H Z1 Z2) as [|[-> D]]; [auto|].
    destruct C. exists j. split; [auto|]. destruct D as [-> | ->]; auto. }
  assert (Wn : forall j, i <= j -> writer (at_ j) = None).
  { intros j L. pose proof (inv_write _ _ (at_inv _ _ _ R j)) as M. destruct (UP j L) as [E _].
    destruct (writer (at_ j)); [|auto]. destruct M; congruence. }
  assert (Sh : forall j, i <= j -> (forall x, In x (batch (at_ (S j))) -> In x (batch (at_ j)))
    /\ (forall x, In x (batch (at_ (S j)) ++ readers (at_ (S j))) ->
      In x (batch (at_ j) ++ readers (at_ j)))).
  { intros j L. destruct R as [R1 R2]. specialize (R2 j) as M. destruct (ev j) as [[e u]|] eqn:E.
    - apply (upgrade_drains k _ e u); auto;
        [apply (at_inv k at_ ev (conj R1 R2))|apply UP; lia|apply UP; lia].
    - rewrite M. auto. }
  destruct (drain at_ batch i) as (b & Lb & B).
  { intros j x L. now apply Sh. }
  { intros x j L. apply NNPP. intro D.
    assert (Al : forall m, j <= m -> In x (batch (at_ m))).
    { intros m Lm. apply NNPP. intro N. apply D. eauto. }
    destruct (Weak read_grant x j eq_refl) as (m & Lm & [N|E]).
    - apply N. apply when_some. specialize (Al m Lm).
      rewrite asks_intro by (right; split; auto; now apply (inv_batch _ _ (at_inv _ _ _ R m))).
      unfold may_read. rewrite Wn by lia. apply mem_in in Al. now rewrite Al.
    - destruct R as [R1 R2]. specialize (R2 m) as M. rewrite E in M.
      apply (granted_leaves_batch _ _ _ _ (at_inv k at_ ev (conj R1 R2) m) M); apply Al; lia. }
  destruct (drain at_ (fun s => batch s ++ readers s) b) as (m & Lm & D).
  { intros j x L. apply Sh. lia. }
  { intros x j L. destruct (in_dec Nat.eq_dec x (readers (at_ j))) as [I|N].
    - destruct (RE x j I) as (m & Lm & N). exists m. split; [auto|]. rewrite B by lia. exact N.
    - exists j. split; [auto|]. rewrite B by lia. exact N. }
  destruct (Weak upgrade_grant t m eq_refl) as (j & Lj & [N|E]).
  - apply N. apply when_some. destruct (UP j ltac:(lia)) as [E1 E2]. specialize (D j Lj). cbn in D.
    apply app_eq_nil in D as [D1 D2]. unfold may_upgrade. rewrite E1, E2, D1, D2. cbn.
    now rewrite same_refl.
  - apply C. exists j. split; [lia|auto].
Qed.

(** Any strategy: nobody needs to assume that a pending upgrade ends. If grants are weakly fair, and
    nobody stays inside for ever but those whose upgrade is never granted, then nobody stays inside for
    ever; and the same for staying in one mode. *)
Theorem upgraders_leave k at_ ev :
  infinite_run (step k) at_ ev -> grants_weakly_fair (step k) at_ ev ->
  (stays_end_unless_blocked at_ -> stays_end at_)
  /\ (modes_end_unless_blocked at_ -> modes_end at_).
Proof.
  intros R Weak.
  set (readers_leave := forall x j, In x (readers (at_ j)) ->
    exists m, j <= m /\ ~ In x (readers (at_ m))).
  assert (G : readers_leave -> forall t i, ~ waits_for_upgrade at_ t i).
  { intros RE t i B. destruct (B i (le_n i)) as [U P].
    destruct (upgrade_served k at_ ev t i R Weak RE U P) as (j & L & E).
    destruct (B (S j) ltac:(lia)) as [U2 P2]. pose proof (proj2 R j) as M.
    assert (St : forall s s', step k s upgrade_grant t = Some s'
      \/ step k s upgrade_cancel t = Some s' -> upgradeable s' = Some t -> pending s' = false).
    { intros s s' [H|H] Z; now rows H. }
    rewrite (St (at_ j) (at_ (S j))) in P2; [easy| |exact U2].
    destruct E as [E|E]; rewrite E in M; auto. }
  assert (X : forall x j, In x (readers (at_ j)) -> ~ waits_for_upgrade at_ x j).
  { intros x j I B. destruct (B j (le_n j)) as [U _].
    destruct (one_place _ _ x (at_reachable _ _ _ R j)) as [O _].
    now specialize (O Read Upgradeable I U). }
  split; intro A.
  - assert (RE : readers_leave).
    { intros x j I. destruct (A x j) as (m & L & C); [now exists Read|]. exists m.
      split; [exact L|]. intro I'. destruct C as [C|C]; [apply C; now exists Read|]. now apply (X x m). }
    intros t i I. destruct (A t i I) as (j & L & [C|C]); [eauto|]. now destruct (G RE t j).
  - assert (RE : readers_leave).
    { intros x j I. destruct (A Read x j I) as (m & L & C). exists m. split; [exact L|].
      intro I'. destruct C as [C|C]; [now apply C|]. now apply (X x m). }
    intros m t i I. destruct (A m t i I) as (j & L & [C|C]); [eauto|]. now destruct (G RE t j).
Qed.
