# Sourced by check and events, from the directory $here: how a line of expected.tsv becomes a
# Promela program.
# shellcheck shell=bash disable=SC2154

# Letters of the column "processes": small ones may give up while they wait.
declare -A kind=([R]=READERS [W]=WRITERS [U]=UPGRADERS [r]=TIMED_READERS [w]=TIMED_WRITERS
  [u]=TIMED_UPGRADERS [C]=CYCLERS [G]=GENERALISTS)

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
    echo "-D${kind[${group: -1}]}=${group%?}"
  done
}

# roles PROCESSES: a letter for each process, in the order of their numbers.
roles() {
  local letter
  for letter in R W U r w u C G; do
    tr + '\n' <<<"$1" | sed -n "s/^\([0-9]*\)$letter\$/\1/p" |
      while read -r n; do printf "$letter %.0s" $(seq "$n"); done
  done
}

# queued MODEL: the kinds that stand in its queue; all others wait in no order.
queued() {
  case $1 in
  textbook/*) ;;
  fifo | throughput*) echo rwu ;;
  *) echo wu ;;
  esac
}
