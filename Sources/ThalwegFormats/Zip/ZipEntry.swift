/// What the directory of a zip file says of one entry.
struct ZipEntry: Sendable {
  /// As they are.
  static let stored = 0
  static let deflated = 8

  let name: String
  /// How the bytes lie there.
  let method: Int
  let storedBytes: Int
  /// CRC-32 of the bytes after decompression.
  let checksum: Int
  /// Bytes after decompression.
  let bytes: Int
  /// Where the entry's own header starts.
  let offset: Int
  /// Where the next entry or the directory starts.
  var end: Int
}
