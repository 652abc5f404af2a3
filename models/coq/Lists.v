(** * Facts about lists of threads and queues, and tactics for the table

    Nothing here speaks of locks; the other files lean on it. *)

Require Import Spec List Arith Bool Lia.
Import ListNotations.

Arguments mem : simpl never. Arguments rem : simpl never. Arguments drop : simpl never.
Arguments overtake : simpl never. Arguments same : simpl never. Arguments names : simpl never.
Arguments barred : simpl never. Arguments only_reads_before : simpl never.
Arguments count_overtaking : simpl never. Arguments idle : simpl never.
Arguments Nat.eq_dec : simpl never.
Arguments cancel_ends_phase : simpl never. Arguments asks : simpl never.
Arguments sleeps : simpl never. Arguments in_turn : simpl never.

(** How often [u] occurs in [l]. *)
Notation cnt u l := (count_occ Nat.eq_dec l u).

Definition olist (o : option thread) := match o with Some t => [t] | None => [] end.

Lemma same_eq t u : same t u = true <-> t = u.
Proof. apply Nat.eqb_eq. Qed.
Lemma same_neq t u : same t u = false <-> t <> u.
Proof. apply Nat.eqb_neq. Qed.
Lemma same_refl t : same t t = true.
Proof. apply Nat.eqb_refl. Qed.
Lemma is_some t o : is t o = true <-> o = Some t.
Proof. destruct o; simpl; [rewrite same_eq|]; split; congruence. Qed.
Lemma mem_in t l : mem t l = true <-> In t l.
Proof.
  unfold mem. rewrite existsb_exists. split.
  - intros (x & Hx & E). apply same_eq in E. now subst.
  - intros H. exists t. now rewrite same_refl.
Qed.
Lemma mem_out t l : mem t l = false <-> ~ In t l.
Proof. rewrite <- mem_in. now destruct (mem t l). Qed.
Lemma in_rem u t l : In u (rem t l) <-> In u l /\ u <> t.
Proof. unfold rem. rewrite filter_In, negb_true_iff, same_neq. intuition. Qed.
Lemma rem_only t : rem t [t] = [].
Proof. unfold rem. simpl. now rewrite same_refl. Qed.
Lemma cnt_rem u t l : cnt u (rem t l) = if same t u then 0 else cnt u l.
Proof.
  unfold rem. induction l as [|x l IH]; simpl; [now destruct (same t u)|].
  destruct (same t x) eqn:E; simpl.
  - apply same_eq in E; subst. rewrite IH. destruct (same x u) eqn:F; [easy|].
    apply same_neq in F. now destruct (Nat.eq_dec x u).
  - destruct (Nat.eq_dec x u); rewrite IH; [subst; now rewrite E|reflexivity].
Qed.
Lemma cnt_in u l : In u l -> cnt u l >= 1.
Proof. intro H. apply (count_occ_In Nat.eq_dec) in H. lia. Qed.
Lemma cnt_zero u l : ~ In u l -> cnt u l = 0.
Proof. apply count_occ_not_In. Qed.
Lemma names_in r q : In r q -> In (who r) (names q).
Proof. apply in_map. Qed.
Lemma names_app q p : names (q ++ p) = names q ++ names p.
Proof. apply map_app. Qed.
Lemma names_join q t m n : names (q ++ [Request t m n]) = names q ++ [t].
Proof. apply names_app. Qed.
Lemma names_cons r q : names (r :: q) = who r :: names q.
Proof. reflexivity. Qed.
Lemma names_overtake t q : names (overtake t q) = names q.
Proof.
  induction q as [|r q IH]; [reflexivity|]. unfold overtake; fold overtake.
  destruct (same t (who r)); [reflexivity|]. rewrite !names_cons, IH. reflexivity.
Qed.
Lemma names_count k t q : names (count_overtaking k t q) = names q.
Proof. destruct k; try reflexivity. apply names_overtake. Qed.
Lemma drop_cons t r q : drop t (r :: q) = if same t (who r) then q else r :: drop t q.
Proof. reflexivity. Qed.
Lemma names_drop t q p : names q = names p -> names (drop t q) = names (drop t p).
Proof.
  revert p. induction q as [|r q IH]; intros [|x p] E; try easy. injection E as E1 E2.
  rewrite !drop_cons, E1. destruct (same t (who x)); [exact E2|].
  rewrite !names_cons. f_equal; auto.
