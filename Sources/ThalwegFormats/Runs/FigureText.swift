/// A figure as tools and people write it into a cell or a string.
enum FigureText: Equatable {
  /// `isBeyondRange`: the number is beyond the range of Double, `value` therefore infinite.
  case number(_ value: Double, isBeyondRange: Bool)
  /// `null`, `None`: the file says that there is no figure.
  case absent
  /// Nothing is written.
  case empty
  case word

  /// - Parameter comma: whether a comma may be the decimal mark.
  static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, comma: Bool = false
  ) -> FigureText {
    if start == end { return .empty }
    if let number = DecimalText.unbounded(bytes, from: start, to: end, comma: comma) {
      return .number(number.value, isBeyondRange: !number.value.isFinite)
    }
    // The longest of the words below.
    if end - start > 9 { return .word }
    switch String(decoding: bytes[start..<end], as: UTF8.self).lowercased() {
    case "nan", "-nan", "+nan": return .number(.nan, isBeyondRange: false)
    case "inf", "+inf", "infinity", "+infinity": return .number(.infinity, isBeyondRange: false)
    case "-inf", "-infinity": return .number(-.infinity, isBeyondRange: false)
    case "null", "none", "na", "n/a": return .absent
    default: return .word
    }
  }
}
