import Testing
import ThalwegFormats
import ThalwegTensor

/// Whatever the bytes, a reader gives a value or an error of one line that names the source.
@Suite struct MutatedBytesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Changes, removes, repeats or inserts a few bytes.
  private func mutated(_ bytes: [UInt8], _ stream: RandomStream, _ round: Int) -> [UInt8] {
    var bytes = bytes
    var draw = round * 64
    func next(_ bound: Int) -> Int {
      draw += 1
      return stream.integer(draw, below: bound)
    }
    let telling = Array("\"\\{}[]:,;\n\r\t .-+eE0129uN#&*!%~\u{0}".utf8) + [0xFF, 0xC3, 0xEF]
    for _ in 0...next(4) where !bytes.isEmpty {
      let place = next(bytes.count)
      switch next(4) {
      case 0: bytes[place] = telling[next(telling.count)]
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(telling[next(telling.count)], at: place)
      default:
        let end = min(bytes.count, place + 1 + next(12))
        bytes.insert(contentsOf: bytes[place..<end], at: next(bytes.count))
      }
    }
    return bytes
  }

  private func check(_ text: String, rounds: Int, source: String, _ read: ([UInt8]) throws -> Void)
  {
    check(Array(text.utf8), path: text, rounds: rounds, source: source, read)
  }

  /// - Parameter path: names the draws.
  private func check(
    _ bytes: [UInt8], path: String, rounds: Int, source: String, _ read: ([UInt8]) throws -> Void
  ) {
    let stream = RandomStream(seed: 11, path: path)
    var (accepted, refused) = (0, 0)
    for round in 0..<rounds {
      do {
        try read(mutated(bytes, stream, round))
        accepted += 1
      } catch {
        refused += 1
        let message = "\(error)"
        #expect(message.contains(source))
        #expect(message.allSatisfy { !$0.isNewline })
      }
    }
    // Were all refused or all accepted, the changes would reach nothing.
    #expect(accepted > rounds / 100)
    #expect(refused > rounds / 100)
  }

  @Test func json() {
    let text = #"{"a":[1,-2.5e3,true,null,"x\n\u00fc\ud83c\udf0a"],"b":{"c":{},"ü":[]},"d":0}"#
    check(text, rounds: 20_000, source: "x.json") { bytes in
      let value = try JSON.parse(bytes, source: "x.json")
      let again = try JSON.parse(value.compact, source: "x.json")
      #expect(again == value)
    }
  }

  @Test func settings() {
    let text = "a: 1e-3\nb:\n  c: [1, 2]\n  d: \"x\\ty\"\n  e: 'it''s'\n# f\ng: ~\nh: {i: true}\n"
    check(text, rounds: 20_000, source: "x.yaml") { bytes in
      _ = try SettingsLayer.yaml(bytes, name: "x.yaml")
    }
  }

  @Test func tables() throws {
    let path = folder["x.csv"]
    let text = "day;\"a\";b;;\r\n10/03/2004;1,5;NA;;\r\n;;;;\r\n11/03/2004;-200;2e1;;\r\n"
    check(text, rounds: 2_000, source: path) { bytes in
      try Files.writeDurably(path, bytes)
      let (table, report) = try Table.read(path)
      #expect(table.columns.allSatisfy { $0.values.count == report.keptRows })
    }
  }

  @Test func safetensors() throws {
    let path = folder["x.safetensors"]
    let header =
      #"{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
      + #""b":{"dtype":"I64","shape":[1,1],"data_offsets":[8,16]}}"#
    check(header, rounds: 2_000, source: path) { bytes in
      let length = (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
      try Files.writeDurably(path, length + bytes + [UInt8](repeating: 1, count: 16))
      for entry in try Safetensors.read(path).entries {
        #expect((entry.tensor == nil) == (entry.integers != nil))
      }
    }
  }

  @Test func arrays() throws {
    let file = try ListedFile("a.npy")
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } \n"
    check(header, rounds: 4_000, source: file.path) { bytes in
      let whole =
        [0x93] + Array("NUMPY".utf8) + [1, 0] + ZipBytes.number(bytes.count, 2) + bytes
        + [UInt8](repeating: 7, count: 24)
      let listing = try file.list(whole)
      #expect(listing.elementCount * (listing.tensors.first?.element.width ?? 0) == 24)
    }
  }

  /// Numbers and all that is concluded from them, of a checkpoint with an optimizer.
  @Test func inspections() throws {
    let file = try ListedFile()
    for (name, rounds) in [("trained_adam.pt", 1_500), ("legacy_protocol_4.pt", 3_000)] {
      let whole = try Files.read(Golden.path(name))
      // The pickle, behind the first header of the zip; the container is changed in ZipTests.
      let start = name.hasPrefix("legacy") ? 120 : 80
      let end = name.hasPrefix("legacy") ? 900 : 4000
      let stream = RandomStream(seed: 12, path: name)
      var (accepted, refused) = (0, 0)
      for round in 0..<rounds {
        var bytes = whole
        for draw in 0...round % 3 {
          let place = start + stream.integer(8 * round + 2 * draw, below: end - start)
          bytes[place] = UInt8(stream.integer(8 * round + 2 * draw + 1, below: 256))
        }
        do {
          _ = try file.list(bytes, skipsUnknown: true)
          let inspection = try Inspection(file.path, takesStatistics: true, skipsUnknown: true)
          #expect(inspection.statistics?.count == inspection.listing.tensors.count)
          accepted += 1
        } catch {
          refused += 1
          #expect("\(error)".contains(file.path))
          #expect("\(error)".allSatisfy { !$0.isNewline })
        }
      }
      #expect(accepted > rounds / 100)
      #expect(refused > rounds / 100)
    }
  }

  @Test func pickles() throws {
    let file = try ListedFile()
    let storage = PickleBytes.storage("0", "FloatStorage", 6)
    let tensor = PickleBytes.tensor([2, 3], strides: [3, 1], storage: storage)
    let names = ["epoch", "a", "b"].map(PickleBytes.text)
    // Most changes of the rest are refused.
    let note = PickleBytes.text(String(repeating: "note", count: 150))
    let value = PickleBytes.dictionary(
      (names[0], PickleBytes.int(3)), (names[1], PickleBytes.parameter(tensor)),
      (names[2], PickleBytes.list(tensor, PickleBytes.null, note)))
    for skipsUnknown in [false, true] {
      check(value, path: "pickle", rounds: 4_000, source: file.path) { bytes in
        let listing = try file.list(ListedFile.zip(bytes).bytes, skipsUnknown: skipsUnknown)
        #expect(listing.tensors.allSatisfy { $0.elementCount <= 6 })
      }
    }
  }
}
