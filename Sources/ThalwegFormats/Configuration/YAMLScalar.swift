import ThalwegRecord

/// What a plain scalar is by YAML 1.1 as PyYAML resolves it, which reads most configurations.
///
/// A float needs a point, and its exponent a sign: `5e-3` and `1.0e5` are texts. `yes` is a
/// boolean, `017` is 15, `12:30` is 750. The patterns are those of yaml.org/type/{float,int,bool};
/// PyYAML's own differ in `-.5`, which is a text to it.
enum YAMLScalar {
  static func value(of text: String) -> Setting.Value {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    default: break
    }
    var digits = Array(text.utf8)[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    let isSigned = digits.count < text.utf8.count
    guard let size = size(digits, isSigned: isSigned) else { return .text(text) }
    return .number(isNegative ? -size : size)
  }

  private static func size(_ text: ArraySlice<UInt8>, isSigned: Bool) -> Double? {
    guard let first = text.first else { return nil }
    if first == UInt8(ascii: ".") {
      if [".inf", ".Inf", ".INF"].contains(String(decoding: text, as: UTF8.self)) {
        return .infinity
      }
      return isSigned ? nil : float(text)
    }
    if !isDigit(first) { return nil }
    return text.contains(UInt8(ascii: ":")) ? sexagesimal(text) : integer(text) ?? float(text)
  }

  private static func integer(_ text: ArraySlice<UInt8>) -> Double? {
    if text.first != UInt8(ascii: "0") || text.count == 1 { return whole(text, radix: 10) }
    switch text.dropFirst().first {
    case UInt8(ascii: "b"): return whole(text.dropFirst(2), radix: 2)
    case UInt8(ascii: "x"): return whole(text.dropFirst(2), radix: 16)
    default: return whole(text, radix: 8)
    }
  }

  /// Digits with underscores among them; nil for anything else, and for underscores alone.
  private static func whole(_ text: ArraySlice<UInt8>, radix: Int) -> Double? {
    let digits = text.filter { $0 != UInt8(ascii: "_") }
    if digits.isEmpty { return nil }
    let spelled = String(decoding: digits, as: UTF8.self)
    if !digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) { return nil }
    if let value = Int(spelled, radix: radix) { return Double(value) }
    // Beyond 64 bits.
    var value = 0.0
    for character in spelled {
      guard let digit = character.hexDigitValue, digit < radix else { return nil }
      value = value * Double(radix) + Double(digit)
    }
    return value
  }

  /// `1.`, `.5`, `1_0.5`, `1.0e+5`; a point must be there, and a sign in the exponent.
  private static func float(_ text: ArraySlice<UInt8>) -> Double? {
    guard let point = text.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    let mark = text.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? text.endIndex
    if mark < point { return nil }
    let (head, tail) = (text[..<point], text[text.index(after: point)..<mark])
    if !(head + tail).allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") }) { return nil }
    guard let first = head.first ?? tail.first, isDigit(first) else { return nil }
    if mark < text.endIndex {
      let exponent = text[text.index(after: mark)...]
      let isSigned = exponent.first == UInt8(ascii: "+") || exponent.first == UInt8(ascii: "-")
      if !isSigned || exponent.count < 2 { return nil }
      if !exponent.dropFirst().allSatisfy(isDigit) { return nil }
    }
    let plain = text.filter { $0 != UInt8(ascii: "_") }
    // What Double cannot hold is infinite to Python.
    return DecimalText.parse(plain, from: 0, to: plain.count, comma: false)?.value ?? .infinity
  }

  /// `190:20:30` and `190:20:30.15`: base 60, as for hours, minutes, seconds.
  private static func sexagesimal(_ text: ArraySlice<UInt8>) -> Double? {
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard let head = parts.first, let tail = parts.last else { return nil }
    let hasPoint = tail.contains(UInt8(ascii: "."))
    // A whole number starts with no 0; what has a fraction may.
    if !hasPoint && head.first == UInt8(ascii: "0") { return nil }
    guard var value = whole(head, radix: 10) else { return nil }
    for (index, part) in parts.enumerated().dropFirst() {
      let isLast = index == parts.count - 1
      let pieces = part.split(
        separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
      let digits = pieces[0]
      if digits.isEmpty || digits.count > 2 || !digits.allSatisfy(isDigit) { return nil }
      if digits.count == 2 && digits[digits.startIndex] > UInt8(ascii: "5") { return nil }
      if pieces.count > 1 && !isLast { return nil }
      guard var number = Double(String(decoding: digits, as: UTF8.self)) else { return nil }
      if pieces.count > 1 {
        let fraction = pieces[1].filter { $0 != UInt8(ascii: "_") }
        if !fraction.allSatisfy(isDigit) { return nil }
        guard let share = Double("0." + String(decoding: fraction, as: UTF8.self) + "0") else {
          return nil
        }
        number += share
      }
      value = value * 60 + number
    }
    return value
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
}
