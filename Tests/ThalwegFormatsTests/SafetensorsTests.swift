import Testing
import ThalwegFormats
import ThalwegTensor

@Suite struct SafetensorsTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder["a.safetensors"]
  }

  /// A file of a header as text and so many bytes of data.
  private func fixture(_ header: String, data: Int, length: Int? = nil) -> [UInt8] {
    let length = length ?? header.utf8.count
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
      + (0..<data).map { UInt8(truncatingIfNeeded: $0) }
  }

  private func read(_ bytes: [UInt8]) throws -> SafetensorsFile {
    try Files.writeDurably(path, bytes)
    return try Safetensors.read(path)
  }

  private func entry(_ name: String, _ type: String, _ shape: String, _ range: String) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(range)]}"
  }

  @Test func readsAFixtureMadeByHand() throws {
    let header =
      "{" + entry("b", "I64", "1", "4,12") + ",\"__metadata__\":{\"k\":\"v\"},"
      + entry("a", "F32", "", "0,4") + "," + entry("e", "F64", "0,2", "4,4") + "}   "
    let file = try read(fixture(header, data: 12))
    #expect(file.entries.map(\.name) == ["a", "e", "b"])
    #expect(file["a"]?.bytes.elementsEqual([0, 1, 2, 3]) == true)
    #expect(file["a"]?.tensor?.floats == [Float(bitPattern: 0x0302_0100)])
    #expect(file["a"]?.integers == nil)
    #expect(file["b"]?.integers == [0x0B0A_0908_0706_0504])
    #expect(file["b"]?.tensor == nil)
    #expect(file["e"]?.shape == [0, 2])
    #expect(file["none"] == nil)
    #expect(file.metadata.map(\.text) == ["v"])
    #expect(try read(fixture("{}", data: 0)).entries.isEmpty)
  }

  @Test func readsBackWhatItWrote() throws {
    let singles = (0..<40_001).map { Float($0) / 7 }
    let doubles = [0.1, .nan, -0.0]
    try singles.withUnsafeBytes { singleBytes in
      try doubles.withUnsafeBytes { doubleBytes in
        for _ in 0..<2 {
          try Safetensors.write(
            to: path,
            tensors: [
              ("s", [40_001], .float32, singleBytes), ("d", [3], .float64, doubleBytes),
            ],
            metadata: [("k", "v")])
        }
      }
    }
    let file = try Safetensors.read(path)
    #expect(file["s"]?.tensor == Tensor(singles, shape: [40_001]))
    #expect(file["d"]?.tensor?.doubles.map(\.bitPattern) == doubles.map(\.bitPattern))
    // The wide numbers come first, at a multiple of their width.
    #expect(file.entries.map(\.name) == ["d", "s"])
    #expect(file.entries[0].bytes.startIndex % 8 == 0)
    #expect(file.metadata.map(\.name) == ["k"])
  }

  @Test func writingErrors() throws {
    #expect(throws: FileError.isDirectory(path: folder.path)) {
      try Safetensors.write(to: folder.path, tensors: [])
    }
  }

  @Test(.enabled(if: Files.exists("/dev/full"), "no /dev/full"))
  func aFullDiskIsNamed() throws {
    #expect(throws: FileError.diskFull(path: "/dev/full")) {
      try Safetensors.write(to: "/dev/full", tensors: [], metadata: [("k", "v")])
    }
  }

  @Test func hostileHeaders() throws {
    let good = entry("a", "F32", "2", "0,8")
    let cases: [([UInt8], SafetensorsError)] = [
      ([1, 2, 3], .tooShort(path: path, bytes: 3)),
      (
        fixture("{\(good)}", data: 8, length: 1000),
        .headerLength(path: path, length: 1000, limit: 100_000_000)
      ),
      (
        fixture("{}", data: 0, length: -1),
        .headerLength(path: path, length: .max, limit: 100_000_000)
      ),
      (fixture(" {\(good)}", data: 8), .headerStart(path: path)),
      (fixture("", data: 0), .headerStart(path: path)),
      (
        fixture("{\(good),\(good)}", data: 8),
        .header(
          .duplicateName(.init(source: path, line: 1, column: good.count + 3), name: "a"))
      ),
      (fixture("{\(good)}", data: 7), .beyondEnd(path: path, name: "a", end: 8, dataBytes: 7)),
      (fixture("{\(good)}", data: 9), .hole(path: path, offset: 8, bytes: 1)),
      (fixture("{}", data: 1), .hole(path: path, offset: 0, bytes: 1)),
      (
        fixture("{\(entry("a", "F32", "1", "4,8"))}", data: 8),
        .hole(path: path, offset: 0, bytes: 4)
      ),
      (
        fixture("{\(good),\(entry("b", "F32", "1", "4,8"))}", data: 8),
        .overlap(path: path, name: "b", offset: 4)
      ),
      (
        fixture("{\(good),\(entry("b", "F32", "2", "0,8"))}", data: 8),
        .overlap(path: path, name: "b", offset: 0)
      ),
      (
        fixture("{\(entry("a", "F32", "3", "0,8"))}", data: 8),
        .size(path: path, name: "a", bytes: 8, expected: 12)
      ),
      (
        fixture("{\(entry("a", "F64", "0", "0,8"))}", data: 8),
        .size(path: path, name: "a", bytes: 8, expected: 0)
      ),
      (
        fixture("{\(entry("a", "BF16", "4", "0,8"))}", data: 8),
        .elementType(path: path, name: "a", type: "BF16")
      ),
      (
        fixture("{\(entry("a", "F32", "-2", "0,8"))}", data: 8),
        .malformed(path: path, name: "a", expected: "a list 'shape'")
      ),
      (
        fixture("{\(entry("a", "F32", "2.0", "0,8"))}", data: 8),
        .malformed(path: path, name: "a", expected: "a list 'shape'")
      ),
      (
        fixture("{\"a\":3}", data: 0),
        .malformed(path: path, name: "a", expected: "a text 'dtype'")
      ),
      (
        fixture("{\"__metadata__\":{\"k\":1}}", data: 0),
        .malformed(path: path, name: "__metadata__", expected: "a text for 'k'")
      ),
      (
        fixture("{\"__metadata__\":[]}", data: 0),
        .malformed(path: path, name: "__metadata__", expected: "an object of texts")
      ),
      (
        fixture("{\(entry("a", "F32", "4294967296,0", "0,0"))}", data: 0),
        .shape(path: path, name: "a", reason: "extent 4294967296 is above 2147483647")
      ),
      (
        fixture("{\(entry("a", "F32", "1,1,1,1,1,1,1,1,2", "0,8"))}", data: 8),
        .shape(path: path, name: "a", reason: "9 axes, at most 8 are kept")
      ),
      (
        fixture("{\(entry("a", "F32", "2147483647,2147483647,2147483647", "0,8"))}", data: 8),
        .shape(path: path, name: "a", reason: "its product is beyond 64 bits")
      ),
    ]
    for (bytes, expected) in cases {
      #expect(throws: expected, "\(expected)") { try read(bytes) }
      #expect(expected.description.contains(path))
      #expect(!expected.description.contains("\n"))
    }
    for range in ["8,0", "0", "0,4,8", "-8,0", "\"0\",8"] {
      #expect(throws: SafetensorsError.self, "\(range)") {
        try read(fixture("{\(entry("a", "F32", "2", range))}", data: 8))
      }
    }
    #expect(throws: SafetensorsError.file(.missing(path: folder["no"]))) {
      try Safetensors.read(folder["no"])
    }
  }

  @Test func everyCutIsRefused() throws {
    let whole = fixture("{\(entry("a", "F32", "2", "0,8"))}", data: 8)
    #expect(try read(whole)["a"] != nil)
    for count in 0..<whole.count {
      #expect(throws: SafetensorsError.self) { try read(Array(whole[..<count])) }
    }
  }
}
