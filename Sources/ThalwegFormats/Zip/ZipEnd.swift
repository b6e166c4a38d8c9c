/// The records at the end of a zip file, which say where its directory lies.
struct ZipEnd {
  let entryCount: Int
  let directory: Range<Int>

  private static let bytes = 22
  private static let locatorBytes = 20
  private static let wideBytes = 56
  private static let signature: UInt64 = 0x0605_4b50
  private static let locatorSignature: UInt64 = 0x0706_4b50
  private static let wideSignature: UInt64 = 0x0606_4b50

  init(_ file: RandomAccessFile) throws(ZipError) {
    let tailStart = max(0, file.length - ZipEnd.bytes - Int(UInt16.max))
    let tail = try ZipArchive.bytes(of: file, tailStart..<file.length)
    guard let place = ZipEnd.place(in: tail) else { throw .noEnd(path: file.path) }
    let start = tailStart + place
    var cursor = ByteCursor(Array(tail[(place + 4)...]))
    guard let disk = cursor.number(2), let directoryDisk = cursor.number(2),
      let countHere = cursor.number(2), let count = cursor.number(2),
      let size = cursor.number(4), let offset = cursor.number(4)
    else { throw .noEnd(path: file.path) }
    if disk != 0 || directoryDisk != 0 || countHere != count {
      throw .malformed(path: file.path, offset: start, expected: "an end record of a single disk")
    }
    let wide = try ZipEnd.wide(file, before: start)
    if !ZipEnd.agree(count, wide?.count, full: 0xFFFF)
      || !ZipEnd.agree(size, wide?.size, full: 0xFFFF_FFFF)
      || !ZipEnd.agree(offset, wide?.offset, full: 0xFFFF_FFFF)
    {
      throw .malformed(path: file.path, offset: start, expected: "end records that agree")
    }
    entryCount = wide?.count ?? count
    let (first, length) = (wide?.offset ?? offset, wide?.size ?? size)
    let recordsStart = wide?.start ?? start
    if first > recordsStart || length != recordsStart - first {
      throw .malformed(
        path: file.path, offset: start,
        expected: "a directory that ends where its end records start")
    }
    directory = first..<recordsStart
  }

  /// Whether a narrow field says what the wide one does, or is full and leaves it to that.
  private static func agree(_ narrow: Int, _ wide: Int?, full: Int) -> Bool {
    guard let wide else { return narrow != 0xFFFF_FFFF }
    return narrow == wide || narrow == full
  }

  /// The last place from which an end record and its comment reach to the end.
  private static func place(in tail: [UInt8]) -> Int? {
    if tail.count < bytes { return nil }
    return (0...(tail.count - bytes)).last { start in
      tail[start] == 0x50 && ByteCursor.unsigned(tail[start..<start + 4]) == signature
        && ByteCursor.unsigned(tail[start + 20..<start + 22]) == tail.count - start - bytes
    }
  }

  /// The wide record, for which a locator stands before the narrow one; nil where none does.
  private static func wide(
    _ file: RandomAccessFile, before end: Int
  ) throws(ZipError) -> (start: Int, count: Int, size: Int, offset: Int)? {
    if end < locatorBytes { return nil }
    let locatorStart = end - locatorBytes
    let bytes = try ZipArchive.bytes(of: file, locatorStart..<end)
    var locator = ByteCursor(bytes)
    if locator.number(4) != Int(locatorSignature) { return nil }
    let malformed = ZipError.malformed(
      path: file.path, offset: locatorStart, expected: "a whole zip64 end record")
    guard locator.number(4) == 0, let start = locator.number(8), locator.number(4) == 1,
      start <= locatorStart - wideBytes
    else { throw malformed }
    var record = ByteCursor(try ZipArchive.bytes(of: file, start..<start + wideBytes))
    guard record.number(4) == Int(wideSignature), let rest = record.number(8),
      rest == locatorStart - start - 12, record.take(4) != nil, record.number(8) == 0,
      let countHere = record.number(8), let count = record.number(8), count == countHere,
      let size = record.number(8), let offset = record.number(8)
    else { throw malformed }
    return (start, count, size, offset)
  }
}
