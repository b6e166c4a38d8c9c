/// The grammar of numbers in JSON: no plus sign, no leading zeros, digits on both sides of a point.
enum JSONNumber {
  static func mayContain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  /// Whether the number in `bytes[start..<end]` has neither point nor exponent; nil where the text
  /// breaks the grammar.
  static func isInteger(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int
  ) -> Bool? {
    var position = start
    func takeDigits() -> Int {
      let first = position
      while position < end && bytes[position] &- 48 < 10 { position += 1 }
      return position - first
    }
    if position < end && bytes[position] == UInt8(ascii: "-") { position += 1 }
    let isZeroFirst = position < end && bytes[position] == UInt8(ascii: "0")
    let whole = takeDigits()
    if whole == 0 || (isZeroFirst && whole > 1) { return nil }
    var isInteger = true
    if position < end && bytes[position] == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      if takeDigits() == 0 { return nil }
    }
    if position < end && bytes[position] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      position += 1
      let isSigned =
        position < end
        && (bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-"))
      if isSigned { position += 1 }
      if takeDigits() == 0 { return nil }
    }
    return position == end ? isInteger : nil
  }
}
