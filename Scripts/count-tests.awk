# Reads the event stream of `swift test`: which tests ran, which were skipped and why.
# A test that was cancelled, in whole or in one of its cases, counts as skipped.

# The JSON string that follows `key` in the line, quotes and escapes taken off.
function text(key, found) {
  if (!match($0, "\"" key "\":\\[?\"([^\"\\\\]|\\\\.)*\"")) return ""
  found = substr($0, RSTART, RLENGTH)
  sub(/^"[^"]*":\[?"/, "", found)
  sub(/"$/, "", found)
  gsub(/\\n/, " ", found)
  gsub(/\\\//, "/", found)
  gsub(/\\"/, "\"", found)
  return found
}

# The id of a test function ends with its place in the file; that of a suite does not.
function test_name(id) {
  id = text("testID")
  return sub(/\/[^\/]*:[0-9]+:[0-9]+$/, "", id) ? id : ""
}

/"kind":"testStarted"/ {
  name = test_name()
  if (name != "") started[name] = 1
}

/"kind":"testEnded"/ {
  name = test_name()
  if (name == "") next
  ended[name] = 1
  if ($0 ~ /"symbol":"fail"/) print "failed " name
}

/"kind":"(testSkipped|testCancelled|testCaseCancelled)"/ {
  name = test_name()
  if (name == "" || name in reason) next
  reason[name] = text("_?comments")
  if (reason[name] == "") reason[name] = "no reason given"
}

END {
  # A crash leaves tests open: one of them is the culprit.
  for (name in started) if (!(name in ended)) print "unfinished " name | "sort"
  for (name in ended) if (!(name in reason)) ran++
  for (name in reason) {
    skipped++
    if (strict == "1" || (strict == "data" && reason[name] ~ /[Rr]eal data/)) refused++
    print "skipped " name ": " reason[name] | "sort"
  }
  close("sort")
  if (!ran) print "no test ran: that is a failure"
  if (refused) print refused + 0 " of the skipped are failures (STRICT=" strict ")"
  print ran + 0 " ran, " skipped + 0 " skipped"
  exit !ran || refused
}
