import Testing
import ThalwegFormats

extension CommandTests {
  /// Runs that do harm to themselves or to what lies beside them.
  @Suite struct HarmTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func anEpochWithoutAStepIsDivergence() throws {
      let run = try folder.run(
        SmallRun.words(
          epochs: 5, out: "run",
          set: [
            "optimizer.rule=sgd", "optimizer.learning_rate=1000000", "optimizer.clip_norm=null",
          ]))
      #expect(run.end == .exit(3), "\(run.error)")
      let summary = try RunFiles(path: folder["run"]).json("training_summary.json")
      #expect(summary["epochs"]?.int ?? 5 < 5)
      #expect(run.error.contains("refused"))
      let metrics = try Files.read(folder["run/metrics.jsonl"])
      #expect(try folder.run(["train", "rc-gnn", "--resume", "run"]).end == .exit(3))
      #expect(try Files.read(folder["run/metrics.jsonl"]) == metrics)
    }

    @Test func aFolderInUseIsRefused() throws {
      let first = SmallRun.words(epochs: 100_000, out: "run", set: ["data.made.steps=2000"])
      let running = try CommandProcess(first, in: folder.path)
      while !Files.exists(folder["run/checkpoints/last"]) {
        #expect(running.isRunning)
        if !running.isRunning { return }
      }
      let second = try folder.run(["train", "rc-gnn", "--resume", "run"])
      #expect(second.end == .exit(2), "\(second.error)")
      #expect(second.error.contains("another process is at work in it"))
    }

    @Test func aMissingLinkIsNotTheBeginning() throws {
      #expect(try folder.run(SmallRun.words(out: "run")).end == .exit(0))
      let metrics = try Files.read(folder["run/metrics.jsonl"])
      try Files.remove(folder["run/checkpoints/last"])
      let run = try folder.run(["train", "rc-gnn", "--resume", "run"])
      expectRefusal(run, "the link is gone", isFirst: false)
      #expect(try Files.read(folder["run/metrics.jsonl"]) == metrics)
    }

    /// What a kill between the two links of the first save leaves.
    @Test func theFirstCheckpointWithoutALinkIsTheBeginning() throws {
      #expect(try folder.run(SmallRun.words(out: "whole")).end == .exit(0))
      #expect(try folder.run(SmallRun.words(out: "run")).end == .exit(0))
      let checkpoints = folder["run/checkpoints"]
      for name in try Files.list(checkpoints) {
        try Files.remove(checkpoints + "/" + name, recursively: true)
      }
      try Files.makeDirectory(checkpoints + "/step-000000")
      let run = try folder.run(["train", "rc-gnn", "--resume", "run"])
      #expect(run.end == .exit(0), "\(run.error)")
      #expect(
        try Files.read(folder["run/metrics.jsonl"])
          == Files.read(folder["whole/metrics.jsonl"]))
    }

    @Test func whatTheUserPutsBesideCheckpointsStays() throws {
      #expect(try folder.run(SmallRun.words(epochs: 1, out: "run")).end == .exit(0))
      try Files.makeDirectory(folder["run/checkpoints/mine"])
      let path = folder["run/config.yaml"]
      let text = String(decoding: try Files.read(path), as: UTF8.self)
      try Files.writeDurably(
        path,
        Array(
          text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.hasPrefix("epochs:") ? "epochs: 2" : $0
          }.joined(separator: "\n").utf8))
      let run = try folder.run(["train", "rc-gnn", "--resume", "run"])
      #expect(run.end == .exit(0), "\(run.error)")
      #expect(Files.isDirectory(folder["run/checkpoints/mine"]))
    }

    @Test(arguments: ["../escaped", "a/b", ".hidden", ""])
    func namesThatLeaveTheFolderAreRefused(_ name: String) throws {
      let run = try folder.run(["train", "rc-gnn", "--set", "name='\(name)'"])
      expectRefusal(run, "'name'")
      #expect(try folder.names().isEmpty)
    }

    @Test(.enabled(if: Files.exists("/dev/full"), "no /dev/full"))
    func resultsThatCannotBeWrittenAreAFailure() throws {
      let run = try CommandProcess(
        ["audit", "rc-gnn", "--json"], in: folder.path, shell: "exec >/dev/full"
      ).wait()
      #expect(run.end == .exit(1), "\(run.error)")
      #expect(run.error.contains("standard output: cannot be written"))
    }

    @Test func settingsOfTheOtherModelAreRefused() throws {
      for key in ["loss.acyclicity", "loss.disentanglement"] {
        expectRefusal(try folder.run(["train", "rc-gnn", "--set", "\(key)=5"]), key)
      }
      expectRefusal(try folder.run(["bench", "mlp", "--preset", "default"]), "--preset")
      expectRefusal(try folder.run(["bench", "rc-gnn", "--sizes", "3,4"]), "--sizes")
    }

    @Test func partOfTheTermsIsAFindingOfItsOwn() throws {
      let words = ["audit", "rc-gnn", "--preset", "published-stable", "--json"]
      let found = try folder.run(words).document()["findings"]?.array ?? []
      let texts = found.compactMap { $0["text"]?.string }
      #expect(texts.contains("reconstruction has no path to structure.logits"))
      #expect(found.allSatisfy { $0["severity"] == .string("info") })
      #expect(try folder.run(words + ["--fail-on", "info"]).end == .exit(4))
      #expect(try folder.run(words + ["--fail-on", "warning"]).end == .exit(0))
    }
  }
}
