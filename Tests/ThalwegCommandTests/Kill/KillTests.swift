import Testing
import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension CommandTests {
  /// `make kill-test` runs these and keeps the table.
  @Suite struct KillTests {
    /// THALWEG_KILLS asks for another number of kills, THALWEG_KILL_RESULTS keeps them in a file.
    @Test func killedRunsEndAsTheUndisturbedOne() throws {
      let wanted = KillReport.variable("THALWEG_KILLS").flatMap { Int($0) } ?? 50
      let seed: UInt64 = 20_240_607
      let harness = try KillHarness(seed: seed)
      try harness.run(kills: wanted)
      let report = KillReport(harness: harness, seed: seed)
      for line in report.lines { print(line) }
      #expect(harness.kills.count >= wanted)
      #expect(harness.killsInsideSaves >= wanted / 5)
      #expect(harness.damage.isEmpty)
      for run in harness.runs {
        #expect(run.differences.isEmpty, "run \(run.number)")
        #expect(run.stepsAreWhole, "run \(run.number)")
      }
      #expect(try harness.folder.names() == ["reference"])
      if let path = KillReport.variable("THALWEG_KILL_RESULTS") { try report.write(to: path) }
    }
  }

  /// Damage done on purpose: what the kill test looks at would show it.
  @Suite struct KillHarnessTests {
    let folder: TemporaryFolder
    let reference: RunFiles
    let stopped: RunFiles

    /// An undisturbed run, and one that stands in the middle.
    init() throws {
      folder = try TemporaryFolder()
      reference = RunFiles(path: folder["reference"])
      stopped = RunFiles(path: folder["stopped"])
      let set = ["checkpoint.every_steps=5"]
      let run = try folder.run(SmallRun.words(epochs: 4, out: "reference", set: set))
      try #require(run.end == .exit(0), "\(run.error)")
      while true {
        let process = try CommandProcess(
          SmallRun.words(epochs: 4, out: "stopped", set: set), in: folder.path)
        while process.isRunning && (try? stopped.savedStep() ?? 0) ?? 0 < 30 {}
        process.send(SIGKILL)
        // It may have been through before the signal came.
        if try process.wait().end == .signal(SIGKILL) { return }
        try Files.remove(stopped.path, recursively: true)
      }
    }

    private func resume() throws -> CommandRun {
      try folder.run(["train", "rc-gnn", "--resume", "stopped"])
    }

    private func damage(_ name: String, _ change: (inout [UInt8]) -> Void) throws {
      var bytes = try Files.read(stopped[name])
      change(&bytes)
      try Files.writeDurably(stopped[name], bytes)
    }

    @Test func linesBehindTheSavedLengthAreCut() throws {
      try damage("metrics.jsonl") { $0 += Array("{\"kind\":\"step\",\"step\":7}\n{\"torn".utf8) }
      #expect(try resume().end == .exit(0))
      #expect(try stopped.differences(from: reference) == [])
      #expect(try stopped.numbers("step") == Array(1...96))
    }

    @Test func aChangedByteOfTheModelShowsInTheEnd() throws {
      try damage("checkpoints/last/model.safetensors") { $0[$0.count - 3] ^= 0x10 }
      #expect(try stopped.damage() == [])
      #expect(try resume().end == .exit(0))
      let differences = try stopped.differences(from: reference)
      for name in ["model.safetensors", "optimizer.safetensors"] {
        #expect(differences.contains("checkpoints/last/" + name))
      }
      #expect(differences.contains("metrics.jsonl"))
      #expect(differences.contains("training_log.json"))
    }

    @Test func aChangedByteOfTheOptimizerShowsInTheEnd() throws {
      try damage("checkpoints/last/optimizer.safetensors") { $0[$0.count - 3] ^= 0x10 }
      #expect(try resume().end == .exit(0))
      #expect(
        try stopped.differences(from: reference).contains("checkpoints/last/model.safetensors"))
    }

    @Test func aLineTwiceIsNoticed() throws {
      #expect(try resume().end == .exit(0))
      try damage("metrics.jsonl") { $0 += $0[..<($0.firstIndex(of: 10).map { $0 + 1 } ?? 0)] }
      #expect(try stopped.differences(from: reference) == ["metrics.jsonl"])
      #expect(try stopped.numbers("step") == Array(1...96) + [1])
    }

    @Test func aTornCheckpointIsNoticed() throws {
      #expect(try stopped.damage() == [])
      try damage("checkpoints/last/model.safetensors") { $0.removeLast(8) }
      #expect(try stopped.damage().count == 1)
      let last = try #require(Files.target(ofLink: stopped["checkpoints/last"]))
      try Files.remove(stopped["checkpoints/" + last], recursively: true)
      #expect(try stopped.damage().contains("last leads nowhere"))
    }
  }
}
