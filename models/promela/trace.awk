# Draws a run of Spin for people, in the layout of the explorer's traces: a lane for each thread,
# time downward, the prefix once, the cycle boxed.
#   where     first line                 roles     of the threads, for example "R R W"
#   queued    kinds that stand in the queue ("wu"); all others wait in no order
#   problem   what is wrong with the last state of a run that has no cycle

function enter(t, kind) { inside[t] = kind; delete waits[t]; phase[t] = "#" }

function leave(t) { delete inside[t]; delete waits[t]; phase[t] = "." }

function ask(t, kind) { waits[t] = kind; since[t] = ++clock; phase[t] = "t" }

# What each event does to the threads; whether it may happen is for the model to say.
function happen(event, t,   words, pending) {
  split(event, words, "_")
  pending = event == "upgrade_request"
  if (event == "write_reenter") ++depth[t]
  else if (event == "write_release" && depth[t] > 0) --depth[t]
  else if (pending) { upgrading[t] = 1; phase[t] = "t" }
  else if (event == "upgrade_cancel") { delete upgrading[t]; phase[t] = "#" }
  else if (event == "upgrade_grant") { delete upgrading[t]; enter(t, "w") }
  else if (words[2] == "request") ask(t, kind_of[words[1]])
  else if (words[2] == "grant") enter(t, kind_of[words[1]])
  else if (words[2] == "to") enter(t, kind_of[words[3]])
  else if (event == "condition_wait") { on_condition[t] = inside[t]; leave(t) }
  else if (event == "notify") { ask(t, on_condition[t]); delete on_condition[t] }
  else leave(t)
}

function list(name, text) { return text == "" ? "" : " " name text }

function members(set, kind,   t, text) {
  for (t = 0; t < threads; ++t)
    if (t in set && set[t] == kind)
      text = text (text == "" ? "" : ",") t (t in upgrading ? "!" : "")
  return text
}

# Those who wait beside the queue have no order, so they are told by number.
function waiting(   t, text) {
  for (t = 0; t < threads; ++t)
    if (t in waits && index(queued, waits[t]) == 0)
      text = text (text == "" ? "" : ",") t waits[t]
  return text
}

function queue(   i, t, text) {
  for (i = 1; i <= clock; ++i)
    for (t in waits)
      if (since[t] == i && index(queued, waits[t]) > 0)
        text = text (text == "" ? "" : ",") t waits[t]
  return text
}

function braced(text, open, close_) { return text == "" ? "" : open text close_ }

function lock_state() {
  return list("R", braced(members(inside, "r"), "{", "}")) list("W", members(inside, "w")) \
    list("U", members(inside, "u")) list("waiting", braced(waiting(), "{", "}")) \
    list("queue", braced(queue(), "[", "]")) \
    list("condition", braced(members(on_condition, "r") members(on_condition, "w"), "{", "}"))
}

# The model prints a set of threads as the number whose bits they are: batch{5} is batch{0,2}.
function with_members(text,   number, t, names) {
  if (!match(text, /\{[0-9]+\}/)) return text
  number = substr(text, RSTART + 1, RLENGTH - 2) + 0
  for (t = 0; number > 0; ++t) {
    if (number % 2 == 1) names = names (names == "" ? "" : ",") t
    number = int(number / 2)
  }
  return names == "" ? "" : substr(text, 1, RSTART) names substr(text, RSTART + RLENGTH - 1)
}

function lanes(i,   t, text) {
  for (t = 0; t < threads; ++t)
    text = text sprintf(t == thread[i] ? "[%s] " : " %s  ", phase_at[i, t])
  return text
}

function times(n) { return n " time" (n == 1 ? "" : "s") }

# How often the thread does such a step in a lap of the cycle.
function count(t, pattern,   i, n) {
  for (i = cycle; i <= steps; ++i) n += thread[i] == t && event[i] ~ pattern
  return n + 0
}

function count_of_others(t, pattern,   other, n) {
  for (other = 0; other < threads; ++other)
    if (other != t) n += count(other, pattern)
  return n + 0
}

