(* The labelled state graph of the specification, from the table extracted out of Spec.v.

     dump STRATEGY THREADS [--bound K] [--depth D] [--without RULE] [--edges]

   Explores every state that the threads 0..THREADS-1 can reach (write depth at most D, default 2;
   the K of throughput, default 2) and prints "STRATEGY THREADS: S states, E edges, hash H". The format
   of states, edges and hash is described in README.md; whoever prints the same line from another
   table has shown both tables equal. --edges prints the edges too. *)
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

let rules =
  [ "cancelled_head_ends_phase", Cancelled_head_ends_phase;
    "cancelled_follower_ends_none", Cancelled_follower_ends_none;
    "pending_upgrade_keeps_phase", Pending_upgrade_keeps_phase;
    "upgrade_waits_for_batch", Upgrade_waits_for_batch;
    "pending_upgrade_holds_readers", Pending_upgrade_holds_readers;
    "read_to_write_yields", Read_to_write_yields ]

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

let explore o strategy threads =
  let seen = Hashtbl.create 100_000 and todo = Queue.create () in
  let states = ref 0 and edges = ref 0 and hash = ref 0L in
  let visit s text =
    if not (Hashtbl.mem seen text) then begin
      Hashtbl.add seen text ();
      incr states;
      Queue.add (s, text) todo
    end in
  let edge src name t dst =
    let line = Printf.sprintf "%s|%s %d|%s" src name t dst in
    incr edges;
    hash := Int64.add !hash (fnv1a line);
    if o.print then print_endline line in
  visit init (show init);
  while not (Queue.is_empty todo) do
    let s, src = Queue.pop todo in
    for t = 0 to threads - 1 do
      List.iter (fun (name, e) ->
          match step_without o.dropped strategy s e t with
          | Some s' when s'.depth <= o.max_depth ->
            let dst = show s' in
            edge src name t dst;
            visit s' dst
          | _ -> ()) events;
      List.iter (fun (name, r) ->
          if may_refuse o.dropped strategy s r t then edge src name t src) refusals
    done
  done;
  (!states, !edges, !hash)

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
    let states, edges, hash = explore o strategy (int_of_string threads) in
    Printf.printf "%s %s: %d states, %d edges, hash %016Lx\n" name threads states edges hash
  | _ -> usage ()
