# Sourced by check and events, from the directory $here: how a line of expected.tsv becomes a
# Promela program.
# shellcheck shell=bash disable=SC2154

# Letters of the column "processes": small ones may give up while they wait.
declare -A kind=([R]=READERS [W]=WRITERS [U]=UPGRADERS [r]=TIMED_READERS [w]=TIMED_WRITERS
  [u]=TIMED_UPGRADERS [C]=CYCLERS [T]=TURNERS [G]=GENERALISTS)

# model_file MODEL: a textbook monitor is a file of its own, a strategy a row of the specification.
model_file() {
  case $1 in
  textbook/*) echo "$here/$1.pml" ;;
  *) echo "$here/specification.pml" ;;
  esac
}

# model_flags MODEL DROPPED PROCESSES, for example "throughput(2)" - 2R+1W+1u
model_flags() {
  local group groups
  case $1 in
  textbook/*) ;;
  *'('*')') echo "-DSTRATEGY=${1%(*}" "-DBYPASS_BOUND=$(tr -dc 0-9 <<<"$1")" ;;
  *) echo "-DSTRATEGY=$1" ;;
  esac
  [ "$2" = - ] || echo "-DDROPPED=$2"
  IFS=+ read -ra groups <<<"$3"
  for group in "${groups[@]}"; do
    [[ $group =~ ^[1-9][0-9]*[RWUrwuCTG]$ ]] ||
      { echo "models/promela: \"$group\" in \"$3\" of $1: no number and kind" >&2; exit 2; }
    echo "-D${kind[${group: -1}]}=${group%?}"
  done
}

# table_arguments MODEL DROPPED: the table of build/oracle. It has none for the monitors, nor one
# without the rule that everybody knows.
table_arguments() {
  case "$1 $2" in
  textbook/* | *' write_waits_for_readers') echo none ;;
  *)
    echo "${1%(*}"
    [[ $1 != *'('* ]] || echo "--bound=$(tr -dc 0-9 <<<"$1")"
    [ "$2" = - ] || echo "--without=$2"
    ;;
  esac
}
