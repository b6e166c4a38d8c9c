/// Takes from a line what only a terminal needs: colours, cursor movement, decoration.
///
/// A carriage return ends a piece, as progress bars use it. Signs beyond ASCII that mean something
/// become one byte each; letters of other alphabets stay; bytes that are no UTF-8 are taken for
/// Latin-1, which no log fails by.
struct ConsoleText {
  /// `→` and its likes.
  static let arrow: UInt8 = 1
  /// `✓`, `✗`.
  static let yes: UInt8 = 2
  static let no: UInt8 = 3

  private(set) var bytes: [UInt8] = []
  /// Where the pieces end.
  private(set) var ends: [Int] = []

  /// Whether the line can be read as it stands.
  static func isPlain(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    // Without a branch, so that the compiler takes many bytes at once.
    var odd: UInt8 = 0
    for byte in line {
      let isOutside: UInt8 = byte &- 0x20 >= 0x5F ? 1 : 0
      odd |= isOutside & (byte == 9 ? 0 : 1)
    }
    return odd == 0
  }

  static func isBlank(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    for byte in line where byte > 0x20 { return false }
    return true
  }

  mutating func clean(_ line: LineBytes) {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    var index = 0
    while index < line.count {
      let byte = line[index]
      switch byte {
      case 0x1B: index = skipEscape(line, index)
      case 0x0D, 0x08:
        endPiece()
        index += 1
      case 0x80...: index = takeScalar(line, index)
      case 9, 0x20...0x7E:
        bytes.append(byte)
        index += 1
      default:
        bytes.append(0x20)
        index += 1
      }
    }
    endPiece()
  }

  private mutating func endPiece() {
    if bytes.count > ends.last ?? 0 { ends.append(bytes.count) }
  }

  /// ECMA-48, 5.4 (control sequences) and 5.6 (control strings).
  private mutating func skipEscape(_ line: LineBytes, _ start: Int) -> Int {
    var index = start + 2
    switch line[start + 1] {
    case UInt8(ascii: "["):
      while line[index] &- 0x20 < 0x20 { index += 1 }
      // Those that move the cursor begin something new.
      if (0x41...0x48).contains(line[index]) { endPiece() }
      return line[index] &- 0x40 < 0x3F ? index + 1 : index
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
      UInt8(ascii: "_"):
      while index < line.count && line[index] != 7 && line[index] != 0x1B { index += 1 }
      if index == line.count { return start + 2 }
      return line[index] == 0x1B && line[index + 1] == UInt8(ascii: "\\") ? index + 2 : index + 1
    case 0x20...0x2F: return start + 3
    default: return start + 2
    }
  }

  /// Table 3-7 of the Unicode standard, without the finer points of its second column.
  private mutating func takeScalar(_ line: LineBytes, _ start: Int) -> Int {
    let first = line[start]
    let length = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1
    var scalar = UInt32(first) & (0xFF >> UInt32(length + 1))
    for offset in 1..<max(length, 1) {
      let byte = line[start + offset]
      if byte & 0xC0 != 0x80 { return takeLatin(first, start) }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    if length == 1 || (length == 3 && !(0x800...0xD7FF).contains(scalar) && scalar < 0xE000)
      || (length == 4 && !(0x10000...0x10FFFF).contains(scalar))
    {
      return takeLatin(first, start)
    }
    switch ConsoleSign.of(scalar) {
    case .letter:
      for offset in 0..<length { bytes.append(line[start + offset]) }
    case .byte(let byte): bytes.append(byte)
    case .infinity: bytes += "inf".utf8
    case .nothing: break
    }
    return start + length
  }

  private mutating func takeLatin(_ byte: UInt8, _ start: Int) -> Int {
    if byte >= 0xC0 && byte != 0xD7 && byte != 0xF7 {
      bytes.append(0xC3)
      bytes.append(byte & 0xBF)
    } else {
      bytes.append(0x20)
    }
    return start + 1
  }
}
