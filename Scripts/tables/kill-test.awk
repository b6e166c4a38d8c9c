# Reads lines of three kinds: about the test, one kill, the end of one run.
/^\{"commit":/ {
  commit = field("commit"); cpu = field("cpu"); seed = field("seed"); steps = field("steps")
}

/^\{"run":/ {
  kills++
  aim = field("aim")
  by[aim]++
  if (field("inside_save") == "true") inside[aim]++
  else if (field("run_folder") == "false") before_folder[aim]++
  else if (field("saved_step") == "null") before_save[aim]++
  else between[aim]++
}

/^\{"ended_run":/ {
  runs++
  if (field("identical") == "true") identical++
  if (field("steps_whole") == "true") whole++
}

function row(name, text) {
  if (!by[name]) return
  printf "| %s | %d | %d | %d | %d | %d |\n", text, by[name], inside[name], between[name],
    before_save[name], before_folder[name]
  total["by"] += by[name]
  total["inside"] += inside[name]
  total["between"] += between[name]
  total["before_save"] += before_save[name]
  total["before_folder"] += before_folder[name]
}

END {
  print "| SIGKILL sent | kills | inside a save | between saves | before the first checkpoint |" \
    " before the run folder |"
  print "|---|--:|--:|--:|--:|--:|"
  row("moment", "at a random moment")
  row("start", "soon after the start")
  row("save", "when a folder written aside was seen")
  row("turn", "when `last` had turned at the end of an epoch")
  printf "| all | %d | %d | %d | %d | %d |\n", total["by"], total["inside"], total["between"],
    total["before_save"], total["before_folder"]
  print ""
  printf "%d runs of %d steps took the %d kills and were resumed until they ended. ", runs, steps,
    kills
  printf "%d of %d ended bit-identical to the undisturbed run; in %d of %d every step stands in ",
    identical, runs, whole, runs
  print "`metrics.jsonl` exactly once."
  printf "Commit %s, %s, seed %s.\n", commit, cpu, seed
}
