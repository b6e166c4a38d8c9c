/// What the words of a piece say, beside its values.
struct ConsoleNote {
  var marks: ConsoleMarks
  var level: ConsolePrefix.Level?
  /// Whether a rule stands above.
  var isTitle: Bool
  var text: String
  var position: Int
  /// The last number of the piece; nil: it has none.
  var number: Double?
  /// Where a warning of Python begins.
  var warningStart = 0

  static func lastNumber(_ line: LineBytes, from start: Int) -> Double? {
    var index = line.count
    while index > start {
      index -= 1
      let isStart =
        line[index].isDigit
        && (index == start || line[index - 1].isBlank || line[index - 1] == UInt8(ascii: "="))
      if !isStart { continue }
      guard let number = ConsoleNumber.read(line, index),
        ConsoleUnit.isEnd(line, number.end)
      else { return nil }
      return number.value
    }
    return nil
  }
}
