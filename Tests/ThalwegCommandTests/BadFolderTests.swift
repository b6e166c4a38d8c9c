import Testing
import ThalwegFormats

extension CommandTests {
  /// Run folders that cannot be made or gone on from; whatever was there stays as it was.
  @Suite struct BadFolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func refuse(
      _ words: [String], _ texts: String..., isFirst: Bool = true,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let before = try folder.contents()
      let run = try folder.run(words)
      expectRefusal(run, isFirst: isFirst, sourceLocation: sourceLocation)
      for text in texts {
        #expect(run.error.contains(text), "\(run.error)", sourceLocation: sourceLocation)
      }
      #expect(try folder.contents() == before, sourceLocation: sourceLocation)
    }

    private func finishedRun() throws -> RunFiles {
      #expect(try folder.run(SmallRun.words(out: "run")).end == .exit(0))
      return RunFiles(path: folder["run"])
    }

    private let resume = ["train", "rc-gnn", "--resume", "run"]

    @Test func outputFolders() throws {
      let file = try folder.write("file", "x")
      try Files.makeDirectory(folder["full"])
      _ = try folder.write("full/mine.txt", "x")
      let refused = [
        ("full", "full: the folder is not empty"), (file, "file: is a file where a folder"),
        (file + "/run", "file: "), ("/proc/run", "/proc"),
      ]
      for (path, text) in refused {
        try refuse(SmallRun.words(out: path), text, isFirst: false)
      }
      try Files.makeDirectory(folder["empty"])
      #expect(try folder.run(SmallRun.words(out: "empty")).end == .exit(0))
      #expect(Files.exists(folder["empty/training_summary.json"]))
    }

    @Test func withoutANameTheFirstFreeOneIsTaken() throws {
      for number in 1...2 {
        let run = try folder.run(SmallRun.words())
        #expect(run.end == .exit(0))
        #expect(run.errorLines.first == "run folder: runs/rc-gnn-\(number)")
      }
      #expect(try Files.list(folder["runs"]) == ["rc-gnn-1", "rc-gnn-2"])
    }

    @Test func whatResumesDecidesNothingAnew() throws {
      _ = try finishedRun()
      for option in [
        ["--set", "seed=2"], ["--epochs", "9"], ["--out", "x"], ["--data", "x.csv"],
      ] {
        try refuse(resume + option, "'--resume' and '\(option[0])' exclude each other")
      }
    }

    @Test func foldersThatAreNoRuns() throws {
      try refuse(resume, "run: holds no config.yaml, so it is no run folder")
      try Files.makeDirectory(folder["run"])
      try refuse(resume, "run: holds no config.yaml, so it is no run folder")
      _ = try folder.write("run/config.yaml", "seed: 1\n")
      try refuse(resume, "run/run.json: no such file")
    }

    @Test func damagedConfigurations() throws {
      let run = try finishedRun()
      let text = String(decoding: try Files.read(run["config.yaml"]), as: UTF8.self)
      _ = try folder.write("run/config.yaml", text + "sede: 1\n")
      try refuse(resume, "unknown key 'sede'; did you mean 'seed'?")
      _ = try folder.write("run/config.yaml", text)
      _ = try folder.write("run/run.json", "{}")
      try refuse(resume, "run/run.json: 'preset' is missing")
      _ = try folder.write("run/run.json", "{\"preset\": ")
      try refuse(resume, "run/run.json:1:", "ends too early")
    }

    @Test(arguments: ["model", "optimizer"])
    func truncatedTensors(name: String) throws {
      let file = try finishedRun()["checkpoints/last/\(name).safetensors"]
      let bytes = try Files.read(file)
      for length in [bytes.count - 4, 100, 3, 0] {
        try Files.writeDurably(file, Array(bytes[..<length]))
        try refuse(resume, "run/checkpoints/last/\(name).safetensors: ", isFirst: false)
      }
      try Files.remove(file)
      try refuse(resume, "\(name).safetensors: no such file", isFirst: false)
    }

    @Test(arguments: [
      ("\"step\": 48", "\"step\": \"x\"", "'step' is missing or of the wrong kind"),
      ("\"format\": 1", "\"format\": 9", "has format 9, this version reads up to 1"),
      ("\"updates\": [", "\"updates\": [7,", "'updates'"),
      ("\"metrics_bytes\": ", "\"metrics_bytes\": 9", "metrics.jsonl: has "),
      ("}", "", "state.json"),
    ])
    func damagedStates(old: String, new: String, text: String) throws {
      let file = try finishedRun()["checkpoints/last/state.json"]
      let parts = String(decoding: try Files.read(file), as: UTF8.self).split(
        separator: old, maxSplits: 1, omittingEmptySubsequences: false)
      try #require(parts.count == 2)
      try Files.writeDurably(file, Array((parts[0] + new + parts[1]).utf8))
      try refuse(resume, text, isFirst: false)
    }

    @Test func aModelOfAnotherShape() throws {
      let run = try finishedRun()
      let text = String(decoding: try Files.read(run["config.yaml"]), as: UTF8.self)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.hasPrefix("  hidden:") ? "  hidden: 9" : $0 }
      _ = try folder.write("run/config.yaml", lines.joined(separator: "\n"))
      try refuse(
        resume, "'mechanism.inner.weight' is F32", "was config.yaml changed?", isFirst: false)
    }
  }
}
