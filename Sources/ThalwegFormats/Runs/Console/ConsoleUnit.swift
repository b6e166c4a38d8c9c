/// What may follow a number: nothing, a percent sign, a unit.
struct ConsoleUnit {
  var end: Int
  var factor = 1.0
  var isPercent = false

  /// nil: what follows shows that the number is part of something else, as a date or a version.
  static func read(_ line: LineBytes, _ start: Int) -> ConsoleUnit? {
    let next = line[start]
    if next == UInt8(ascii: "%") {
      // `45%|####    |`: a progress bar.
      if line[start + 1] == UInt8(ascii: "|") { return nil }
      return isEnd(line, start + 1) ? ConsoleUnit(end: start + 1, isPercent: true) : nil
    }
    if next.isLetter { return letters(line, start) }
    // `12.3/s`
    if next == UInt8(ascii: "/") && line[start + 1] | 0x20 == UInt8(ascii: "s") {
      return isEnd(line, start + 2) ? ConsoleUnit(end: start) : nil
    }
    return isEnd(line, start) ? ConsoleUnit(end: start) : nil
  }

  private static func letters(_ line: LineBytes, _ start: Int) -> ConsoleUnit? {
    var end = start
    while line[end].isLetter || line[end] == UInt8(ascii: "/") { end += 1 }
    let word = start..<end
    if !isEnd(line, end) { return nil }
    switch line[start] {
    case UInt8(ascii: "k"), UInt8(ascii: "K"):
      if word.count == 1 { return ConsoleUnit(end: end, factor: 1e3) }
    case UInt8(ascii: "M"): if word.count == 1 { return ConsoleUnit(end: end, factor: 1e6) }
    case UInt8(ascii: "B"): if word.count == 1 { return ConsoleUnit(end: end, factor: 1e9) }
    default: break
    }
    return isUnit(line, word) ? ConsoleUnit(end: end) : nil
  }

  private static func isUnit(_ line: LineBytes, _ word: Range<Int>) -> Bool {
    switch word.count {
    case 1: "smhxG".utf8.contains(line[word.lowerBound])
    case 2:
      line.equals(word, "ms") || line.equals(word, "us") || line.equals(word, "ns")
        || line.equals(word, "kb") || line.equals(word, "mb") || line.equals(word, "gb")
        || line.equals(word, "tb") || line.equals(word, "it") || line.equals(word, "hr")
        || line.equals(word, "db")
    case 3...9:
      line.equals(word, "sec") || line.equals(word, "secs") || line.equals(word, "min")
        || line.equals(word, "mins") || line.equals(word, "kib") || line.equals(word, "mib")
        || line.equals(word, "gib") || line.equals(word, "it/s") || line.equals(word, "s/it")
        || line.equals(word, "ms/step") || line.equals(word, "s/step")
        || line.equals(word, "s/epoch") || line.equals(word, "mb/s")
        || line.equals(word, "tok/s") || line.equals(word, "samples/s")
    default: false
    }
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
