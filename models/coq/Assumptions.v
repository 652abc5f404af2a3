(** * What every theorem rests on

    [run] compares the answers with [assumptions.expected]: nothing at all, but for [Liveness.v], where
    excluded middle ([classic]) is allowed. *)

Require Import Safety Bypass Liveness Rules.

(* Safety.v *)
Print Assumptions mutual_exclusion.
Print Assumptions one_place.
Print Assumptions readers_keep_out_writers_only.
Print Assumptions readers_share.
Print Assumptions upgrade_atomic.
Print Assumptions one_upgrader.
Print Assumptions pending_upgrade_holds_back.
Print Assumptions downgrade_is_one_step.
Print Assumptions no_reader_passes_writer.
Print Assumptions no_reader_waits_for_writer.
Print Assumptions only_batch_passes_writer.
Print Assumptions fifo_no_reader_passes_writer.
Print Assumptions queue_in_order_of_arrival.
Print Assumptions writers_first_come_first_served.
Print Assumptions fifo_first_come_first_served.
Print Assumptions fifo_first_in_first_enabled.
Print Assumptions cancel_leaves_no_trace.
Print Assumptions cancel_lets_others_go_on.
Print Assumptions upgrade_cancel_leaves_no_trace.
Print Assumptions upgrade_cancel_lets_others_go_on.
Print Assumptions each_sleep_ends_once.
Print Assumptions condition_wait_is_one_step.
Print Assumptions notification_consumed_once.
Print Assumptions notified_asks_in_its_mode.
Print Assumptions each_request_ends_once.
Print Assumptions each_upgrade_request_ends_once.
Print Assumptions no_deadlock.

(* Bypass.v *)
Print Assumptions phase_fair_reader_bypass.
Print Assumptions first_come_bypass.
Print Assumptions phase_fair_writer_batches.
Print Assumptions phase_fair_writer_bypass.
Print Assumptions writer_preferring_bypass.
Print Assumptions reader_preferring_bypass.
Print Assumptions fifo_writer_bypass.
Print Assumptions throughput_bypass.
Print Assumptions throughput_turn.

(* Liveness.v *)
Print Assumptions queued_requests_served.
Print Assumptions writer_preferring_writers_served.
Print Assumptions phase_fair_writers_served.
Print Assumptions fifo_writers_served.
Print Assumptions throughput_served.
Print Assumptions reader_preferring_readers_served.
Print Assumptions fifo_readers_served.
Print Assumptions phase_fair_readers_served.
Print Assumptions upgrade_served.
Print Assumptions upgraders_leave.

(* Rules.v *)
Print Assumptions rule_1_needed.
Print Assumptions rule_2_needed.
Print Assumptions rule_3_needed.
Print Assumptions rule_4_needed.
Print Assumptions rule_5_needed.
Print Assumptions rule_6_needed.
Print Assumptions reader_preferring_starves_writers.
Print Assumptions writer_preferring_starves_readers.
Print Assumptions weak_fairness_is_not_enough.
