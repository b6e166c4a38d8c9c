/// What the directory of a zip file says of one entry.
struct ZipEntry: Sendable {
  let name: String
  /// 0: the bytes lie there as they are. All other methods compress.
  let method: Int
  let storedBytes: Int
  /// Bytes after decompression.
  let bytes: Int
  /// Where the entry's own header starts.
  let offset: Int
  /// Where the next entry or the directory starts.
  var end: Int
}
