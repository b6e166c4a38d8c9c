import ThalwegFormats

/// Pieces of event files made byte by byte, right or wrong.
enum EventBytes {
  static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func key(_ field: Int, _ wire: Int) -> [UInt8] { varint(UInt64(field << 3 | wire)) }

  static func number(_ field: Int, _ value: Int) -> [UInt8] {
    key(field, 0) + varint(UInt64(bitPattern: Int64(value)))
  }

  static func double(_ field: Int, _ value: Double) -> [UInt8] { key(field, 1) + bits(value) }

  static func float(_ field: Int, _ value: Float) -> [UInt8] {
    key(field, 5) + ZipBytes.number(Int(value.bitPattern), 4)
  }

  static func bits(_ value: Double) -> [UInt8] {
    ZipBytes.number(Int(truncatingIfNeeded: value.bitPattern), 8)
  }

  /// A message, a text, or a packed list.
  static func bytes(_ field: Int, _ content: [UInt8]...) -> [UInt8] {
    let content = content.flatMap { $0 }
    return key(field, 2) + varint(UInt64(content.count)) + content
  }

  static func text(_ field: Int, _ text: String) -> [UInt8] { bytes(field, Array(text.utf8)) }

  static func group(_ field: Int, _ content: [UInt8] = []) -> [UInt8] {
    key(field, 3) + content + key(field, 4)
  }

  /// An event of one value.
  static func event(step: Int, value: [UInt8]...) -> [UInt8] {
    double(1, 1.5) + number(2, step) + bytes(5, bytes(1, value.flatMap { $0 }))
  }

  static func scalar(step: Int, _ tag: String, _ value: Float) -> [UInt8] {
    event(step: step, value: text(1, tag), float(2, value))
  }

  /// A value that is a tensor.
  static func tensor(_ plugin: String, extents: [Int], _ rest: [UInt8]...) -> [UInt8] {
    let shape = extents.flatMap { bytes(2, number(1, $0)) }
    return text(1, "t") + bytes(8, bytes(2, shape), rest.flatMap { $0 })
      + bytes(9, bytes(1, text(1, plugin)))
  }

  /// A payload with its length and its checksums.
  static func record(_ payload: [UInt8]) -> [UInt8] {
    header(UInt64(payload.count)) + payload + masked(payload)
  }

  static func header(_ length: UInt64) -> [UInt8] {
    let number = ZipBytes.number(Int(truncatingIfNeeded: length), 8)
    return number + masked(number)
  }

  private static func masked(_ bytes: [UInt8]) -> [UInt8] {
    ZipBytes.number(Int(bytes.withUnsafeBytes(CRC32C.masked)), 4)
  }
}
