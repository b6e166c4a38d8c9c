/// A table of two columns, `|    loss  | 0.5  |`, of which a row below may say how far training is.
struct ConsoleTable {
  struct Row {
    var text: [UInt8]
    var position: Int
  }

  /// More rows are read in parts.
  private static let limit = 512

  private var rows: [Row] = []
  /// `train/`, above the rows that are of it.
  private var group: [UInt8] = []
  private var isOfTraining = false
  /// The row that says how far training is, and how well it is known for it; the lower the better.
  private var count: (row: Int, value: [UInt8], rank: Int)?

  var isEmpty: Bool { rows.isEmpty }

  /// Whether the piece is a row, which is kept until the table is over.
  mutating func take(_ line: LineBytes, from first: Int, at position: Int) -> Bool {
    guard line[first] == UInt8(ascii: "|"), rows.count < ConsoleTable.limit,
      let bar = (first + 1..<line.count).first(where: { line[$0] == UInt8(ascii: "|") }),
      let end = (bar + 1..<line.count).first(where: { line[$0] == UInt8(ascii: "|") }),
      line.afterBlanks(end + 1) >= line.count
    else { return false }
    let name = line.trimmed(first + 1..<bar)
    let value = line.afterBlanks(bar + 1)
    guard !name.isEmpty, line[name.lowerBound].isLetter,
      !name.contains(where: { line[$0] == UInt8(ascii: "=") || line[$0] == UInt8(ascii: ":") })
    else { return false }
    let text = name.map { line[$0] }
    if value == end {
      if text.last != UInt8(ascii: "/") { return false }
      group = text
      isOfTraining = true
      rows.append(Row(text: [], position: position))
      return true
    }
    guard let read = ConsoleValue.read(line, value, hasPair: false),
      line.afterBlanks(read.end) == end
    else { return false }
    let shown = (value..<read.end).map { line[$0] }
    if line.contains("loss", in: name) { isOfTraining = true }
    if read.isWhole, let rank = rank(line, name), rank < count?.rank ?? .max {
      count = (rows.count, (rank == 0 ? Array("epoch".utf8) : Array("step".utf8)) + shown, rank)
    }
    rows.append(Row(text: group + text + [UInt8(ascii: "=")] + shown, position: position))
    return true
  }

  /// Whether the row counts epochs or steps; of several the lowest is taken.
  private func rank(_ line: LineBytes, _ name: Range<Int>) -> Int? {
    if line.equals(name, "total_timesteps") || line.equals(name, "total timesteps") { return 1 }
    if line.equals(name, "iterations") { return 3 }
    switch ConsoleWords.unit(ofName: name, in: line) {
    case .epoch: return 0
    case .step: return 2
    default: return nil
    }
  }

  /// The rows, how far training is first, each as `name=value`.
  mutating func finish() -> [Row] {
    var found = rows
    if let count {
      found.remove(at: count.row)
      // Without a sign it is no setting.
      let sign = isOfTraining ? UInt8(ascii: " ") : UInt8(ascii: "=")
      var text = count.value
      text.insert(sign, at: text.firstIndex { $0.isDigit } ?? text.count)
      found.insert(Row(text: text, position: rows[count.row].position), at: 0)
    }
    self = ConsoleTable()
    return found.filter { !$0.text.isEmpty }
  }
}
