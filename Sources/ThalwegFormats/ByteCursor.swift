/// Takes bytes and little-endian numbers from the front; nil where too few are left.
struct ByteCursor {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func next() -> UInt8? {
    if isAtEnd { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    if count < 0 || count > bytes.count - position { return nil }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// A number of `width` bytes without a sign; nil also where it is beyond Int.
  mutating func number(_ width: Int) -> Int? {
    take(width).flatMap { Int(exactly: ByteCursor.unsigned($0)) }
  }

  /// What stands before the next line feed, which is taken too.
  mutating func line(limit: Int) -> ArraySlice<UInt8>? {
    let reach = bytes[position...].prefix(limit + 1)
    guard let end = reach.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    defer { position = end + 1 }
    return bytes[position..<end]
  }

  /// At most eight bytes, the lowest first.
  static func unsigned(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
