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

  @Test func aRuleWithoutMomentsLeavesNoFileOfThem() throws {
    try makeCheckpoint("a", state: "{}", hasMoments: false)
    let listing = try CheckpointListing.read(folder["a"])
    #expect(listing.tensors.map(\.path) == ["model.a.weight", "model.b"])
    #expect(listing.version == nil)
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
