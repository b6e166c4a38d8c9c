import Testing
import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Kills training runs from outside, resumes them, and compares their ends with an undisturbed one.
final class KillHarness {
  static let epochs = 16
  static let stepsOfEpoch = 24
  static let steps = epochs * stepsOfEpoch

  let folder: TemporaryFolder
  let reference: RunFiles
  let referenceSeconds: Double
  /// What a whole run takes, corrected by every one that is not killed: disks have moods.
  private var seconds: Double
  private(set) var kills: [KillRecord] = []
  private(set) var runs: [KilledRun] = []
  private(set) var damage: [String] = []
  private var random: SplitMix64

  init(seed: UInt64) throws {
    random = SplitMix64(state: seed)
    folder = try TemporaryFolder()
    reference = RunFiles(path: folder["reference"])
    let start = ContinuousClock.now
    let run = try folder.run(KillHarness.words(out: "reference"))
    referenceSeconds = (ContinuousClock.now - start) / .seconds(1)
    seconds = referenceSeconds
    try #require(run.end == .exit(0), "\(run.error)")
  }

  static func words(out: String) -> [String] {
    SmallRun.words(epochs: epochs, out: out, set: ["checkpoint.every_steps=5"])
  }

  var killsInsideSaves: Int { kills.count { $0.aside != nil } }

  /// Goes on until there are as many kills as wanted, and a fifth as many proven inside saves.
  func run(kills wanted: Int) throws {
    let inside = (wanted + 4) / 5
    while kills.count < wanted || killsInsideSaves < inside {
      try killOneRun()
      // Hardly any kill hits its mark any more, or none ever did.
      if runs.count > 20 + 2 * wanted { return }
    }
  }

  /// One run from its start to its end, killed a few times on the way.
  private func killOneRun() throws {
    let number = runs.count + 1
    let name = "run-\(number)"
    let files = RunFiles(path: folder[name])
    var left = Int(random.next() % 8) + 1
    while true {
      let words =
        files.exists ? ["train", "rc-gnn", "--resume", name] : KillHarness.words(out: name)
      if left == 0 {
        let run = try folder.run(words)
        if run.end != .exit(0) { damage.append("\(name) ended with \(run.end): \(run.error)") }
        break
      }
      let wasKilled = try kill(words, files, number)
      if !wasKilled { break }
      left -= 1
    }
    let steps = try files.numbers("step")
    let epochs = try files.numbers("epoch")
    runs.append(
      KilledRun(
        number: number, differences: try files.differences(from: reference),
        stepsAreWhole: steps == Array(1...KillHarness.steps)
          && epochs == Array(1...KillHarness.epochs)))
    try Files.remove(files.path, recursively: true)
  }

  /// - Returns: false where the process ended before it was killed.
  private func kill(_ words: [String], _ files: RunFiles, _ number: Int) throws -> Bool {
    let isEarly = !files.exists && random.unit() < 0.3
    let aim: KillRecord.Aim =
      isEarly ? .start : [.moment, .save, .moment, .turn][kills.count % 4]
    let checkpoints = files["checkpoints"]
    let before = SavingFolder(in: checkpoints)
    let left = 1 - Double((try? files.savedStep()) ?? 0) / Double(KillHarness.steps)
    let delay = random.unit() * (isEarly ? 0.02 : seconds * left * (aim == .moment ? 1 : 0.7))
    let lag = random.unit() * 0.001
    let start = ContinuousClock.now
    let process = try CommandProcess(words, in: folder.path)
    usleep(UInt32(delay * 1e6))
    switch aim {
    case .start, .moment: break
    case .save:
      var seen = SavingFolder(in: checkpoints)
      while process.isRunning && (seen == nil || seen == before) {
        seen = SavingFolder(in: checkpoints)
      }
      // Some at once, some a little later, so that all parts of a save are hit.
      if lag > 0.0003 { usleep(UInt32(lag * 1e6)) }
    case .turn:
      let old = files.lastStep
      while process.isRunning && (files.lastStep == old || !endsEpoch(files.lastStep)) {}
    }
    process.send(SIGKILL)
    let run = try process.wait()
    let lasted = (ContinuousClock.now - start) / .seconds(1)
    if run.end != .signal(SIGKILL) {
      if run.end != .exit(0) { damage.append("run-\(number): \(run.end), \(run.error)") }
      if left > 0.5 { seconds = min(lasted / left, referenceSeconds) }
      return false
    }
    let after = SavingFolder(in: checkpoints).flatMap { $0 == before ? nil : $0 }
    let found = files.exists ? try files.damage() : []
    damage += found.map { "run-\(number) at \(lasted) s: \($0)" }
    kills.append(
      KillRecord(
        run: number, aim: aim, seconds: lasted, hasFolder: files.exists,
        savedStep: try? files.savedStep(),
        aside: try after.map { try Files.list(checkpoints + "/" + $0.name) }))
    return true
  }

  private func endsEpoch(_ step: Int?) -> Bool {
    step.map { $0 > 0 && $0 % KillHarness.stepsOfEpoch == 0 } ?? false
  }
}
