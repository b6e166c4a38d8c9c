# For Scripts/tables: reads flat JSON objects, one a line.
#   awk -f Scripts/jsonl.awk -f Scripts/tables/NAME.awk Docs/.../samples.jsonl

# The number or the text that stands under `key` in this line; a missing key ends the program.
function field(key, found) {
  if (!match($0, "\"" key "\"[ ]*:[ ]*(\"([^\"\\\\]|\\\\.)*\"|[^,}\"]+)")) {
    print FILENAME ":" FNR ": no '" key "'" > "/dev/stderr"
    exit 1
  }
  found = substr($0, RSTART, RLENGTH)
  sub(/^"[^"]*"[ ]*:[ ]*/, "", found)
  if (sub(/^"/, "", found)) sub(/"$/, "", found)
  return found
}
