/// Reads the form before PyTorch 1.6: pickles of a number, of a version, of the machine, of the
/// saved object and of the keys of its storages, then the storages, each behind its length.
struct LegacyTorchReader {
  /// The version of the form; there never was another.
  private static let protocolVersion = 1001
  /// A pickle does not say how long it is; most are far shorter than the limit.
  private static let firstGuess = 1 << 20
  private static let lengthBytes = 8

  private let file: RandomAccessFile
  private let skipsUnknown: Bool
  private var position = 0

  /// - Throws: `FileError`, `PickleError` or `TorchError`.
  static func read(_ file: RandomAccessFile, skipsUnknown: Bool) throws -> TorchFile {
    var reader = LegacyTorchReader(file: file, skipsUnknown: skipsUnknown)
    return try reader.read()
  }

  private init(file: RandomAccessFile, skipsUnknown: Bool) {
    self.file = file
    self.skipsUnknown = skipsUnknown
  }

  private mutating func read() throws -> TorchFile {
    // `FileKind` has seen the number.
    _ = try pickle("the number")
    let version = try pickle("the version")
    guard case .integer(LegacyTorchReader.protocolVersion) = version.values[version.root] else {
      throw malformed("the version \(LegacyTorchReader.protocolVersion)")
    }
    try checkMachine(try pickle("the machine"))
    let object = try pickle("the object", skipsUnknown: skipsUnknown)
    let keys = try self.keys(of: pickle("the keys"))
    let ranges = try ranges(of: keys, types: types(in: object))
    return TorchFile(
      path: file.path, kind: .legacyTorch, version: String(LegacyTorchReader.protocolVersion),
      byteOrder: "little", pickle: object, storages: .run(file, ranges))
  }

  /// Reads the pickle that stands next, in as short a part of the file as holds it.
  private mutating func pickle(_ name: String, skipsUnknown: Bool = false) throws -> Pickle {
    let most = min(file.length - position, Pickle.Limit.bytes)
    var guess = LegacyTorchReader.firstGuess
    while true {
      let count = min(guess, most)
      do {
        let pickle = try Pickle(
          file.bytes(position..<position + count), isFollowed: true, allowed: TorchFile.allowed,
          skipsUnknown: skipsUnknown, source: "\(file.path): \(name)")
        position += pickle.length
        return pickle
      } catch PickleError.end(let place) {
        if count == most { throw PickleError.end(place) }
        guess *= 8
      }
    }
  }

  /// Such files are little-endian wherever they were written, so a note that says otherwise is one
  /// that nobody has seen.
  private func checkMachine(_ pickle: Pickle) throws {
    guard case .dictionary(let pairs) = pickle.values[pickle.root] else {
      throw malformed("a dictionary of the machine")
    }
    for pair in pairs {
      guard case .text("little_endian") = pickle.values[pair.key] else { continue }
      guard case .bool(let isLittle) = pickle.values[pair.value] else {
        throw malformed("a truth 'little_endian'")
      }
      if !isLittle { throw TorchError.bigEndian(path: file.path) }
    }
  }

  private func keys(of pickle: Pickle) throws -> [String] {
    guard case .list(let items) = pickle.values[pickle.root] else {
      throw malformed("a list of the keys of its storages")
    }
    var seen: Set<String> = []
    return try items.map { item in
      guard case .text(let key) = pickle.values[item] else { throw malformed("keys as texts") }
      if !seen.insert(key).inserted {
        throw TorchError.duplicateKey(path: file.path, at: "the list of storages", key: key)
      }
      return key
    }
  }

  /// What the object says of each storage; the first word counts, later ones are checked with the
  /// tensors.
  private func types(in pickle: Pickle) -> [String: (width: Int?, count: Int)] {
    var types: [String: (width: Int?, count: Int)] = [:]
    for case .persistent(let name) in pickle.values {
      guard case .tuple(let parts) = pickle.values[name], parts.count == 6,
        case .text("storage") = pickle.values[parts[0]],
        case .text(let key) = pickle.values[parts[2]],
        case .integer(let count) = pickle.values[parts[4]], types[key] == nil
      else { continue }
      var width: Int?
      if case .global(let type) = pickle.values[parts[1]] {
        width = type == TorchFile.untypedStorage ? 1 : ElementType(torchStorage: type)?.width
      }
      types[key] = (width, count)
    }
    return types
  }

  /// Steps from storage to storage, and reads the length of each.
  private mutating func ranges(
    of keys: [String], types: [String: (width: Int?, count: Int)]
  ) throws -> [String: Range<Int>] {
    var ranges: [String: Range<Int>] = [:]
    for key in keys {
      guard let type = types[key], let width = type.width else {
        throw TorchError.unknownStorage(path: file.path, key: key)
      }
      let start = position + LegacyTorchReader.lengthBytes
      if start > file.length { throw cut(key) }
      let said = ByteCursor.unsigned(try file.bytes(position..<start)[...])
      if said != UInt64(exactly: type.count) {
        throw malformed(
          "storage '\(key.prefix(64))' with the \(type.count) elements of its tensors")
      }
      let (bytes, overflow) = type.count.multipliedReportingOverflow(by: width)
      if overflow || bytes > file.length - start { throw cut(key) }
      position = start + bytes
      ranges[key] = start..<position
    }
    if position < file.length {
      throw TorchError.trailing(path: file.path, bytes: file.length - position)
    }
    return ranges
  }

  private func malformed(_ expected: String) -> TorchError {
    .malformed(path: file.path, at: "", expected: expected)
  }

  private func cut(_ key: String) -> TorchError {
    .cut(path: file.path, key: String(key.prefix(64)), bytes: file.length)
  }
}
