(** The table as OCaml, for [dump.ml]. Naturals become machine integers. *)
Require Import Spec Extraction ExtrOcamlBasic ExtrOcamlNatInt.
Extraction "spec.ml" init step_without owes may_refuse.
