# Reads a workload a line, as Recorders/tests/overhead.py prints them.
function percent(key) { return sprintf("%.1f %%", 100 * field(key)) }

NR == 1 {
  print "| step, batch 32 | parameters | threads | a step without it | it adds | quartiles of the pairs |" \
    " on a step that looks at all | bytes a step |"
  print "|---|--:|--:|--:|--:|--:|--:|--:|"
}

{
  printf "| %s | %.1f million in %d | %d | %.1f ms | %s | %s to %s | %s | %d |\n", field("workload"),
    field("parameters") / 1e6, field("tensors"), field("threads"), field("step_milliseconds"),
    percent("overhead"), percent("overhead_low"), percent("overhead_high"),
    percent("overhead_exact_step"), field("bytes_per_step")
  if (pairs == "" || field("pairs") < pairs) pairs = field("pairs")
  cpu = field("cpu")
  torch = field("torch")
}

END {
  printf "\nPyTorch %s on an %s; %d pairs of blocks or more a row.\n", torch, cpu, pairs
}
