/// What the header of a safetensors file says, checked: every byte behind it belongs to one tensor.
package struct SafetensorsHeader: Sendable {
  package struct Entry: Sendable {
    package let name: String
    package let element: ElementType
    package let extents: [Int]
    /// Where the numbers lie, counted from the end of the header.
    package let range: Range<Int>
  }

  /// In the order in which they lie in the file.
  package let entries: [Entry]
  package let metadata: [(name: String, text: String)]
  /// Where the header ends and the numbers begin.
  package let dataStart: Int

  /// - Parameter bytes: a whole file.
  init(ofFile bytes: [UInt8], path: String) throws(SafetensorsError) {
    let dataStart = try SafetensorsHeader.dataStart(
      bytes.prefix(Safetensors.lengthBytes), fileBytes: bytes.count, path: path)
    try self.init(
      Array(bytes[Safetensors.lengthBytes..<dataStart]), fileBytes: bytes.count, path: path)
  }

  /// Reads the header alone, however long the file is.
  init(_ file: RandomAccessFile) throws(SafetensorsError) {
    func bytes(_ range: Range<Int>) throws(SafetensorsError) -> [UInt8] {
      do throws(FileError) {
        return try file.bytes(range)
      } catch {
        throw .file(error)
      }
    }
    let length = try bytes(0..<min(file.length, Safetensors.lengthBytes))
    let dataStart = try SafetensorsHeader.dataStart(
      length[...], fileBytes: file.length, path: file.path)
    try self.init(
      bytes(Safetensors.lengthBytes..<dataStart), fileBytes: file.length, path: file.path)
  }

  /// - Parameter json: the header without its length.
  private init(_ json: [UInt8], fileBytes: Int, path: String) throws(SafetensorsError) {
    dataStart = Safetensors.lengthBytes + json.count
    let dataBytes = fileBytes - dataStart
    var entries: [Entry] = []
    var metadata: [(name: String, text: String)] = []
    try SafetensorsHeader.read(json, path: path) { (member) throws(SafetensorsError) in
      if member.name == Safetensors.metadataName {
        metadata = try SafetensorsHeader.texts(of: member, path: path)
      } else {
        entries.append(
          try SafetensorsEntryReader(path: path, member: member, dataBytes: dataBytes).read())
      }
    }
    // An empty tensor may start where the next one does, and comes first.
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var covered = 0
    for entry in entries {
      if entry.range.lowerBound < covered {
        throw .overlap(path: path, name: entry.name, offset: entry.range.lowerBound)
      }
      if entry.range.lowerBound > covered {
        throw .hole(path: path, offset: covered, bytes: entry.range.lowerBound - covered)
      }
      covered = entry.range.upperBound
    }
    if dataBytes > covered {
      throw .hole(path: path, offset: covered, bytes: dataBytes - covered)
    }
    self.entries = entries
    self.metadata = metadata
  }

  private static func dataStart(
    _ length: ArraySlice<UInt8>, fileBytes: Int, path: String
  ) throws(SafetensorsError) -> Int {
    if length.count < Safetensors.lengthBytes { throw .tooShort(path: path, bytes: fileBytes) }
    let length = ByteCursor.unsigned(length)
    if length > Safetensors.headerLimit || length > fileBytes - Safetensors.lengthBytes {
      throw .headerLength(path: path, length: length, limit: Safetensors.headerLimit)
    }
    return Safetensors.lengthBytes + Int(length)
  }

  /// Hands over the members one by one: all of them together take ten times the bytes of the text.
  private static func read(
    _ json: [UInt8], path: String, _ take: (JSON.Member) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    if json.first != UInt8(ascii: "{") { throw .headerStart(path: path) }
    try json.withUnsafeBufferPointer { (bytes) throws(SafetensorsError) in
      var parser = JSONParser(JSONScanner(bytes, source: path))
      var names: Set<String> = []
      func next() throws(SafetensorsError) -> JSON.Member? {
        do throws(JSONError) {
          if let member = try parser.nextMember(&names) { return member }
          try parser.finish()
          return nil
        } catch {
          throw .header(error)
        }
      }
      while let member = try next() { try take(member) }
    }
  }

  private static func texts(
    of member: JSON.Member, path: String
  ) throws(SafetensorsError) -> [(name: String, text: String)] {
    var texts: [(name: String, text: String)] = []
    guard let members = member.value.members else {
      throw .malformed(path: path, name: member.name, expected: "an object of texts")
    }
    for inner in members {
      guard let text = inner.value.string else {
        throw .malformed(path: path, name: member.name, expected: "a text for '\(inner.name)'")
      }
      texts.append((inner.name, text))
    }
    return texts
  }
}
