# Reads a workload a line, as Recorders/tests/overhead.py prints them.
function percent(key) { return sprintf("%.1f %%", 100 * field(key)) }

NR == 1 {
  print "| training, batch 32 | parameters | a step without it | it adds | of the step |" \
    " 95 % interval | at the median | 3 % | on a step that looks at all | bytes a step |"
  print "|---|--:|--:|--:|--:|--:|--:|---|--:|--:|"
}

{
  # Where the aim lies within the interval, the measurement does not tell.
  meets = field("overhead_high") <= 0.03 ? "met" : field("overhead_low") > 0.03 ? "missed" : "open"
  printf "| %s | %.1f million in %d | %.1f ms | %.2f ms | %s | %s to %s | %s | %s | %s | %d |\n",
    field("workload"), field("parameters") / 1e6, field("tensors"), field("step_milliseconds"),
    field("overhead_milliseconds"), percent("overhead"), percent("overhead_low"),
    percent("overhead_high"), percent("overhead_median"), meets, percent("overhead_exact_step"),
    field("bytes_per_step")
  if (rounds == "" || field("rounds") + 0 < rounds) rounds = field("rounds") + 0
  if (field("load") + 0 > load) load = field("load") + 0
  cpu = field("cpu"); torch = field("torch"); threads = field("threads")
  steps = field("steps"); quantile = 100 * field("quantile")
}

END {
  printf "\nPyTorch %s, %d threads on an %s, load up to %.1f; steps at the %d %% quantile of %d", torch,
    threads, cpu, load, quantile, rounds * steps
  print " or more a kind."
}
