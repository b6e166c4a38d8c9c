import Testing
import ThalwegFormats

/// Files that harm where they are read further than their lists.
@Suite struct HostileInspectionTests {
  private let file: ListedFile

  init() throws { file = try ListedFile() }

  private func write(_ bytes: [UInt8]) throws {
    let file = try AppendFile(file.path, truncatedTo: 0)
    try file.append(bytes)
    try file.flush()
  }

  /// Of each kind one small file, cut at every byte.
  @Test(arguments: [
    "tensor.pt", "legacy_protocol_4.pt", "types.safetensors", "turned.npy", "arrays.npz",
    "packed.npz",
  ])
  func everyCutIsRefused(name: String) throws {
    let whole = try Files.read(Golden.path(name))
    try write(whole)
    _ = try Inspection(file.path, takesStatistics: true)
    for count in 0..<whole.count {
      try write(Array(whole[..<count]))
      do {
        _ = try Inspection(file.path, takesStatistics: true)
        Issue.record("was not refused: \(count) bytes")
      } catch {
        #expect("\(error)".contains(file.path))
        #expect("\(error)".allSatisfy { !$0.isNewline })
      }
    }
  }

  private func npy(_ count: Int) -> [UInt8] {
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(count),), }"
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + ZipBytes.number(header.utf8.count, 2)
      + Array(header.utf8)
  }

  /// Deflate without a code: blocks of bytes as they are.
  private func stored(_ bytes: [UInt8], isLast: Bool = true) -> [UInt8] {
    [isLast ? 1 : 0] + ZipBytes.number(bytes.count, 2) + ZipBytes.number(~bytes.count, 2) + bytes
  }

  private func inspect(_ entry: ZipBytes.Entry) throws -> TensorStatistics? {
    try write(ZipBytes([entry]).bytes)
    return try Inspection(file.path, takesStatistics: true).statistics?.first
  }

  private func expectRefusal(_ entry: ZipBytes.Entry, _ text: String) {
    do {
      _ = try inspect(entry)
      Issue.record("was not refused: \(text)")
    } catch {
      #expect("\(error)".contains(text), "\(error)")
      #expect("\(error)".contains(file.path), "\(error)")
    }
  }

  @Test func packedArraysThatHoldMoreOrLessThanTheySay() throws {
    // Longer than what the list looks at.
    let numbers = [UInt8](repeating: 9, count: 30_000)
    let plain = npy(numbers.count) + numbers
    var entry = ZipBytes.Entry(name: "w.npy", data: stored(plain))
    entry.method = 8
    entry.saidStored = entry.data.count
    entry.saidBytes = plain.count
    entry.checksum = 0x3B8E_8C41
    // Right but for the checksum, which says so.
    expectRefusal(entry, "has another checksum than its directory")
    let more = ZipBytes.Entry(name: "w.npy", data: stored(plain + [1]))
    entry.data = more.data
    entry.saidStored = entry.data.count
    expectRefusal(entry, "holds more than its directory says")
    entry.data = stored(Array(plain.dropLast()))
    entry.saidStored = entry.data.count
    expectRefusal(entry, "ends too early")
    entry.data = stored(plain, isLast: false)
    entry.saidStored = entry.data.count
    expectRefusal(entry, "ends too early")
    entry.data = Array(stored(plain).dropLast(100))
    entry.saidStored = entry.data.count
    expectRefusal(entry, "ends too early")
  }

  /// A small file that unpacks to very much is read in blocks, as long as its directory says so.
  @Test func whatIsPackedTightIsReadInBlocks() throws {
    let golden = Golden.path("packed.npz")
    let listing = try CheckpointListing.read(golden)
    let zeros = try #require(listing.tensors.firstIndex { $0.path == "zeros" })
    let statistics = try listing.statistics(path: golden)
    #expect(statistics[zeros].zeros == 50_000)
    #expect(try Files.read(golden).count < 6_000)
  }

  /// A stride of an axis of one element may be anything, and is never taken.
  @Test func stridesThatAreNeverTaken() throws {
    for type in ["FloatStorage", "ComplexFloatStorage"] {
      let tensor = PickleBytes.tensor(
        [1, 2, 1], strides: [.max, 1, .max], storage: PickleBytes.storage("0", type, 3))
      try write(ListedFile.zip(tensor).bytes)
      let inspection = try Inspection(file.path, other: file.path, takesStatistics: true)
      #expect(inspection.statistics?.first?.count == 2)
      #expect(inspection.comparison?.changes.first?.kind == .unmoved)
      #expect(
        inspection.comparison?.changes.first?.difference?.count == (type == "FloatStorage" ? 2 : 4))
    }
  }

  @Test func comparisonsThatTakeYears() throws {
    let ones = [Int](repeating: 2, count: 60)
    let tensor = PickleBytes.tensor(
      ones, strides: [Int](repeating: 1, count: 60),
      storage: PickleBytes.storage("0", "FloatStorage", 100))
    try write(ListedFile.zip(tensor, storages: [("0", 400)]).bytes)
    #expect(throws: NumbersError.tooMuch(path: file.path, at: "", limit: 1 << 28)) {
      try Inspection(file.path, other: file.path)
    }
  }

  /// Views that lie in another order than what they are compared with.
  @Test func comparisonsAcrossOrders() throws {
    let golden = Golden.path("numbers.pt")
    let listing = try CheckpointListing.read(golden)
    #expect(listing.tensors.contains { $0.path == "turned" })
    let comparison = try #require(try Inspection(golden, other: golden).comparison)
    #expect(comparison.changes.allSatisfy { $0.kind == .unmoved })
    let arrays = Golden.path("arrays.npz")
    let packed = Golden.path("packed.npz")
    let between = try #require(try Inspection(packed, other: arrays).comparison)
    #expect(between.count(.unmoved) == 22)
    #expect(between.changes.filter { $0.kind == .added }.map(\.name) == ["zeros"])
  }

  @Test func namesThatATerminalWouldActOn() throws {
    let name = "a\u{9B}31m\u{7F}\u{202E}b"
    let header = "{\"\(name)\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[0,1]}}"
    do {
      try write(ZipBytes.number(header.utf8.count, 8) + Array(header.utf8) + [0])
      _ = try CheckpointListing.read(file.path)
      Issue.record("was not refused")
    } catch {
      let line = "\(error)"
      #expect(line.contains("a\\u{009B}31m\\u{7F}\\u{202E}b"), "\(line)")
      #expect(
        line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
    }
  }
}
