# Reads one mutant a line: operation, operand, mutation, found. A cell counts the operands for which the
# mutant was caught; e stands for equivalent ones, ESCAPED for those that no check has seen.
{
  operation = field("operation")
  mutation = field("mutation")
  found = field("found")
  if (!(operation in seen)) { order[++operations] = operation; seen[operation] = 1 }
  column = field("operand") < 0 ? "by hand" : mutation
  count[operation, column, found]++
  total[found]++
  if (field("by_figures") == "true") figures++
  if (field("by_differences") == "true") differences++
  if (found == "equivalent") same[operation] = same[operation] ", " mutation
  if (found == "escaped") {
    escaped = escaped (escaped ? "; " : "") operation ", operand " field("operand") ", " mutation
  }
}

function cell(operation, column, text) {
  text = ""
  if (count[operation, column, "caught"]) text = count[operation, column, "caught"]
  if (count[operation, column, "equivalent"])
    text = text (text ? " + " : "") count[operation, column, "equivalent"] " e"
  if (count[operation, column, "escaped"])
    text = text (text ? " + " : "") count[operation, column, "escaped"] " ESCAPED"
  return text
}

END {
  columns = split("times 2|times 1.01|sign|reversed|transposed|missing term|missing sum|by hand",
    names, "|")
  head = "| operation |"
  rule = "|---|"
  for (i = 1; i <= columns; i++) { head = head " " names[i] " |"; rule = rule "--:|" }
  print head
  print rule
  for (row = 1; row <= operations; row++) {
    line = "| `" order[row] "` |"
    for (i = 1; i <= columns; i++) line = line " " cell(order[row], names[i]) " |"
    print line
  }
  print ""
  real = total["caught"] + total["escaped"]
  printf "%d wrong derivatives of %d operations, %d caught (%.1f %%): %d by figures, %d by central " \
    "differences. ", real, operations, total["caught"], 100 * total["caught"] / real, figures,
    differences
  printf "%d more change no gradient in any case (e).\n", total["equivalent"]
  if (escaped) print "Escaped: " escaped "."
}
