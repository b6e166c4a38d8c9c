# Reads what Scripts/fuzz keeps: a line for each target, then one for each folder of sources.
function share(of, all) { return sprintf("%.0f %%", 100 * of / all) }

NR == 1 && part == "targets" {
  print "| target | inputs | past the container | read | refused | slowest, ms | peak, MB |"
  print "|---|--:|--:|--:|--:|--:|--:|"
}

NR == 1 && part == "folders" {
  print "| folder | lines | of them ran |"
  print "|---|--:|--:|"
}

/^{"target"/ {
  inputs = field("inputs")
  all += inputs
  past += field("past_container")
  if (part != "targets") next
  printf "| `%s` | %d | %s | %s | %s | %d | %d |\n", field("target"), inputs,
    share(field("past_container"), inputs), share(field("taken"), inputs),
    share(field("refused"), inputs), field("slowest_milliseconds"), field("peak_megabytes")
}

/^{"folder"/ {
  lines += field("lines")
  covered += field("covered")
  if (part != "folders") next
  printf "| `%s` | %d | %s |\n", field("folder"), field("lines"),
    share(field("covered"), field("lines"))
}

END {
  if (part == "targets") printf "\n%d inputs, %s of them past the container.\n", all, share(past, all)
  if (part == "folders") printf "\n%d lines, of which %s ran.\n", lines, share(covered, lines)
}
