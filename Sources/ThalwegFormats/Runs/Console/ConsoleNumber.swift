/// A number as programs print it.
struct ConsoleNumber {
  var value: Double
  /// Where it ends.
  var end: Int
  /// Written without point and exponent.
  var isWhole: Bool
  /// It is beyond the range of Double, `value` therefore infinite.
  var isBeyondRange = false
  /// `2,990`: one comma, which some countries write for the decimal point.
  var hasLoneComma = false

  /// The number at `start`; nil where there is none. What may follow it is not looked at.
  /// - Parameters:
  ///   - thousands: whether `5,094` is one number.
  ///   - shift: the power of ten that the number is multiplied with before it is rounded.
  static func read(
    _ line: LineBytes, _ start: Int, thousands: Bool = false, shift: Int = 0
  ) -> ConsoleNumber? {
    var index = start
    let isNegative = line[index] == UInt8(ascii: "-")
    if isNegative || line[index] == UInt8(ascii: "+") { index += 1 }
    if line[index].isLetter { return word(line, index, isNegative) }
    let first = index
    // Eighteen digits fit into 64 bits whatever they are; beyond them the slow way is taken.
    var (significand, digits, exponent) = (UInt64(0), 0, 0)
    func takeDigits() {
      while line[index].isDigit {
        if digits < 18 { significand = significand &* 10 &+ UInt64(line[index] &- 48) }
        digits += 1
        index += 1
      }
    }
    takeDigits()
    var isWhole = true
    var commas = 0
    if thousands && digits > 0 && digits <= 3 && line[first] != UInt8(ascii: "0") {
      while line[index] == UInt8(ascii: ","), line.afterDigits(index + 1) == index + 4 {
        index += 1
        commas += 1
        takeDigits()
      }
    }
    if line[index] == UInt8(ascii: ".") {
      if line[index + 1] == UInt8(ascii: "#"), let end = endOfMark(line, index + 2) {
        let isInfinite = line.starts(index + 2, with: "inf")
        let value: Double = isInfinite ? (isNegative ? -.infinity : .infinity) : .nan
        return ConsoleNumber(value: value, end: end, isWhole: false)
      }
      if line[index + 1].isDigit {
        let whole = digits
        index += 1
        takeDigits()
        exponent = whole - digits
        isWhole = false
      } else if digits > 0 && !line[index + 1].isWord && line[index + 1] != UInt8(ascii: ".") {
        index += 1
        isWhole = false
      }
    }
    if digits == 0 { return nil }
    if line[index] | 0x20 == UInt8(ascii: "e"), let written = power(line, index + 1) {
      exponent += written.value
      index = written.end
      isWhole = false
    }
    exponent += shift
    let size: Double
    if digits <= 18 && significand <= 1 << 53 && abs(exponent) <= 22 {
      size = product(significand, exponent)
    } else {
      let bytes = UnsafeBufferPointer(start: line.base, count: line.count)
      guard let slow = DecimalText.unbounded(bytes, from: first, to: index, comma: false)
      else { return nil }
      size = shift < 0 ? slow.value / DecimalText.powers[min(-shift, 22)] : slow.value
    }
    return ConsoleNumber(
      value: isNegative ? -size : size, end: index, isWhole: isWhole,
      isBeyondRange: !size.isFinite, hasLoneComma: commas == 1 && isWhole)
  }

  /// `QNAN`, `IND`, `INF` behind `1.#`, as old libraries of Windows write what is not finite.
  private static func endOfMark(_ line: LineBytes, _ start: Int) -> Int? {
    var end = start
    while line[end].isLetter { end += 1 }
    let word = start..<end
    let isMark =
      line.equals(word, "qnan") || line.equals(word, "snan") || line.equals(word, "ind")
      || line.equals(word, "inf")
    if !isMark { return nil }
    end = line.afterDigits(end)
    return line[end].isWord ? nil : end
  }

  /// Both factors are exact, so that one rounding remains (Clinger 1990, fast path).
  private static func product(_ significand: UInt64, _ exponent: Int) -> Double {
    let power = DecimalText.powers[abs(exponent)]
    return exponent < 0 ? Double(significand) / power : Double(significand) * power
  }

  private static func power(_ line: LineBytes, _ start: Int) -> (value: Int, end: Int)? {
    var index = start
    let isNegative = line[index] == UInt8(ascii: "-")
    if isNegative || line[index] == UInt8(ascii: "+") { index += 1 }
    let first = index
    var value = 0
    while line[index].isDigit {
      value = min(value * 10 + Int(line[index] &- 48), 100_000)
      index += 1
    }
    return index == first ? nil : (isNegative ? -value : value, index)
  }

  /// `nan`, `inf`, `Infinity` and what else stands for them.
  private static func word(
    _ line: LineBytes, _ start: Int, _ isNegative: Bool
  ) -> ConsoleNumber? {
    let value: Double
    var end = start + 3
    if line.starts(start, with: "nan") {
      value = .nan
    } else if line.starts(start, with: "inf") {
      value = isNegative ? -.infinity : .infinity
      if line.starts(end, with: "inity") { end += 5 }
    } else {
      return nil
    }
    return line[end].isWord ? nil : ConsoleNumber(value: value, end: end, isWhole: false)
  }
}
