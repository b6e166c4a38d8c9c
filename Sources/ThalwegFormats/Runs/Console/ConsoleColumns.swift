/// Figures in columns below their names, the first of which counts: `epoch  train_loss  time`.
struct ConsoleColumns {
  /// More columns are no table of training.
  private static let limit = 64

  private var names: [[UInt8]] = []
  /// The row that was taken, as `epoch 1, train_loss=0.5`.
  private(set) var row: [UInt8] = []

  /// Whether the piece is a line of such names, which hold until the next one.
  mutating func takeNames(_ line: LineBytes, from start: Int) -> Bool {
    switch line[start].lowercased {
    case UInt8(ascii: "e"), UInt8(ascii: "s"), UInt8(ascii: "i"), UInt8(ascii: "b"): break
    default: return false
    }
    var end = start
    while line[end].isLetter { end += 1 }
    // Mostly the count itself follows.
    if !(line[end].isBlank && line[line.afterBlanks(end)].isLetter) { return false }
    let isCounted = ConsoleWords.unit(line, start..<end) != nil
    guard isCounted, line.contains("loss", in: end..<line.count) else { return false }
    for index in start..<line.count where "=:|,;0123456789".utf8.contains(line[index]) {
      // `mAP50`
      if !line[index].isDigit || !line[index - 1].isWord { return false }
    }
    let isWide =
      line.contains("  ", in: end..<line.count) || line.contains("\t", in: end..<line.count)
    var found: [[UInt8]] = []
    var index = start
    while index < line.count {
      let cell = endOfCell(line, index, isWide: isWide)
      found.append((index..<cell).map { line[$0] })
      index = line.afterBlanks(cell)
    }
    if !(3...ConsoleColumns.limit).contains(found.count) { return false }
    names = found
    return true
  }

  private func endOfCell(_ line: LineBytes, _ start: Int, isWide: Bool) -> Int {
    var index = start
    while index < line.count {
      let isEnd = !isWide || line[index] == 9 || line[index + 1].isBlank || index + 1 >= line.count
      if line[index].isBlank && isEnd { break }
      index += 1
    }
    return index
  }

  /// Whether the piece has a number for each of the names, and nothing else but a progress bar.
  mutating func takeRow(_ line: LineBytes, from start: Int) -> Bool {
    if names.isEmpty || !line[start].isDigit { return false }
    row.removeAll(keepingCapacity: true)
    var index = start
    for (number, name) in names.enumerated() {
      var end = endOfCell(line, index, isWide: false)
      let next = end
      if number == names.count - 1 && line[end - 1] == UInt8(ascii: ":") { end -= 1 }
      guard end > index, isCell(line, index..<end) else { return false }
      if number > 0 { row += ", ".utf8 }
      row += name
      row.append(number == 0 ? UInt8(ascii: " ") : UInt8(ascii: "="))
      for index in index..<end { row.append(line[index]) }
      index = line.afterBlanks(next)
    }
    if index < line.count && !line.contains("%|", in: index..<line.count) { return false }
    row += ", ".utf8
    for index in index..<line.count { row.append(line[index]) }
    return true
  }

  /// A number, a time, or a mark for nothing.
  private func isCell(_ line: LineBytes, _ cell: Range<Int>) -> Bool {
    if line[cell.lowerBound] == UInt8(ascii: "-") && cell.count == 1 { return true }
    if let value = ConsoleValue.read(line, cell.lowerBound, hasPair: false) {
      return value.end == cell.upperBound
    }
    return cell.allSatisfy { line[$0].isDigit || line[$0] == UInt8(ascii: ":") }
  }
}
