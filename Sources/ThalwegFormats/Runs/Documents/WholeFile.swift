/// Files of kinds that are read whole.
enum WholeFile {
  static let limit = 32 << 20

  /// All bytes of a file that is no larger than the limit, without a byte order mark.
  static func read(_ path: String) throws -> [UInt8] {
    let file = try GrowingFile(path)
    let length = try file.length()
    if length > limit {
      throw RunFileError.tooLarge(path: path, bytes: length, limit: limit)
    }
    var bytes: [UInt8] = []
    // One byte more, so that the end is seen; the file may grow meanwhile.
    while try file.append(to: &bytes, max(length + 1 - bytes.count, 1 << 12)) {
      if bytes.count > limit {
        throw RunFileError.tooLarge(path: path, bytes: bytes.count, limit: limit)
      }
    }
    if bytes.starts(with: byteOrderMark) { bytes.removeFirst(byteOrderMark.count) }
    return bytes
  }

  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
