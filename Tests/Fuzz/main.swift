import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// Attacks every reader with inputs that are drawn from a seed, and says what became of them.
//
// fuzz SEEDS_DIR STATE_FILE COUNT SEED [TARGET [INPUT]]: COUNT inputs for each target; with INPUT only
// that one, which is also written beside the state file. The number of the input at work stands in
// the state file, so that a crash or a hang names it. fuzz list SEEDS_DIR: the names of the targets.

let words = CommandLine.arguments
if words.count == 3 && words[1] == "list" {
  for target in try targets(words[2]) { print(target.name) }
  exit(0)
}
guard words.count >= 5, let count = Int(words[3]), let seed = UInt64(words[4]) else {
  print("usage: fuzz SEEDS_DIR STATE_FILE COUNT SEED [TARGET [INPUT]]")
  exit(2)
}
let run = Run(folder: words[1], state: words[2], seed: seed)
let only = words.count > 5 ? words[5] : nil
let input = words.count > 6 ? Int(words[6]) : nil
for (index, target) in try targets(words[1]).enumerated() where only == nil || only == target.name {
  run.attack(target, number: index, inputs: input.map { $0..<$0 + 1 } ?? 0..<count)
}
