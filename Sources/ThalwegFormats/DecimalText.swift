/// A decimal number in the bytes of a file: sign, digits, one decimal mark, exponent.
enum DecimalText {
  struct Parsed {
    var value: Double
    /// The decimal mark that was used, `.` or `,`.
    var mark: UInt8?
  }

  static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The number in `bytes[start..<end]`, correctly rounded, or nil where there is none, where it
  /// is beyond Double's range, or where `comma` is false and a comma stands in it.
  static func parse(_ bytes: [UInt8], from start: Int, to end: Int, comma: Bool) -> Parsed? {
    let parsed = bytes.withUnsafeBufferPointer { bytes in
      unbounded(bytes, from: start, to: end, comma: comma)
    }
    guard let parsed, parsed.value.isFinite else { return nil }
    return parsed
  }

  /// As `parse`, but infinite where the number is beyond Double's range.
  static func unbounded(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, comma: Bool
  ) -> Parsed? {
    var position = start
    var isNegative = false
    if position < end, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+")
    {
      isNegative = bytes[position] == UInt8(ascii: "-")
      position += 1
    }
    var (digits, significand, exponent) = (0, UInt64(0), 0)
    var mark: UInt8?
    // Nineteen digits fit into 64 bits; beyond them the slow way is taken and nothing is lost.
    var fits = true
    while position < end {
      let byte = bytes[position]
      if byte &- 48 < 10 {
        digits += 1
        if significand < 1_000_000_000_000_000_000 {
          significand = significand * 10 + UInt64(byte &- 48)
        } else {
          fits = false
        }
        if mark != nil { exponent -= 1 }
      } else if mark == nil
        && (byte == UInt8(ascii: ".") || (comma && byte == UInt8(ascii: ",")))
      {
        mark = byte
      } else {
        break
      }
      position += 1
    }
    if digits == 0 { return nil }
    if position < end {
      guard let written = parseExponent(bytes, from: position, to: end) else { return nil }
      exponent += written
    }
    if fits && significand <= 1 << 53 && abs(exponent) <= 22 {
      // Both factors are exact, so that one rounding remains (Clinger 1990, fast path).
      let power = powers[abs(exponent)]
      let size = exponent < 0 ? Double(significand) / power : Double(significand) * power
      return Parsed(value: isNegative ? -size : size, mark: mark)
    }
    if fits, let size = quotient(significand, exponent) {
      return Parsed(value: isNegative ? -size : size, mark: mark)
    }
    let text = bytes[start..<end].map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }
    guard let value = Double(String(decoding: text, as: UTF8.self)) else { return nil }
    return Parsed(value: value, mark: mark)
  }

  /// `significand` times ten to the `exponent`, correctly rounded; nil where the exponent is not
  /// within -22 and 0, or the rounding hangs on more bits than these.
  ///
  /// The dividend is the sum of two doubles; the remainder of the first quotient, which is exact
  /// (Markstein 1990), gives its second part to 2^-104 of the whole.
  private static func quotient(_ significand: UInt64, _ exponent: Int) -> Double? {
    if exponent > 0 || exponent < -22 { return nil }
    let power = powers[-exponent]
    let high = Double(significand)
    let low = Double(Int64(bitPattern: significand &- UInt64(high)))
    let first = high / power
    let second = (high.addingProduct(-first, power) + low) / power
    let doubt = first * 0x1p-98
    let least = first + (second - doubt)
    return least == first + (second + doubt) ? least : nil
  }

  /// The whole number behind an `e`, held within what Double can tell apart.
  private static func parseExponent(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int
  ) -> Int? {
    var position = start
    if bytes[position] | 0x20 != UInt8(ascii: "e") { return nil }
    position += 1
    var isNegative = false
    if position < end, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+")
    {
      isNegative = bytes[position] == UInt8(ascii: "-")
      position += 1
    }
    if position == end { return nil }
    var value = 0
    while position < end {
      if bytes[position] &- 48 >= 10 { return nil }
      value = min(value * 10 + Int(bytes[position] &- 48), 100_000)
      position += 1
    }
    return isNegative ? -value : value
  }
}
