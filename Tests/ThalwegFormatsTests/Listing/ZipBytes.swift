/// A zip made byte by byte, right or wrong.
struct ZipBytes {
  struct Entry {
    var name: String
    var data: [UInt8]
    var method = 0
    var flags = 0
    /// What the directory says; nil: the truth.
    var saidBytes: Int?
    /// Packed bytes; nil: as many as unpacked ones.
    var saidStored: Int?
    var saidOffset: Int?
    var checksum = 0
    /// Between the entry's header and its data.
    var extra: [UInt8] = []
    /// The name in the entry's own header.
    var localName: String?
  }

  var entries: [Entry]
  /// With zip64 records: .hidden has their numbers alone, .beside also the narrow ones.
  var wide: Wide = .none
  var saidCount: Int?
  var comment: [UInt8] = []

  enum Wide {
    case none, hidden, beside
  }

  init(_ entries: [Entry]) { self.entries = entries }

  static func number(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// The whole file.
  var bytes: [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let offset = entry.saidOffset ?? file.count
      let count = entry.saidBytes ?? entry.data.count
      let name = Array((entry.localName ?? entry.name).utf8)
      file += ZipBytes.header(0x0403_4b50, entry)
      file += ZipBytes.number(entry.data.count, 4) + ZipBytes.number(entry.data.count, 4)
      file += ZipBytes.number(name.count, 2) + ZipBytes.number(entry.extra.count, 2)
      file += name + entry.extra + entry.data
      directory += directoryEntry(entry, bytes: count, offset: offset)
    }
    return file + directory + end(directory: directory.count, at: file.count)
  }

  private static func header(_ signature: Int, _ entry: Entry) -> [UInt8] {
    number(signature, 4) + number(20, 2) + number(entry.flags, 2) + number(entry.method, 2)
      + [UInt8](repeating: 0, count: 4) + number(entry.checksum, 4)
  }

  private func directoryEntry(_ entry: Entry, bytes: Int, offset: Int) -> [UInt8] {
    let number = ZipBytes.number
    let name = Array(entry.name.utf8)
    let full = 0xFFFF_FFFF
    let hides = wide == .hidden
    let extra =
      hides ? number(1, 2) + number(24, 2) + [bytes, bytes, offset].flatMap { number($0, 8) } : []
    var made = number(0x0201_4b50, 4) + number(20, 2) + ZipBytes.header(0, entry).dropFirst(4)
    made += number(hides ? full : entry.saidStored ?? bytes, 4) + number(hides ? full : bytes, 4)
    made += number(name.count, 2) + number(extra.count, 2) + number(0, 2) + number(0, 2)
    made += number(0, 6) + number(hides ? full : offset, 4)
    return made + name + extra
  }

  private func end(directory: Int, at start: Int) -> [UInt8] {
    let number = ZipBytes.number
    let count = saidCount ?? entries.count
    var made: [UInt8] = []
    if wide != .none {
      made += number(0x0606_4b50, 4) + number(44, 8) + number(45, 2) + number(45, 2)
      made += number(0, 8) + number(count, 8) + number(count, 8) + number(directory, 8)
      made += number(start, 8)
      made += number(0x0706_4b50, 4) + number(0, 4) + number(start + directory, 8) + number(1, 4)
    }
    let hides = wide == .hidden
    made += number(0x0605_4b50, 4) + number(0, 4)
    made += number(hides ? 0xFFFF : count, 2) + number(hides ? 0xFFFF : count, 2)
    made += number(hides ? 0xFFFF_FFFF : directory, 4) + number(hides ? 0xFFFF_FFFF : start, 4)
    return made + number(comment.count, 2) + comment
  }
}