Qed.
Lemma names_drop_count t k u q : names (drop t (count_overtaking k u q)) = names (drop t q).
Proof. apply names_drop, names_count. Qed.
Lemma in_drop r t q : In r (drop t q) -> In r q.
Proof.
  induction q as [|x q IH]; [easy|]. rewrite drop_cons.
  destruct (same t (who x)); simpl; intuition.
Qed.
Lemma cnt_drop u t q : In t (names q) -> cnt u (names (drop t q)) + cnt u [t] = cnt u (names q).
Proof.
  induction q as [|r q IH]; [easy|]. rewrite drop_cons, names_cons. simpl In.
  destruct (same t (who r)) eqn:E.
  - apply same_eq in E. subst. intros _. simpl. destruct (Nat.eq_dec (who r) u); lia.
  - apply same_neq in E. intros [H|H]; [congruence|]. specialize (IH H). rewrite names_cons.
    simpl in *. destruct (Nat.eq_dec (who r) u), (Nat.eq_dec t u); lia.
Qed.
Lemma drop_absent t q : ~ In t (names q) -> drop t q = q.
Proof.
  induction q as [|r q IH]; [easy|]. rewrite drop_cons, names_cons. simpl. intro N.
  destruct (same t (who r)) eqn:E; [apply same_eq in E; subst; tauto|].
  now rewrite IH by tauto.
Qed.
Lemma in_overtake r t q : In r (overtake t q) ->
  exists r', In r' q /\ who r = who r' /\ wants r = wants r' /\ overtaken r' <= overtaken r.
