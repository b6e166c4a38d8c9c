/// A table whose first row names its columns, one of which counts, as model cards have it:
/// `| Training Loss | Epoch | Step | Validation Loss |`.
struct ConsoleGrid {
  /// More columns are no table of training.
  private static let limit = 64

  private var names: [[UInt8]] = []
  /// The columns in the order in which they are said: those that count come first.
  private var order: [(column: Int, isCount: Bool)] = []
  /// The row that was taken, as `Step 500, Training Loss=0.5`; empty: it rules off the names.
  private(set) var row: [UInt8] = []

  /// Whether the piece is a row of such names, which hold until the next one.
  mutating func takeNames(_ line: LineBytes, from first: Int) -> Bool {
    guard line[first] == UInt8(ascii: "|"), line.contains("loss", in: first..<line.count),
      let cells = cells(line, from: first), cells.count >= 3
    else { return false }
    for cell in cells {
      let isSigned = cell.contains { "=:".utf8.contains(line[$0]) }
      if isSigned || !line[cell.lowerBound].isLetter { return false }
    }
    var (counts, others): ([Int], [Int]) = ([], [])
    for (column, cell) in cells.enumerated() {
      if ConsoleWords.unit(line, cell) != nil {
        counts.append(column)
      } else {
        others.append(column)
      }
    }
    if counts.isEmpty { return false }
    order =
      counts.map { (column: $0, isCount: true) } + others.map { (column: $0, isCount: false) }
    names = cells.map { cell in cell.map { line[$0] } }
    return true
  }

  /// Whether the piece has a number, or a mark for none, below each of the names.
  mutating func takeRow(_ line: LineBytes, from first: Int) -> Bool {
    guard !names.isEmpty, line[first] == UInt8(ascii: "|"), let cells = cells(line, from: first),
      cells.count == names.count
    else { return false }
    row.removeAll(keepingCapacity: true)
    let isRuled = cells.allSatisfy { cell in
      cell.allSatisfy { line[$0] == UInt8(ascii: "-") || line[$0] == UInt8(ascii: ":") }
    }
    if isRuled { return true }
    for (column, isCount) in order {
      let cell = cells[column]
      if line.equals(cell, "no log") || line.equals(cell, "-") || cell.isEmpty { continue }
      guard let value = ConsoleValue.read(line, cell.lowerBound, hasPair: false),
        value.end == cell.upperBound
      else { return false }
      row += names[column]
      row.append(isCount ? UInt8(ascii: " ") : UInt8(ascii: "="))
      for index in cell { row.append(line[index]) }
      row += ", ".utf8
    }
    return true
  }

  /// What stands between the bars, without blanks round it; nil where none ends the line.
  private func cells(_ line: LineBytes, from first: Int) -> [Range<Int>]? {
    var cells: [Range<Int>] = []
    var start = first + 1
    for index in start..<max(start, line.count) where line[index] == UInt8(ascii: "|") {
      var (low, high) = (start, index)
      while low < high && line[low].isBlank { low += 1 }
      while high > low && line[high - 1].isBlank { high -= 1 }
      cells.append(low..<high)
      if cells.count > ConsoleGrid.limit { return nil }
      start = index + 1
    }
    return line.afterBlanks(start) >= line.count ? cells : nil
  }
}