function stands_still(t,   i) {
  for (i = cycle; i <= steps; ++i)
    if (phase_at[i, t] != phase_at[steps, t]) return 0
  return 1
}

function waits_for_ever(t) { return stands_still(t) && phase_at[steps, t] == "t" }

function in_a_lap(t) {
  if (count(t, GRANT) > 0) return "enters " times(count(t, GRANT))
  if (waits_for_ever(t)) return "is trying all the time, bypassed " times(count_of_others(t, GRANT))
  if (stands_still(t)) return phase_at[steps, t] == "#" ? "is inside all the time" : "stays away"
  return "does not enter, gives up " times(count(t, GIVING_UP))
}

function joined(names, name) { return names (names == "" ? "" : " and ") name }

function verb(names, one, many) {
  return names == "" ? "" : names " " (names ~ / and / ? many : one)
}

function headline(   t, name, victims, enter_, give_up) {
  if (cycle > steps) return problem
  for (t = 0; t < threads; ++t) {
    name = role[t + 1] t
    if (waits_for_ever(t)) victims = joined(victims, name)
    else if (count(t, GRANT) > 0) enter_ = joined(enter_, name)
    else if (count(t, GIVING_UP) > 0) give_up = joined(give_up, name)
  }
  enter_ = verb(enter_, "comes and goes", "come and go")
  give_up = verb(give_up, "gives up", "give up")
  return verb(victims, "waits", "wait") " for ever while " \
    enter_ (enter_ != "" && give_up != "" ? " and " : "") give_up
}

function alike(i, j,   t) {
  for (t = 0; t < threads; ++t)
    if (phase_at[i, t] != phase_at[j, t]) return 0
  return state[i] == state[j]
}

# A cycle begins in the state that it ends in. Spin marks that state, or one that comes soon after.
function find_begin() {
  while (cycle > 0 && !alike(cycle - 1, steps)) --cycle
  if (cycle > 0) return
  print "trace.awk: this is no cycle: " where > "/dev/stderr"
  exit 1
}

# Fairness makes Spin go round more than once: one lap is enough.
function fold(   lap, i) {
  for (lap = 1; lap <= steps - cycle + 1; ++lap) {
    if ((steps - cycle + 1) % lap != 0) continue
    for (i = cycle; i + lap <= steps && look[i] == look[i + lap]; ++i);
    if (i + lap > steps) { steps = cycle + lap - 1; return }
  }
}

function rule(text) { print "+--- " text " ----------------------------------------" }

BEGIN {
  threads = split(roles, role, " ")
  kind_of["read"] = "r"; kind_of["write"] = "w"; kind_of["upgradeable"] = "u"
  for (t = 0; t < threads; ++t) phase[t] = phase_at[0, t] = "."
  cycle = 1e9 # none yet
  GRANT = "_grant$"; GIVING_UP = "cancel$"
}

/START OF CYCLE/ { cycle = steps + 1 }

/^[a-z_]+ [0-9]+$/ {
  event[++steps] = $1; thread[steps] = $2
  happen($1, $2)
  for (t = 0; t < threads; ++t) phase_at[steps, t] = phase[t]
  state[steps] = lock_state()
}

/^  [a-z_]+[{=]/ && steps > 0 {
  told = with_members($1)
  if (told != "") state[steps] = state[steps] " " told
}

END {
  for (i = 1; i <= steps; ++i) look[i] = event[i] lanes(i) state[i]
  if (cycle <= steps) { find_begin(); fold() }
  print where
  print headline()
  print ""
  printf " step  "
  for (t = 0; t < threads; ++t) printf " %-3s", "T" t
  print " event                 lock"
  for (i = 1; i <= steps; ++i) {
    if (i == cycle) rule("from here the steps repeat for ever")
    printf "%s%4d  %s %-20s %s\n", (i >= cycle ? "|" : " "), i, lanes(i), event[i],
      (state[i] == "" ? " free" : state[i])
  }
  if (cycle > steps) exit
  rule("back to step " cycle ": one lap")
  for (t = 0; t < threads; ++t) print "  T" t " (" role[t + 1] ") " in_a_lap(t)
}
