/// The shortest decimal digits that give a number back: 0.d1d2d3... times 10^exponent.
struct DecimalDigits: Equatable {
  var isNegative = false
  /// From the first that is not 0 to the last that is not 0; empty for 0.
  var digits: [Int] = []
  var exponent = 0

  /// - Precondition: `value` is finite.
  init(_ value: Double) {
    var point: Int?
    var position = 0
    var text = Substring(value.description)
    if let mark = text.firstIndex(of: "e") {
      exponent = Int(text[text.index(after: mark)...]) ?? 0
      text = text[..<mark]
    }
    for character in text {
      if character == "-" { isNegative = true }
      if character == "." { point = position }
      guard let digit = character.wholeNumberValue else { continue }
      digits.append(digit)
      position += 1
    }
    exponent += point ?? position
    let zeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(zeros)
    exponent -= zeros
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { exponent = 0 }
  }

  /// Digits behind the decimal point.
  var decimals: Int { max(0, digits.count - exponent) }

  /// Rounds to so many significant digits, halves away from 0.
  mutating func round(to count: Int) {
    if digits.count <= count { return }
    let isUp = digits[count] >= 5
    digits.removeLast(digits.count - count)
    var index = count - 1
    while isUp && index >= 0 {
      digits[index] += 1
      if digits[index] < 10 { break }
      digits[index] = 0
      index -= 1
    }
    if isUp && index < 0 {
      digits.insert(1, at: 0)
      exponent += 1
    }
    while digits.last == 0 { digits.removeLast() }
  }

  var text: String {
    let sign = isNegative ? "-" : ""
    func joined(_ digits: some Sequence<Int>) -> String { digits.map(String.init).joined() }
    if digits.isEmpty { return "0" }
    // Beyond these, zeros would hide the digits.
    if exponent < -3 || exponent > 7 {
      let power = exponent - 1
      let size = abs(power) < 10 ? "0\(abs(power))" : "\(abs(power))"
      let rest = digits.count > 1 ? "." + joined(digits.dropFirst()) : ""
      return "\(sign)\(digits[0])\(rest)e\(power < 0 ? "-" : "+")\(size)"
    }
    if exponent <= 0 {
      return sign + "0." + joined([Int](repeating: 0, count: -exponent) + digits)
    }
    let whole = digits + [Int](repeating: 0, count: max(0, exponent - digits.count))
    let rest = digits.count > exponent ? "." + joined(digits[exponent...]) : ""
    return sign + joined(whole[..<exponent]) + rest
  }
}

extension Double {
  /// With so many significant digits, or fewer: `28.9`, `0.0692`, `2.77e-05`.
  func shown(_ digits: Int = 4) -> String {
    if isNaN { return "NaN" }
    if isInfinite { return self < 0 ? "-infinity" : "infinity" }
    var decimal = DecimalDigits(self)
    decimal.round(to: digits)
    return decimal.text
  }

  /// A share as a percentage: `62.5 %`.
  var percent: String { (self * 100).shown(3) + " %" }
}
