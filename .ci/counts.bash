# Sourced by the scripts that run tests: they agree on the line "N passed, N failed".

# count LOG STATUS: sets p and f from the last such line of the log. A run without one counts as a
# single test; one that failed counts at least one failure, whatever it says.
count() {
  local pattern='^([0-9]+) passed, ([0-9]+) failed$'
  p=0 f=0
  if [[ $(grep -aE "$pattern" "$1" | tail -n 1) =~ $pattern ]]; then
    p=${BASH_REMATCH[1]} f=${BASH_REMATCH[2]}
  elif [ "$2" -eq 0 ]; then
    p=1
  fi
  if [ "$2" -ne 0 ] && [ "$f" -eq 0 ]; then
    f=1
  fi
}
