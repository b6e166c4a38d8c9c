import Testing
import ThalwegFormats

/// A file that the test writes and has listed.
struct ListedFile {
  let path: String
  private let folder: TemporaryFolder

  init(_ name: String = "a.pt") throws {
    folder = try TemporaryFolder()
    path = folder[name]
  }

  func list(_ bytes: [UInt8], skipsUnknown: Bool = false) throws -> CheckpointListing {
    let file = try AppendFile(path, truncatedTo: 0)
    try file.append(bytes)
    try file.flush()
    return try CheckpointListing.read(path, skipsUnknown: skipsUnknown)
  }

  /// A zip as torch.save makes it, of any pickle.
  static func zip(
    _ value: [UInt8], storages: [(key: String, bytes: Int)] = [("0", 24)]
  ) -> ZipBytes {
    ZipBytes(
      [
        .init(name: "a/data.pkl", data: PickleBytes.whole(value)),
        .init(name: "a/byteorder", data: Array("little".utf8)),
      ]
        + storages.map {
          .init(name: "a/data/\($0.key)", data: [UInt8](repeating: 7, count: $0.bytes))
        }
        + [.init(name: "a/version", data: Array("3\n".utf8))])
  }

  func list(_ value: [UInt8], in storages: [(key: String, bytes: Int)]) throws -> CheckpointListing
  {
    try list(ListedFile.zip(value, storages: storages).bytes)
  }

  /// Checks that the bytes are refused with one line that names the file and holds `texts`.
  func expectRefusal(
    _ bytes: [UInt8], _ texts: String..., skipsUnknown: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do {
      _ = try list(bytes, skipsUnknown: skipsUnknown)
      Issue.record("was not refused: \(texts)", sourceLocation: sourceLocation)
    } catch {
      let line = "\(error)"
      #expect(line.contains(path), sourceLocation: sourceLocation)
      #expect(line.allSatisfy { !$0.isNewline }, "\(line)", sourceLocation: sourceLocation)
      for text in texts {
        #expect(line.contains(text), "'\(line)' lacks '\(text)'", sourceLocation: sourceLocation)
      }
    }
  }
}
