import Testing
import ThalwegFormats
import ThalwegTensor

/// Statistics of tensors, against those that NumPy takes in float64.
@Suite struct StatisticsTests {
  private func expect(
    _ name: String, _ theirs: [JSON], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let path = Golden.path(name)
    let listing = try CheckpointListing.read(path)
    let all = try listing.statistics(path: path)
    #expect(all.count == theirs.count)
    for their in theirs {
      let index = try #require(
        listing.tensors.firstIndex { $0.path == their["path"]?.string })
      let figures = try #require(their["statistics"])
      let ours = all[index]
      let place = "\(name): \(listing.tensors[index].path)"
      for (member, count) in [
        ("count", ours.count), ("zeros", ours.zeros), ("nans", ours.nans),
        ("infinities", ours.infinities),
      ] {
        #expect(figures[member]?.int == count, "\(place) \(member)", sourceLocation: sourceLocation)
      }
      for (member, number) in [
        ("smallest", ours.smallest), ("largest", ours.largest), ("mean", ours.mean),
        ("deviation", ours.deviation), ("norm", ours.norm),
      ] {
        guard let number, let figure = figures[member]?.double else {
          #expect(
            figures[member]?.isNull == true && number == nil, "\(place) \(member)",
            sourceLocation: sourceLocation)
          continue
        }
        // Sums taken in another order; a mean near 0 is no better than what it is the mean of.
        let size = max(ours.largest?.magnitude ?? 0, ours.smallest?.magnitude ?? 0)
        // Magnitudes of complex numbers are roots, of which the last digit may differ.
        let isComplex = listing.tensors[index].element.rawValue.hasPrefix("complex")
        let isExact = !isComplex && (member == "smallest" || member == "largest")
        let room =
          isExact
          ? 0 : 1e-13 * (member == "mean" ? size : figure.magnitude) + Double.leastNonzeroMagnitude
        #expect(
          abs(number - figure) <= room, "\(place) \(member): \(number), not \(figure)",
          sourceLocation: sourceLocation)
      }
    }
  }

  @Test(arguments: [
    "numbers.pt", "legacy_numbers.pt", "whole.pt", "legacy.pt", "state_dict.pt", "parameters.pt",
    "tensor.pt",
  ])
  func torch(name: String) throws {
    let golden = try #require(
      try Golden.entries("cases", of: "checkpoints.json").first { $0["name"]?.string == name })
    try expect(name, try #require(golden["tensors"]?.array))
  }

  @Test(arguments: ["arrays.npz", "packed.npz", "turned.npy", "version_2.npy"])
  func numPy(name: String) throws {
    let golden = try #require(
      try Golden.entries("cases", of: "arrays.json").first { $0["name"]?.string == name })
    try expect(name, try #require(golden["arrays"]?.array))
  }

  @Test func safetensors() throws {
    try expect("types.safetensors", Golden.entries("safetensors", of: "checkpoints.json"))
    let patterns = try Golden.entries("patterns", of: "checkpoints.json")
    try expect("patterns.safetensors", patterns)
    try expect("patterns.pt", patterns)
  }

  private func big(_ words: [UInt64], width: Int) -> [UInt8] {
    words.flatMap { word in
      (0..<width).reversed().map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
  }

  /// PyTorch on a big-endian machine writes its own order and says so.
  @Test func bigEndianZips() throws {
    let file = try ListedFile()
    func listed(_ order: String, _ type: String, _ bytes: [UInt8], _ count: Int) throws
      -> TensorStatistics
    {
      let tensor = PickleBytes.tensor(
        [count], strides: [1], storage: PickleBytes.storage("0", type, count))
      var zip = ListedFile.zip(tensor)
      zip.entries[1].data = Array(order.utf8)
      zip.entries[2].data = bytes
      return try #require(try file.list(zip.bytes).statistics(path: file.path).first)
    }
    let floats = big([1.5, -2, 40].map { UInt64(Float($0).bitPattern) }, width: 4)
    #expect(try listed("big", "FloatStorage", floats, 3).largest == 40)
    #expect(try listed("little", "FloatStorage", floats, 3).largest != 40)
    let waves = big([3, -4, 0, 2].map { UInt64(Float($0).bitPattern) }, width: 4)
    let wave = try listed("big", "ComplexFloatStorage", waves, 2)
    #expect(wave.largest == 5)
    #expect(wave.mean == 3.5)
    #expect(try listed("big", "ShortStorage", [0xFF, 0xFE, 0, 3], 2).mean == 0.5)
  }

  @Test func theHeaderOfAStorageIsChecked() throws {
    let file = try ListedFile()
    let tensor = PickleBytes.tensor(
      [6], strides: [1], storage: PickleBytes.storage("0", "FloatStorage", 6))
    var zip = ListedFile.zip(tensor)
    zip.entries[2].localName = "b/data/0"
    // The directory alone is right, so it is listed.
    let listing = try file.list(zip.bytes)
    #expect(listing.tensors.count == 1)
    do {
      _ = try listing.statistics(path: file.path)
      Issue.record("was not refused")
    } catch {
      #expect("\(error)".contains("a header of 'a/data/0'"), "\(error)")
    }
  }

  /// Views of a small storage that have more elements than anybody could visit.
  @Test func viewsThatAskForYears() throws {
    let file = try ListedFile()
    let storage = PickleBytes.storage("0", "FloatStorage", 1000)
    func statistics(_ value: [UInt8]) throws -> [TensorStatistics] {
      let zip = ListedFile.zip(value, storages: [("0", 4000)])
      return try file.list(zip.bytes).statistics(path: file.path)
    }
    func view(_ extents: [Int], _ strides: [Int]) -> [UInt8] {
      PickleBytes.tensor(extents, strides: strides, storage: storage)
    }
    // What is only repeated is visited once.
    let repeated = try statistics(view([1 << 40, 3], [0, 1]))
    #expect(repeated.first?.count == 3 << 40)
    for (extents, strides) in [
      ([200, 200, 200, 200, 200], [1, 1, 0, 1, 1]), ([Int](repeating: 2, count: 40), [Int](1...40)),
      ([Int](repeating: 2, count: 60), [Int](repeating: 1, count: 60)),
    ] {
      do {
        _ = try statistics(view(extents, strides))
        Issue.record("was not refused")
      } catch let error as NumbersError {
        #expect(error == .tooMuch(path: file.path, at: "", limit: 1 << 28))
      }
    }
    // The same view in many places is read once, many views are not.
    let one = view([1000], [1])
    let many =
      one + Array("q\u{0}0](".utf8)
      + [[UInt8]](repeating: [0x68, 0], count: 500_000).flatMap { $0 }
    #expect(try statistics(many + PickleBytes.letter("e")).count == 500_000)
  }

  @Test func packedNumbersThatDoNotEndWhereTheyShould() throws {
    let file = try ListedFile("a.npz")
    let whole = try Files.read(Golden.path("packed.npz"))
    let listing = try file.list(whole)
    // Each byte of the last entry's packed numbers, which the listing does not look at.
    let zeros = try #require(listing.tensors.last)
    #expect(zeros.path == "zeros")
    let name = Array("zeros.npy".utf8)
    let start = try #require(
      (0..<whole.count).first { whole[$0...].starts(with: name) }
    ).advanced(by: name.count + 20)
    var refused = 0
    for place in stride(from: start + 100, to: start + 420, by: 3) where place < whole.count {
      var bytes = whole
      bytes[place] ^= 0x10
      do {
        _ = try file.list(bytes).statistics(path: file.path)
      } catch {
        refused += 1
        #expect("\(error)".contains(file.path))
        #expect("\(error)".allSatisfy { !$0.isNewline })
      }
    }
    #expect(refused > 20)
  }
}
