/// Counts the lines of bytes in memory up to places that lie one behind the other.
struct LineCounter {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var line: Int

  /// - Parameter line: the one on which the bytes start.
  init(_ bytes: UnsafeBufferPointer<UInt8>, from line: Int = 1) {
    self.bytes = bytes
    self.line = line
  }

  /// The line of a place that does not lie before the last one asked for.
  mutating func line(at offset: Int) -> Int {
    while position < min(offset, bytes.count) {
      if bytes[position] == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
    return line
  }
}
