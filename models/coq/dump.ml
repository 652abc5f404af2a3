(* The labelled state graph of the specification, from the table extracted out of Spec.v.

     dump STRATEGY THREADS [--bound K] [--depth D] [--without RULE] [--edges]

   Explores every state that the threads 0..THREADS-1 can reach (write depth at most D, default 2;
   the K of throughput, default 2) and prints "STRATEGY THREADS: S states, E edges, hash H". The format
   of states, edges and hash is described in README.md; whoever prints the same line from another
   table has shown both tables equal. --edges prints the edges too.

   A list that stands for a set comes in several orders, which are one state: --edges shows it once.
   That the order changes nothing is checked: all of them must have the same edges. *)
open Spec

let events =
  [ "read_request", Read_request; "read_grant", Read_grant; "read_release", Read_release;
    "write_request", Write_request; "write_grant", Write_grant; "write_reenter", Write_reenter;
    "write_release", Write_release; "upgradeable_request", Upgradeable_request;
    "upgradeable_grant", Upgradeable_grant; "upgradeable_release", Upgradeable_release;
    "upgrade_request", Upgrade_request; "upgrade_grant", Upgrade_grant;
    "upgrade_cancel", Upgrade_cancel; "write_to_read", Write_to_read;
    "write_to_upgradeable", Write_to_upgradeable; "upgradeable_to_read", Upgradeable_to_read;
    "read_to_write", Read_to_write; "cancel", Cancel; "condition_wait", Condition_wait;
    "notify", Notify ]

let refusals =
  [ "read_refused", Read_refused; "write_refused", Write_refused;
    "upgradeable_refused", Upgradeable_refused; "upgrade_refused", Upgrade_refused ]

let duties =
  [ "owes_read_grant", Read_grant; "owes_write_grant", Write_grant;
    "owes_upgradeable_grant", Upgradeable_grant; "owes_upgrade_grant", Upgrade_grant ]

let rules =
  [ "cancelled_head_ends_phase", Cancelled_head_ends_phase;
    "cancelled_follower_ends_none", Cancelled_follower_ends_none;
    "pending_upgrade_keeps_phase", Pending_upgrade_keeps_phase;
    "upgrade_waits_for_batch", Upgrade_waits_for_batch;
    "pending_upgrade_holds_readers", Pending_upgrade_holds_readers;
    "lone_reader_yields_to_queue", Lone_reader_yields_to_queue ]

(* The canonical text of a state: sets in ascending order, the queue in order of arrival. *)
let letter = function Read -> "r" | Write -> "w" | Upgradeable -> "u"
let holder = function None -> "-" | Some t -> string_of_int t
let list open_ items close = open_ ^ String.concat "," items ^ close
let set ts = List.map string_of_int (List.sort_uniq compare ts)

let show s =
  let asks_to_read = List.filter (fun r -> r.wants = Read) s.queue in
  let in_queue r =
    string_of_int r.who ^ letter r.wants
    ^ if r.overtaken > 0 then "+" ^ string_of_int r.overtaken else "" in
  let asleep m =
    List.filter (fun (_, n) -> n = m) s.sleepers
    |> List.map fst |> set |> List.map (fun t -> t ^ letter m) in
  list "R{" (set s.readers) "}"
  ^ " W" ^ holder s.writer ^ (if s.depth > 1 then "x" ^ string_of_int s.depth else "")
  ^ " U" ^ holder s.upgradeable ^ (if s.pending then "!" else "")
  ^ list " waiting{" (set (s.waiting @ List.map (fun r -> r.who) asks_to_read)) "}"
  ^ list " batch{" (set s.batch) "}"
  ^ list " queue[" (List.map in_queue s.queue) "]"
  ^ list " condition{" (asleep Read @ asleep Write) "}"

(* FNV-1a, 64 bits, of one line. *)
let fnv1a line =
  let h = ref 0xcbf29ce484222325L in
  for i = 0 to String.length line - 1 do
    h := Int64.mul (Int64.logxor !h (Int64.of_int (Char.code (String.unsafe_get line i))))
           0x100000001b3L
  done;
  !h

type options = { mutable bound : int; mutable max_depth : int; mutable dropped : rule option;
                 mutable print : bool }

(* The usual hash looks at ten values of a state only. *)
module States = Hashtbl.Make (struct
  type t = state
  let equal = ( = )
  let hash = Hashtbl.hash_param 100 100
end)

(* edge label thread target, for each edge of the state. *)
let for_each_edge o strategy threads s edge =
  for t = 0 to threads - 1 do
    List.iter (fun (name, e) ->
        match step_without o.dropped strategy s e t with
        | Some s' when s'.depth <= o.max_depth -> edge name t s'
        | _ -> ()) events;
    List.iter (fun (name, r) ->
        if may_refuse o.dropped strategy s r t then edge name t s) refusals;
    List.iter (fun (name, grant) ->
        if owes o.dropped strategy s grant t then edge name t s) duties
  done

exception Order_counts of string

let explore o strategy threads =
  let met = States.create 100_000 and todo = Queue.create () in
  let sums = Hashtbl.create 100_000 in (* of the edges of a state, by its text *)
  let edges = ref 0 and hash = ref 0L in
  let visit s =
    if not (States.mem met s) then begin
      States.add met s ();
      Queue.add s todo
    end in
  visit init;
  while not (Queue.is_empty todo) do
    let s = Queue.pop todo in
    let source = show s and lines = ref [] in
    for_each_edge o strategy threads s (fun name t s' ->
        lines := Printf.sprintf "%s|%s %d|%s" source name t (show s') :: !lines;
        visit s');
    let sum = List.fold_left (fun h line -> Int64.add h (fnv1a line)) 0L !lines in
    match Hashtbl.find_opt sums source with
    | Some known ->
      if sum <> known then raise (Order_counts source)
    | None ->
      Hashtbl.add sums source sum;
      edges := !edges + List.length !lines;
      hash := Int64.add !hash sum;
      if o.print then List.iter print_endline !lines
  done;
  (Hashtbl.length sums, !edges, !hash)

let usage () =
  prerr_endline "usage: dump STRATEGY THREADS [--bound K] [--depth D] [--without RULE] [--edges]";
  exit 2

let () =
  let o = { bound = 2; max_depth = 2; dropped = None; print = false } in
  let rec parse = function
    | "--bound" :: k :: rest -> o.bound <- int_of_string k; parse rest
    | "--depth" :: d :: rest -> o.max_depth <- int_of_string d; parse rest
    | "--without" :: r :: rest -> o.dropped <- Some (List.assoc r rules); parse rest
    | "--edges" :: rest -> o.print <- true; parse rest
    | [] -> ()
    | _ -> usage () in
  match Array.to_list Sys.argv with
  | _ :: name :: threads :: rest ->
    (try parse rest with Not_found | Failure _ -> usage ());
    let strategy = match name with
      | "reader_preferring" -> Reader_preferring
      | "writer_preferring" -> Writer_preferring
      | "phase_fair" -> Phase_fair
      | "fifo" -> Fifo
      | "throughput" -> Throughput o.bound
      | _ -> usage () in
    (match explore o strategy (int_of_string threads) with
     | states, edges, hash ->
       Printf.printf "%s %s: %d states, %d edges, hash %016Lx\n" name threads states edges hash
     | exception Order_counts state ->
       Printf.printf "%s %s: the order within a set counts in %s\n" name threads state;
       exit 1)
  | _ -> usage ()
