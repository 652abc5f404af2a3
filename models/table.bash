# Sourced by the parts of `make models`: their rows are rows of one table.
# A row is a line, its columns a tab apart: model or theorem, processes, verdict, expected, states,
# seconds of the processor, property.
# shellcheck shell=bash
layout='%-33s %-17s %-9s %-9s %9s %8s  %s\n'

# shellcheck disable=SC2059 # the layout is ours
table_head() {
  printf "$layout" 'model or theorem' processes verdict expected states 'cpu s' property
}

# table FILE: prints the rows that come in, and keeps them in the file.
# shellcheck disable=SC2059
table() {
  local model processes verdict expected states seconds property
  tee "$1" | while IFS=$'\t' read -r model processes verdict expected states seconds property; do
    [ "$verdict" = "$expected" ] || property="NOT AS EXPECTED: $property"
    printf "$layout" "$model" "$processes" "$verdict" "$expected" "$states" "$seconds" "$property"
  done
}

# table_end FILE ROWS: counts what is as expected. A row that is missing has failed as well.
table_end() {
  local passed failed
  passed=$(awk -F '\t' '$3 != "" && $3 == $4' "$1" | wc -l)
  failed=$(($2 - passed))
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
