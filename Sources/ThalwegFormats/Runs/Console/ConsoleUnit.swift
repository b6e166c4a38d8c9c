/// What may follow a number: nothing, a percent sign, a unit.
struct ConsoleUnit {
  enum Kind: Int {
    case none, percent
    /// `1.5K`, `7B`: a power of ten.
    case power
    /// Seconds, bytes, a rate: what is measured so is no loss.
    case measure
  }

  var end: Int
  var factor = 1.0
  var kind = Kind.none

  /// nil: what follows shows that the number is part of something else, as a date or a version.
  static func read(_ line: LineBytes, _ start: Int) -> ConsoleUnit? {
    let next = line[start]
    if next == UInt8(ascii: "%") {
      // `45%|####    |`: a progress bar.
      if line[start + 1] == UInt8(ascii: "|") { return nil }
      return isEnd(line, start + 1) ? ConsoleUnit(end: start + 1, kind: .percent) : nil
    }
    if next.isLetter { return letters(line, start) }
    if next == UInt8(ascii: "/") && isName(line, start + 1) { return ConsoleUnit(end: start) }
    // `12.3/s`
    if next == UInt8(ascii: "/") && line[start + 1] | 0x20 == UInt8(ascii: "s") {
      return isEnd(line, start + 2) ? ConsoleUnit(end: start, kind: .measure) : nil
    }
    // `3012 MB`
    if next == UInt8(ascii: " "),
      line[start + 2].lowercased == UInt8(ascii: "b")
        || line[start + 3].lowercased == UInt8(ascii: "b"), let unit = letters(line, start + 1),
      unit.kind == .measure, unit.factor > 1,
      !"=:".utf8.contains(line[line.afterBlanks(unit.end)])
    {
      return unit
    }
    return isEnd(line, start) ? ConsoleUnit(end: start) : nil
  }

  private static func letters(_ line: LineBytes, _ start: Int) -> ConsoleUnit? {
    var end = start
    while line[end].isLetter || line[end] == UInt8(ascii: "/") { end += 1 }
    let word = start..<end
    if !isEnd(line, end) { return nil }
    if let bytes = bytes(line, word) {
      return ConsoleUnit(end: end, factor: bytes, kind: .measure)
    }
    if word.count == 1 {
      switch line[start] {
      case UInt8(ascii: "k"), UInt8(ascii: "K"):
        return ConsoleUnit(end: end, factor: 1e3, kind: .power)
      case UInt8(ascii: "M"): return ConsoleUnit(end: end, factor: 1e6, kind: .power)
      case UInt8(ascii: "B"): return ConsoleUnit(end: end, factor: 1e9, kind: .power)
      case UInt8(ascii: "G"): return ConsoleUnit(end: end, factor: 1e9, kind: .measure)
      default: break
      }
    }
    return isUnit(line, word) ? ConsoleUnit(end: end, kind: .measure) : nil
  }

  /// How many bytes are in a `GB`, a `GiB`; nil: it is no such unit.
  private static func bytes(_ line: LineBytes, _ word: Range<Int>) -> Double? {
    let first = word.lowerBound
    let isBinary = word.count == 3 && line.starts(first + 1, with: "ib")
    if !isBinary && !(word.count == 2 && line.starts(first + 1, with: "b")) { return nil }
    let thousand: Double = isBinary ? 1024 : 1000
    switch line[first].lowercased {
    case UInt8(ascii: "k"): return thousand
    case UInt8(ascii: "m"): return thousand * thousand
    case UInt8(ascii: "g"): return thousand * thousand * thousand
    case UInt8(ascii: "t"): return thousand * thousand * thousand * thousand
    default: return nil
    }
  }

  private static func isUnit(_ line: LineBytes, _ word: Range<Int>) -> Bool {
    switch word.count {
    case 1: "smhx".utf8.contains(line[word.lowerBound])
    case 2:
      line.equals(word, "ms") || line.equals(word, "us") || line.equals(word, "ns")
        || line.equals(word, "it") || line.equals(word, "hr")
        || line.equals(word, "db")
    case 3...9:
      line.equals(word, "sec") || line.equals(word, "secs") || line.equals(word, "min")
        || line.equals(word, "mins") || line.equals(word, "it/s") || line.equals(word, "s/it")
        || line.equals(word, "ms/step") || line.equals(word, "s/step")
        || line.equals(word, "s/epoch") || line.equals(word, "mb/s")
        || line.equals(word, "tok/s") || line.equals(word, "samples/s")
    default: false
    }
  }

  /// Whether a name with its sign stands there: `step=`.
  static func isName(_ line: LineBytes, _ start: Int) -> Bool {
    if !line[start].isLetter { return false }
    var end = start
    while line[end].isWord { end += 1 }
    return line[end] == UInt8(ascii: "=")
  }

  /// Whether a number can end before the byte at `index`.
  static func isEnd(_ line: LineBytes, _ index: Int) -> Bool {
    let next = line[index + 1]
    switch line[index] {
    case UInt8(ascii: "."): return !(next.isWord || next == UInt8(ascii: "."))
    case UInt8(ascii: "-"): return !next.isWord
    case UInt8(ascii: ":"), UInt8(ascii: ","): return !next.isDigit
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "\\"),
      UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "%"):
      return false
    case let byte: return !(byte.isLetter || byte.isDigit)
    }
  }
}