Proof.
  induction q as [|x q IH]; [easy|]. unfold overtake; fold overtake.
  destruct (same t (who x)); [intro; exists r; auto|].
  intros [<-|H]; [exists x; simpl; auto|]. destruct (IH H) as (r' & ? & ?). exists r'. simpl. tauto.
Qed.
Lemma in_count r k t q : In r (count_overtaking k t q) ->
  exists r', In r' q /\ who r = who r' /\ wants r = wants r' /\ overtaken r' <= overtaken r.
Proof. destruct k; simpl; try (intro; exists r; now auto). apply in_overtake. Qed.

(** The place of [t] in the order of arrival: how many stand before it. *)
Fixpoint pos t (l : list thread) :=
  match l with [] => 0 | x :: r => if same t x then 0 else S (pos t r) end.
Definition before v t (q : list request) :=
  In v (names q) /\ In t (names q) /\ pos v (names q) < pos t (names q).

Lemma pos_app t l m : In t l -> pos t (l ++ m) = pos t l.
Proof.
  induction l as [|x l IH]; simpl; [easy|]. destruct (same t x) eqn:E; [easy|].
  apply same_neq in E. intros [H|H]; [congruence|]. now rewrite IH.
Qed.
Lemma pos_last t l : ~ In t l -> pos t (l ++ [t]) = length l.
Proof.
  induction l as [|x l IH]; simpl; [now rewrite same_refl|]. intro N.
  destruct (same t x) eqn:E; [apply same_eq in E; subst; tauto|]. rewrite IH; tauto.
Qed.
Lemma pos_in t l : In t l -> pos t l < length l.
Proof.
  induction l as [|x l IH]; simpl; [easy|]. destruct (same t x) eqn:E; [lia|].
  apply same_neq in E. intros [H|H]; [congruence|]. apply IH in H. lia.
Qed.
Lemma pos_inj t u l : In t l -> pos t l = pos u l -> t = u.
Proof.
  induction l as [|x l IH]; simpl; [easy|]. destruct (same t x) eqn:E, (same u x) eqn:F; try easy.
  - apply same_eq in E, F. congruence.
  - apply same_neq in E. intros [H|H] P; [congruence|]. apply IH; congruence.
Qed.

(** Whoever leaves, leaves the others in order; who stood behind it moves up by one. *)
Lemma pos_drop t u q : t <> u -> In t (names q) -> In u (names q) ->
  pos t (names (drop u q)) + (if Nat.ltb (pos u (names q)) (pos t (names q)) then 1 else 0)
  = pos t (names q).
Proof.
  intros N. induction q as [|r q IH]; [easy|]. rewrite drop_cons, names_cons. simpl In. simpl pos.
  intros T U. destruct (same u (who r)) eqn:E.
  - apply same_eq in E. subst. destruct (same t (who r)) eqn:F; [apply same_eq in F; congruence|].
    simpl. lia.
  - rewrite names_cons. cbn [pos]. destruct (same t (who r)) eqn:F; [reflexivity|].
    apply same_neq in E, F. destruct T as [T|T]; [congruence|]. destruct U as [U|U]; [congruence|].
    specialize (IH T U). revert IH.
    destruct (Nat.ltb_spec (pos u (names q)) (pos t (names q)));
      destruct (Nat.ltb_spec (S (pos u (names q))) (S (pos t (names q)))); lia.
Qed.
Lemma in_names_drop t u q : t <> u -> In t (names q) <-> In t (names (drop u q)).
Proof.
  intros N. induction q as [|r q IH]; [easy|]. rewrite drop_cons, names_cons.
  destruct (same u (who r)) eqn:E; [apply same_eq in E|rewrite names_cons]; simpl;
    intuition congruence.
Qed.
Lemma before_drop v t u q : v <> u -> t <> u -> before v t q <-> before v t (drop u q).
Proof.
  intros V T. unfold before. rewrite (in_names_drop v u), (in_names_drop t u) by auto.
  destruct (in_dec Nat.eq_dec u (names q)) as [U|U]; [|now rewrite drop_absent].
  split; intros (A & B & C); repeat split; auto; rewrite <- in_names_drop in A, B by auto;
    assert (pos u (names q) <> pos v (names q))
      by (intro E; apply V; symmetry; eapply pos_inj; eauto);
    assert (pos u (names q) <> pos t (names q))
      by (intro E; apply T; symmetry; eapply pos_inj; eauto);
    generalize (pos_drop v u q V A U) (pos_drop t u q T B U);
    destruct (Nat.ltb_spec (pos u (names q)) (pos v (names q)));
    destruct (Nat.ltb_spec (pos u (names q)) (pos t (names q))); lia.
Qed.

(** ** Guards as propositions *)

Lemma heads_pos t q : heads t q = true -> In t (names q) /\ pos t (names q) = 0.
Proof.
  destruct q as [|r q]; simpl; [easy|]. intro E.
  change (names (r :: q)) with (who r :: names q). simpl. rewrite E. apply same_eq in E. auto.
Qed.
Lemma only_reads_cons t r q : only_reads_before t (r :: q)
  = same t (who r) || same_mode (wants r) Read && only_reads_before t q.
Proof. reflexivity. Qed.
Lemma barred_cons K t r q : barred K t (r :: q)
  = if same t (who r) then false else Nat.leb K (overtaken r) || barred K t q.
Proof. reflexivity. Qed.
Lemma same_mode_eq m n : same_mode m n = true <-> m = n.
Proof. now destruct m, n. Qed.
Lemma asks_where t m s : asks t m s = true ->
  (exists r, In r (queue s) /\ who r = t /\ wants r = m) \/ (m = Read /\ In t (waiting s)).
Proof.
  unfold asks. rewrite orb_true_iff, existsb_exists, andb_true_iff, mem_in, same_mode_eq.
  intros [(r & I & E)|H]; [|tauto]. left. rewrite andb_true_iff, same_eq, same_mode_eq in E.
  exists r. intuition.
Qed.
Lemma asks_in t m s : asks t m s = true -> In t (waiting s) \/ In t (names (queue s)).
Proof. intro H. apply asks_where in H as [(r & I & <- & _)|[_ H]]; [right; now apply names_in|auto].
Qed.
Lemma sleeps_in t m s : sleeps t m s = true -> In (t, m) (sleepers s).
Proof.
  unfold sleeps. rewrite existsb_exists. intros ([u n] & I & E). simpl in E.
  rewrite andb_true_iff, same_eq, same_mode_eq in E. destruct E. now subst.
Qed.
Lemma filter_fst (t : thread) (l : list (thread * mode)) :
  map fst (filter (fun p => negb (same t (fst p))) l) = rem t (map fst l).
Proof.
  unfold rem. induction l as [|[u m] l IH]; simpl; [reflexivity|].
  destruct (same t u); simpl; now rewrite IH.
Qed.
Lemma asks_intro t m s :
  (exists r, In r (queue s) /\ who r = t /\ wants r = m) \/ (m = Read /\ In t (waiting s)) ->
  asks t m s = true.
Proof.
  unfold asks. rewrite orb_true_iff, existsb_exists, andb_true_iff, mem_in, same_mode_eq.
  intros [(r & I & <- & <-)|H]; [left|tauto]. exists r. rewrite same_refl. now destruct (wants r).
Qed.
Lemma in_drop_other r t q : In r q -> who r <> t -> In r (drop t q).
Proof.
  induction q as [|x q IH]; [easy|]. rewrite drop_cons. intros H N.
  destruct (same t (who x)) eqn:E; [apply same_eq in E|]; destruct H as [->|H]; simpl; auto.
  congruence.
Qed.
Lemma barred_drop K u t q : u <> t -> barred K u q = false -> barred K u (drop t q) = false.
Proof.
  intro N. induction q as [|x q IH]; [easy|]. rewrite drop_cons, barred_cons.
  destruct (same t (who x)) eqn:E.
  - apply same_eq in E. subst. destruct (same u (who x)) eqn:F; [apply same_eq in F; easy|].
    rewrite orb_false_iff. tauto.
  - rewrite barred_cons. destruct (same u (who x)); [auto|]. rewrite !orb_false_iff. tauto.
Qed.
Lemma only_reads_drop u t q : u <> t -> only_reads_before u q = true ->
  only_reads_before u (drop t q) = true.
Proof.
  intro N. induction q as [|x q IH]; [easy|]. rewrite drop_cons, only_reads_cons.
  destruct (same t (who x)) eqn:E.
  - apply same_eq in E. subst. destruct (same u (who x)) eqn:F; [apply same_eq in F; easy|].
    cbn. rewrite andb_true_iff. tauto.
  - rewrite only_reads_cons, !orb_true_iff, !andb_true_iff. tauto.
Qed.
Lemma heads_drop u t q : u <> t -> heads u q = true -> heads u (drop t q) = true.
Proof.
  intro N. destruct q as [|x q]; [easy|]. rewrite drop_cons. simpl. intro H.
  destruct (same t (who x)) eqn:E; [apply same_eq in E, H; congruence|exact H].
Qed.

(** ** Tactics *)

Create HintDb table.
#[export] Hint Unfold step step_without when end_phase join leave_waiting let_in withdraw enter_read
  leave_read enter_write leave_write sleep wake may_read may_write may_hold_upgradeable may_upgrade
  may_turn_into_writer set_readers set_writer set_upgradeable set_waiting set_queue set_batch
  set_sleepers : table.

(** Split a hypothesis [... = Some s'] along the ifs and matches of a row. *)
Ltac split_row := repeat match goal with
  | H : Some ?x = Some _ |- _ => match x with context[if ?b then _ else _] => destruct b eqn:? end
  | H : (if ?b then _ else _) = Some _ |- _ => destruct b eqn:?
  | H : Some (match ?x with _ => _ end) = Some _ |- _ => destruct x eqn:?
  | H : match ?x with _ => _ end = Some _ |- _ => destruct x eqn:?
  | H : Some _ = Some _ |- _ => inversion H; clear H; subst
  | H : None = Some _ |- _ => discriminate H
  end.

(** Boolean guards into facts. *)
Ltac facts := repeat match goal with
  | H : true = false |- _ => discriminate H
  | H : false = true |- _ => discriminate H
  | H : _ && _ = true |- _ => apply andb_true_iff in H; destruct H
  | H : negb _ = true |- _ => apply negb_true_iff in H
  | H : none ?o = true |- _ => destruct o; [discriminate H|clear H]
  | H : is _ ?o = true |- _ => apply is_some in H; try subst
  | H : empty ?l = true |- _ => destruct l; [clear H|discriminate H]
  | H : Nat.eqb _ _ = true |- _ => apply Nat.eqb_eq in H; try subst
  | H : _ || false = true |- _ => rewrite orb_false_r in H
  | H : mem ?t [] || _ = true |- _ => change (mem t []) with false in H; cbn in H
  | H : mem _ _ = true |- _ => apply mem_in in H
  | H : mem _ _ = false |- _ => apply mem_out in H
  | H : match ?l with [] => false | _ => _ end = true |- _ => destruct l; [discriminate H|]
  | H : match ?l with [] => _ | _ :: _ => false end = true |- _ => destruct l; [|discriminate H]
  | H : same _ _ = true |- _ => apply same_eq in H; try subst
  end.

(** All the rows by which [step k s e t = Some s'] may have come about. *)
Ltac rows H :=
  match type of H with step ?k ?s ?e ?t = Some ?s' =>
    destruct s as [rd0 hw0 dep0 hu0 up0 wr0 q0 ba0 cv0]; try (is_var e; destruct e);
    autounfold with table in H; cbn in H; split_row; facts; cbn in * end.
