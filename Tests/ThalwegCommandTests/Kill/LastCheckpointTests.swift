import Testing
import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension CommandTests {
  /// `last` names a whole checkpoint at all times, also while the same step is saved again.
  @Suite struct LastCheckpointTests {
    let folder: TemporaryFolder
    let run: RunFiles

    init() throws {
      folder = try TemporaryFolder()
      run = RunFiles(path: folder["run"])
    }

    /// A run of one epoch that was killed when it had saved nothing but its first state.
    private func killedAtStepZero() throws {
      while true {
        let process = try CommandProcess(
          SmallRun.words(epochs: 1, out: "run", set: ["data.made.steps=3000"]), in: folder.path)
        while process.isRunning && run.lastStep == nil {}
        process.send(SIGKILL)
        if try process.wait().end == .signal(SIGKILL) && run.lastStep == 0 { return }
        try Files.remove(run.path, recursively: true)
      }
    }

    /// No file may grow beyond 512 bytes: the system ends the process inside the first save.
    private func resumeWithoutRoom() throws -> CommandRun {
      try CommandProcess(
        ["train", "rc-gnn", "--resume", "run", "--json"], in: folder.path, shell: "ulimit -f 1"
      ).wait()
    }

    @Test func theFirstOneStaysUntilAnotherIsWhole() throws {
      try killedAtStepZero()
      #expect(try run.damage() == [])
      for _ in 0..<2 {
        #expect(try resumeWithoutRoom().end == .signal(SIGXFSZ))
        #expect(try run.damage() == [])
        #expect(try run.savedStep() == 0)
        #expect(try Files.list(run["checkpoints"]).contains { $0.hasPrefix(".saving-step-") })
      }
      #expect(try folder.run(["train", "rc-gnn", "--resume", "run"]).end == .exit(0))
      #expect(try run.damage() == [])
    }

    @Test func oneThatIsGoneIsNoReasonToBeginAnew() throws {
      #expect(try folder.run(SmallRun.words(out: "run")).end == .exit(0))
      let metrics = try Files.read(run["metrics.jsonl"])
      let last = try #require(Files.target(ofLink: run["checkpoints/last"]))
      try Files.remove(run["checkpoints/" + last], recursively: true)
      expectRefusal(
        try folder.run(["train", "rc-gnn", "--resume", "run", "--json"]), "checkpoints/last", last)
      #expect(try Files.read(run["metrics.jsonl"]) == metrics)
    }
  }
}
