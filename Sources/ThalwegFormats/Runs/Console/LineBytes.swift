/// The bytes of a line; beyond its ends there is 0, so that nobody need ask where they are.
struct LineBytes {
  let base: UnsafePointer<UInt8>
  let count: Int

  init(_ base: UnsafePointer<UInt8>, count: Int) {
    self.base = base
    self.count = count
  }

  @inline(__always) subscript(_ index: Int) -> UInt8 {
    UInt(bitPattern: index) < UInt(bitPattern: count) ? base[index] : 0
  }

  /// Where what is no blank begins, from `index` on.
  @inline(__always) func afterBlanks(_ index: Int) -> Int {
    var index = index
    while self[index].isBlank { index += 1 }
    return index
  }

  /// Where the digits that stand at `index` end.
  func afterDigits(_ index: Int) -> Int {
    var index = index
    while self[index].isDigit { index += 1 }
    return index
  }

  func hasBlank(_ range: Range<Int>) -> Bool {
    for index in range where self[index].isBlank { return true }
    return false
  }

  /// Whether the bytes of the range are those, small or capital.
  func equals(_ range: Range<Int>, _ word: StaticString) -> Bool {
    range.count == word.utf8CodeUnitCount && starts(range.lowerBound, with: word)
  }

  /// Whether those bytes stand at `index`, small or capital; the word is given in small letters.
  func starts(_ index: Int, with word: StaticString) -> Bool {
    let letters = word.utf8Start
    for offset in 0..<word.utf8CodeUnitCount
    where self[index + offset].lowercased != letters[offset] {
      return false
    }
    return true
  }

  func contains(_ word: StaticString, in range: Range<Int>) -> Bool {
    if range.count < word.utf8CodeUnitCount { return false }
    for start in range.lowerBound...range.upperBound - word.utf8CodeUnitCount
    where starts(start, with: word) {
      return true
    }
    return false
  }

  /// The range without blanks and decoration at its ends: bullets, quotes, marks.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high && (self[low].isDecoration || isDots(low)) { low += 1 }
    while high > low && (self[high - 1].isDecoration || self[high - 1] == UInt8(ascii: ".")) {
      high -= 1
    }
    return low..<high
  }

  /// A point that begins no number.
  private func isDots(_ index: Int) -> Bool {
    self[index] == UInt8(ascii: ".") && !self[index + 1].isWord
  }

  /// At most `limit` bytes of the range as text, with the signs that `ConsoleText` replaced.
  func text(_ range: Range<Int>, limit: Int = 300) -> String {
    var bytes: [UInt8] = []
    for index in range.clamped(to: 0..<count).prefix(limit) {
      switch self[index] {
      case ConsoleText.arrow: bytes += "→".utf8
      case ConsoleText.yes: bytes += "✓".utf8
      case ConsoleText.no: bytes += "✗".utf8
      case let byte: bytes.append(byte < 0x20 ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension UInt8 {
  @inline(__always) var isDigit: Bool { self &- 48 < 10 }
  /// Bytes of other alphabets count; signs of theirs are gone when a line is read.
  @inline(__always) var isLetter: Bool { (self | 0x20) &- 97 < 26 || self >= 0x80 }
  @inline(__always) var isWord: Bool { isLetter || isDigit || self == UInt8(ascii: "_") }
  @inline(__always) var isBlank: Bool { self == UInt8(ascii: " ") || self == 9 }
  @inline(__always) var lowercased: UInt8 { self &- 65 < 26 ? self | 0x20 : self }
  var isDecoration: Bool {
    switch self {
    case 1...32, UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "#"), UInt8(ascii: ">"),
      UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "~"),
      UInt8(ascii: "$"), UInt8(ascii: "!"):
      true
    default: false
    }
  }
}
