/// The grammar of numbers in JSON: no plus sign, no leading zeros, digits on both sides of a point.
enum JSONNumber {
  static func mayContain(_ byte: UInt8) -> Bool {
    byte &- 48 < 10 || "+-.eE".utf8.contains(byte)
  }

  /// An integer where the text has neither point nor exponent and fits into Int, else a Double; nil
  /// where it breaks the grammar or is beyond the range of Double.
  static func parse(_ bytes: ArraySlice<UInt8>) -> JSON? {
    var rest = bytes
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    let isZeroFirst = rest.first == UInt8(ascii: "0")
    let whole = takeDigits(&rest)
    if whole == 0 || (isZeroFirst && whole > 1) { return nil }
    var isInteger = true
    if rest.first == UInt8(ascii: ".") {
      isInteger = false
      rest.removeFirst()
      if takeDigits(&rest) == 0 { return nil }
    }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      rest.removeFirst()
      if let sign = rest.first, "+-".utf8.contains(sign) { rest.removeFirst() }
      if takeDigits(&rest) == 0 { return nil }
    }
    if !rest.isEmpty { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    // Int has no negative zero; Double keeps its sign.
    if isInteger && text != "-0", let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { return nil }
    return .number(value)
  }

  private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
    let count = rest.prefix { $0 &- 48 < 10 }.count
    rest = rest.dropFirst(count)
    return count
  }
}
