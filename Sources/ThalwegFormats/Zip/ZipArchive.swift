/// The directory of a zip file, checked as a whole; what an entry holds is read when asked for.
///
/// PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.3.
struct ZipArchive: Sendable {
  private static let directoryLimit = 1 << 26
  private static let localHeaderBytes = 30
  private static let directorySignature = 0x0201_4b50
  private static let localSignature = 0x0403_4b50

  let file: RandomAccessFile
  /// In the order of the directory.
  let entries: [ZipEntry]
  private let places: [String: Int]

  init(_ file: RandomAccessFile) throws(ZipError) {
    let end = try ZipEnd(file)
    let path = file.path
    if end.directory.count > ZipArchive.directoryLimit {
      throw .directoryTooLarge(
        path: path, bytes: end.directory.count, limit: ZipArchive.directoryLimit)
    }
    var cursor = ByteCursor(try ZipArchive.bytes(of: file, end.directory))
    var entries: [ZipEntry] = []
    var places: [String: Int] = [:]
    while !cursor.isAtEnd {
      let entry = try ZipArchive.entry(&cursor, in: end.directory, path: path)
      if places.updateValue(entries.count, forKey: entry.name) != nil {
        throw .duplicateName(path: path, name: entry.name)
      }
      entries.append(entry)
    }
    if entries.count != end.entryCount {
      throw .malformed(
        path: path, offset: end.directory.lowerBound,
        expected: "\(end.entryCount) entries in its directory (there are \(entries.count))")
    }
    try ZipArchive.bound(&entries, by: end.directory.lowerBound, path: path)
    self.file = file
    self.entries = entries
    self.places = places
  }

  subscript(_ name: String) -> ZipEntry? { places[name].map { entries[$0] } }

  /// What an entry holds that is not compressed.
  func bytes(of entry: ZipEntry, limit: Int) throws(ZipError) -> [UInt8] {
    try requireStored(entry)
    if entry.bytes > limit {
      throw .tooLarge(path: file.path, name: entry.name, bytes: entry.bytes, limit: limit)
    }
    let start = try dataStart(of: entry)
    return try ZipArchive.bytes(of: file, start..<start + entry.bytes)
  }

  /// Where the bytes of an entry start, by its own header, which must say what the directory does.
  func dataStart(of entry: ZipEntry) throws(ZipError) -> Int {
    let path = file.path
    let headerEnd = entry.offset + ZipArchive.localHeaderBytes
    var header = ByteCursor(try ZipArchive.bytes(of: file, entry.offset..<headerEnd))
    let malformed = ZipError.malformed(
      path: path, offset: entry.offset, expected: "a header of '\(entry.name)'")
    guard header.number(4) == ZipArchive.localSignature, header.take(4) != nil,
      header.number(2) == entry.method, header.take(16) != nil,
      let nameBytes = header.number(2), nameBytes == entry.name.utf8.count,
      let extraBytes = header.number(2)
    else { throw malformed }
    let start = headerEnd + nameBytes + extraBytes
    if start + entry.storedBytes > entry.end { throw malformed }
    let name = try ZipArchive.bytes(of: file, headerEnd..<headerEnd + nameBytes)
    if !name.elementsEqual(entry.name.utf8) { throw malformed }
    return start
  }

  /// Refuses an entry that is compressed.
  func requireStored(_ entry: ZipEntry) throws(ZipError) {
    if entry.method != ZipEntry.stored {
      throw .compressed(path: file.path, name: entry.name, method: entry.method)
    }
  }

  static func bytes(
    of file: RandomAccessFile, _ range: Range<Int>
  ) throws(ZipError) -> [UInt8] {
    do throws(FileError) {
      return try file.bytes(range)
    } catch {
      throw .file(error)
    }
  }
}

extension ZipArchive {
  /// Takes one entry of the directory.
  private static func entry(
    _ cursor: inout ByteCursor, in directory: Range<Int>, path: String
  ) throws(ZipError) -> ZipEntry {
    let start = directory.lowerBound + cursor.position
    let malformed = ZipError.malformed(
      path: path, offset: start, expected: "a whole entry of its directory")
    guard cursor.number(4) == directorySignature, cursor.take(4) != nil,
      let flags = cursor.number(2), let method = cursor.number(2), cursor.take(4) != nil,
      let checksum = cursor.number(4),
      let stored = cursor.number(4), let bytes = cursor.number(4),
      let nameBytes = cursor.number(2), let extraBytes = cursor.number(2),
      let commentBytes = cursor.number(2), let disk = cursor.number(2), cursor.take(6) != nil,
      let offset = cursor.number(4), let rawName = cursor.take(nameBytes),
      let extra = cursor.take(extraBytes), cursor.take(commentBytes) != nil
    else { throw malformed }
    let name = String(decoding: rawName, as: UTF8.self)
    if let reason = ZipArchive.fault(of: rawName) {
      throw .name(path: path, name: name, reason: reason)
    }
    if flags & 1 != 0 { throw .encrypted(path: path, name: name) }
    // What does not fit stands in the zip64 field, in this order.
    var wide = ZipArchive.wideNumbers(Array(extra))
    func widened(_ narrow: Int) throws(ZipError) -> Int {
      if narrow != 0xFFFF_FFFF { return narrow }
      guard let number = wide?.number(8) else { throw malformed }
      return number
    }
    let wideBytes = try widened(bytes)
    let wideStored = try widened(stored)
    let wideOffset = try widened(offset)
    let room = directory.lowerBound - localHeaderBytes - nameBytes
    if disk != 0 || wideOffset > room || wideStored > room - wideOffset
      || (method == ZipEntry.stored && wideBytes != wideStored)
    {
      throw .malformed(
        path: path, offset: start, expected: "a place before its directory for '\(name)'")
    }
    return ZipEntry(
      name: name, method: method, storedBytes: wideStored, checksum: checksum, bytes: wideBytes,
      offset: wideOffset, end: wideOffset + localHeaderBytes + nameBytes + wideStored)
  }

  /// Why a name is refused; nil where it is one that stays within a folder.
  private static func fault(of name: ArraySlice<UInt8>) -> String? {
    guard let text = String(validating: name, as: UTF8.self) else { return "is not UTF-8" }
    if text.isEmpty { return "has no name" }
    if name.contains(0) || name.contains(UInt8(ascii: "\\")) || name.first == UInt8(ascii: "/")
      || name.split(separator: UInt8(ascii: "/")).contains(where: { $0.elementsEqual("..".utf8) })
    {
      return "leads out of the folder that it would be unpacked to"
    }
    return nil
  }

  /// The zip64 field among the extra ones.
  private static func wideNumbers(_ extra: [UInt8]) -> ByteCursor? {
    var cursor = ByteCursor(extra)
    while let id = cursor.number(2), let count = cursor.number(2), let field = cursor.take(count) {
      if id == 1 { return ByteCursor(Array(field)) }
    }
    return nil
  }

  /// Gives each entry the room up to the next one, and refuses those that have none of their own.
  private static func bound(
    _ entries: inout [ZipEntry], by directoryStart: Int, path: String
  ) throws(ZipError) {
    let order = entries.indices.sorted { entries[$0].offset < entries[$1].offset }
    for (place, index) in order.enumerated() {
      let next = place + 1 < order.count ? order[place + 1] : nil
      let end = next.map { entries[$0].offset } ?? directoryStart
      if let next, entries[index].end > end {
        throw .overlap(path: path, name: entries[next].name, other: entries[index].name)
      }
      entries[index].end = end
    }
  }
}
