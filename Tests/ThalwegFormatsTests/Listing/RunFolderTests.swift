import Testing
import ThalwegFormats
import ThalwegTensor

/// Checkpoints of our own runs, as folders.
@Suite struct RunFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ path: String, _ names: [String]) throws {
    let numbers: [Float] = [1, 2, 3]
    try numbers.withUnsafeBytes { bytes in
      try Safetensors.write(
        to: path, tensors: names.map { (name: $0, shape: [3], scalarType: .float32, bytes: bytes) })
    }
  }

  private func makeCheckpoint(_ path: String, state: String, hasMoments: Bool = true) throws {
    try Files.makeDirectory(folder[path], withParents: true)
    _ = try folder.write(path + "/state.json", state)
    try write(folder[path] + "/model.safetensors", ["a.weight", "b"])
    if hasMoments {
      try write(
        folder[path] + "/optimizer.safetensors",
        ["first.a.weight", "first.b", "second.a.weight", "second.b"])
    }
  }

  @Test func runsAndCheckpointsAreListedAlike() throws {
    let state = #"{"format": 1, "step": 12, "best": null, "updates": [12, 0], "plateau": {}}"#
    try makeCheckpoint("run/checkpoints/last", state: state)
    _ = try folder.write("run/run.json", "{}")
    for path in ["run", "run/checkpoints/last"] {
      let listing = try CheckpointListing.read(folder[path])
      #expect(listing.kind == .thalweg)
      #expect(listing.version == "1")
      #expect(
        listing.tensors.map(\.path) == [
          "model.a.weight", "model.b", "optimizer.first.a.weight", "optimizer.first.b",
          "optimizer.second.a.weight", "optimizer.second.b",
        ])
      #expect(listing.scalars.map(\.name) == ["format", "step", "best"])
      #expect(listing.elementCount == 18)
      #expect(listing.storedBytes == 72)
    }
  }

  /// A checkpoint of another tool: which file is meant is asked, not guessed.
  @Test func foldersOfOtherToolsNameTheirFiles() throws {
    try Files.makeDirectory(folder["checkpoint-20"], withParents: true)
    for name in ["trainer_state.json", "optimizer.pt", "model.safetensors"] {
      _ = try folder.write("checkpoint-20/" + name, "{}")
    }
    do {
      _ = try CheckpointListing.read(folder["checkpoint-20"])
      Issue.record("was not refused")
    } catch {
      #expect("\(error)".hasSuffix("name a file in it: model.safetensors, optimizer.pt"))
    }
  }

  @Test func aRuleWithoutMomentsLeavesNoFileOfThem() throws {
    try makeCheckpoint("a", state: "{}", hasMoments: false)
    let listing = try CheckpointListing.read(folder["a"])
    #expect(listing.tensors.map(\.path) == ["model.a.weight", "model.b"])
    #expect(listing.version == nil)
  }

  private func write(_ path: String, _ tensors: [(String, [Float])]) throws {
    // Each array must stay where it is while all are written.
    let all = tensors.flatMap { $0.1 }
    try all.withUnsafeBytes { bytes in
      var start = 0
      var entries: [Safetensors.Named] = []
      for (name, numbers) in tensors {
        let end = start + 4 * numbers.count
        entries.append(
          (
            name: name, shape: Shape([numbers.count]), scalarType: .float32,
            bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<end])
          ))
        start = end
      }
      try Safetensors.write(to: path, tensors: entries)
    }
  }

  /// A run whose parameters had every fate.
  private func makeRun(_ run: String, settings: String) throws -> [String: TrainingFinding] {
    let folder = run + "/checkpoints/last"
    try Files.makeDirectory(self.folder[folder], withParents: true)
    _ = try self.folder.write(run + "/run.json", "{}")
    _ = try self.folder.write(run + "/config.yaml", settings)
    _ = try self.folder.write(
      folder + "/state.json", #"{"format": 1, "updates": [40, 0, 40, 40]}"#)
    let numbers: [Float] = [1, -2, 3, 0.5, -1, 2, -4, 1]
    let zeros = [Float](repeating: 0, count: 8)
    // The mean of a gradient that is a hundredth of the parameter, after 40 updates.
    let decayed = numbers.map { $0 * 0.01 * 0.98 }
    let names = ["live", "unreached", "zero", "decayed", "late"]
    try write(
      self.folder[folder] + "/model.safetensors", (names + ["norm.mean"]).map { ($0, numbers) })
    let first = [numbers.reversed(), zeros, zeros, decayed, zeros]
    let second = [numbers.map { $0 * $0 }, zeros, zeros, decayed.map { $0 * $0 }, zeros]
    try write(
      self.folder[folder] + "/optimizer.safetensors",
      zip(names, first).map { ("first." + $0, $1) }
        + zip(names, second).map { ("second." + $0, $1) })
    let inspection = try Inspection(self.folder[run], takesStatistics: true)
    let report = try #require(inspection.training)
    #expect(report.matchedBy == "names")
    #expect(report.optimizers.first?.steps == 0...40)
    var findings: [String: TrainingFinding] = [:]
    for (tensor, finding) in zip(inspection.listing.tensors, report.findings) {
      findings[tensor.name] = finding
    }
    return findings
  }

  @Test func everyParameterHasItsFate() throws {
    let plain = try makeRun("a", settings: "optimizer: {rule: adam, weight_decay: 0}\n")
    let expected: [String: TrainingFinding.Verdict] = [
      "live": .trained, "unreached": .neverUpdated, "zero": .neverUpdated, "decayed": .trained,
      "late": .neverUpdated,
    ]
    #expect(plain.mapValues(\.verdict) == expected)
    #expect(plain["late"]?.isInGroup == false)
    #expect(plain["live"]?.isInGroup == true)
    // A state tensor of the model is no parameter.
    #expect(plain["norm.mean"] == nil)
    for (run, settings, verdict) in [
      ("b", "{rule: adam, weight_decay: 0.01}", TrainingFinding.Verdict.cannotTell),
      ("c", "{rule: adamw, weight_decay: 0.01}", .trained),
      ("d", "{rule: adam, weight_decay: 0.1}", .trained), ("e", "{}", .cannotTell),
    ] {
      let findings = try makeRun(run, settings: "optimizer: \(settings)\n")
      #expect(findings["decayed"]?.verdict == verdict, "\(settings)")
      #expect(findings["live"]?.verdict == .trained, "\(settings)")
      #expect(findings["zero"]?.verdict == .neverUpdated, "\(settings)")
    }
  }

  @Test func whatIsNoCheckpoint() throws {
    func refuse(_ path: String, _ text: String) {
      do {
        _ = try CheckpointListing.read(folder[path])
        Issue.record("was not refused: \(path)")
      } catch {
        #expect("\(error)".contains(folder[path]), "\(error)")
        #expect("\(error)".contains(text), "\(error)")
      }
    }
    try Files.makeDirectory(folder["empty"])
    refuse("empty", "is a folder without state.json or run.json")
    try Files.makeDirectory(folder["early"])
    _ = try folder.write("early/run.json", "{}")
    refuse("early", "checkpoints/last/state.json: no such file or folder")
    try makeCheckpoint("broken", state: "{")
    refuse("broken", "state.json:1:2")
    try makeCheckpoint("bare", state: "{}")
    try Files.remove(folder["bare"] + "/model.safetensors")
    refuse("bare", "model.safetensors: no such file or folder")
  }
}
