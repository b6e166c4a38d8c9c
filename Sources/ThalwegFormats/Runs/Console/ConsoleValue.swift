/// What stands behind `name=` or `name:`.
struct ConsoleValue {
  enum Kind {
    case number
    /// `15/169`: the first of both is the figure.
    case fraction
    /// `0.39 / 0.92` behind `mean/std`.
    case pair
    /// `3e-06 → 5e-05`
    case change
    /// Numbers, of the scanner's `elements`, in brackets.
    case list
    case bool
    /// `None`
    case absent
  }

  var kind: Kind
  var value = 0.0
  var second = 0.0
  /// Where it ends.
  var end: Int
  var unit = ConsoleUnit.Kind.none
  var isWhole = false
  /// A number of it is beyond the range of Double, and therefore infinite.
  var isBeyondRange = false
  var hasLoneComma = false
  var elements = 0..<0

  var isPercent: Bool { unit == .percent }

  /// - Parameters:
  ///   - start: where what is no blank follows the sign.
  ///   - hasPair: whether the name speaks of two figures.
  static func read(_ line: LineBytes, _ start: Int, hasPair: Bool) -> ConsoleValue? {
    switch line[start] {
    case 48...57, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      return number(line, start, hasPair: hasPair)
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      guard let value = number(line, start + 1, hasPair: false), line[value.end] == line[start]
      else { return nil }
      var quoted = value
      quoted.end += 1
      return quoted
    case UInt8(ascii: "~"), UInt8(ascii: "$"):
      return line[start + 1].isDigit ? number(line, start + 1, hasPair: false) : nil
    case ConsoleText.yes: return mark(line, start, 1)
    case ConsoleText.no: return mark(line, start, 0)
    default: return line[start].isLetter ? word(line, start, hasPair: hasPair) : nil
    }
  }

  private static func mark(_ line: LineBytes, _ start: Int, _ value: Double) -> ConsoleValue? {
    let next = line[line.afterBlanks(start + 1)]
    return next.isWord ? nil : ConsoleValue(kind: .bool, value: value, end: start + 1)
  }

  private static func word(_ line: LineBytes, _ start: Int, hasPair: Bool) -> ConsoleValue? {
    switch line[start].lowercased {
    case UInt8(ascii: "n"):
      if let number = number(line, start, hasPair: hasPair) { return number }
      if let end = end(of: "none", line, start) ?? end(of: "null", line, start) {
        return ConsoleValue(kind: .absent, end: end)
      }
      if line.starts(start, with: "n/a") && !line[start + 3].isWord {
        return ConsoleValue(kind: .absent, end: start + 3)
      }
      if line.starts(start, with: "np.float") { return call(line, start) }
    case UInt8(ascii: "i"): return number(line, start, hasPair: hasPair)
    case UInt8(ascii: "t"):
      if let end = end(of: "true", line, start) {
        return ConsoleValue(kind: .bool, value: 1, end: end)
      }
      if line.starts(start, with: "tensor(") { return call(line, start) }
    case UInt8(ascii: "f"):
      if let end = end(of: "false", line, start) {
        return ConsoleValue(kind: .bool, value: 0, end: end)
      }
    case UInt8(ascii: "a"): if line.starts(start, with: "array(") { return call(line, start) }
    default: break
    }
    return nil
  }

  private static func end(of word: StaticString, _ line: LineBytes, _ start: Int) -> Int? {
    let end = start + word.utf8CodeUnitCount
    if !line.starts(start, with: word) || line[end].isWord { return nil }
    // `None.weight`, `True/False`: names and choices.
    let isPart = "./-(".utf8.contains(line[end]) && line[end + 1].isWord
    return isPart ? nil : end
  }

  /// `tensor(0.693, grad_fn=<MseLossBackward0>)`
  private static func call(_ line: LineBytes, _ start: Int) -> ConsoleValue? {
    guard let open = (start..<start + 14).first(where: { line[$0] == UInt8(ascii: "(") }),
      let number = ConsoleNumber.read(line, open + 1),
      line[number.end] == UInt8(ascii: ")") || line[number.end] == UInt8(ascii: ","),
      let close = (number.end..<number.end + 80).first(where: { line[$0] == UInt8(ascii: ")") })
    else { return nil }
    return ConsoleValue(
      kind: .number, value: number.value, end: close + 1, isBeyondRange: number.isBeyondRange)
  }

  private static func number(_ line: LineBytes, _ start: Int, hasPair: Bool) -> ConsoleValue? {
    guard let number = ConsoleNumber.read(line, start, thousands: true) else { return nil }
    var value = ConsoleValue(
      kind: .number, value: number.value, end: number.end, isWhole: number.isWhole,
      isBeyondRange: number.isBeyondRange, hasLoneComma: number.hasLoneComma)
    var next = line.afterBlanks(number.end)
    if line[next] == UInt8(ascii: "/"), hasPair || number.isWhole,
      let second = ConsoleNumber.read(line, line.afterBlanks(next + 1))
    {
      // `11/02/2025` and `1/2-3` are no fractions.
      if !ConsoleUnit.isEnd(line, second.end) || line[second.end] == UInt8(ascii: "/") {
        return nil
      }
      value.kind = hasPair ? .pair : .fraction
      value.second = second.value
      value.end = second.end
      if second.isBeyondRange { value.isBeyondRange = true }
      return value
    }
    guard let unit = ConsoleUnit.read(line, number.end) else { return nil }
    value.end = unit.end
    value.unit = unit.kind
    value.value *= unit.factor
    if value.isPercent {
      value.value = ConsoleNumber.read(line, start, thousands: true, shift: -2)?.value ?? .nan
    }
    next = line.afterBlanks(value.end)
    // `1 day, 0:10:00`
    if line.starts(next, with: "day") { return nil }
    let isAscii = line[next] == UInt8(ascii: "-") && line[next + 1] == UInt8(ascii: ">")
    if line[next] == ConsoleText.arrow || isAscii {
      let start = line.afterBlanks(next + (isAscii ? 2 : 1))
      if let second = ConsoleNumber.read(line, start),
        let unit = ConsoleUnit.read(line, second.end),
        (unit.kind == .percent) == value.isPercent
      {
        value.kind = .change
        value.second = second.value * unit.factor / (value.isPercent ? 100 : 1)
        if second.isBeyondRange { value.isBeyondRange = true }
        value.end = unit.end
      }
    }
    return value
  }
}
