import ThalwegRecord

/// Reads what programs print while they train.
///
/// Every `name=value` and `name: value` is taken; which run and which step it belongs to is told by
/// what stands before it. The record's share understood counts the lines that are not blank, and
/// those of them that yielded a number.
package struct ConsoleLogReader: RunFileReader {
  private var lines: LineReader
  private var text = ConsoleText()
  private var runs = ConsoleRuns()
  private var trace = ConsoleTrace()
  private let marks = ConsoleMarkFinder()
  private var columns = ConsoleColumns()
  private var table = ConsoleTable()
  private var grid = ConsoleGrid()
  /// How far the heading above is indented.
  private var headingIndentation = 0
  /// Whether the line before was a rule, as stands above a title.
  private var wasRule = false
  private var isUnderstood = false
  private var cutLines = 0

  package init(_ path: String) throws(FileError) {
    lines = try LineReader(path, dividesAtReturns: true)
  }

  package mutating func advance(_ collector: RunCollector, isFinal: Bool) throws {
    while let line = try lines.next(isFinal: isFinal) { read(line, collector) }
    if !isFinal { return }
    readTable(collector)
    trace.end(&runs, collector)
    runs.finishFile(collector)
    if cutLines > 0 {
      collector.source.remarks.append(
        "\(cutLines) lines are longer than \(LineReader.lineLimit) bytes; the rest of them was "
          + "not read")
    }
    if runs.droppedWarnings > 0 {
      collector.source.remarks.append("\(runs.droppedWarnings) further warnings were left out")
    }
  }

  private mutating func read(_ line: LineReader.Line, _ collector: RunCollector) {
    if line.isCut { cutLines += 1 }
    line.bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      if !line.isRest && ConsoleText.isBlank(bytes) { return }
      let wasUnderstood = line.isRest && isUnderstood
      isUnderstood = wasUnderstood
      // A file of Windows has a carriage return before each line end.
      let count = bytes.count - (bytes.last == 0x0D ? 1 : 0)
      let whole = LineBytes(base, count: count)
      if ConsoleText.isPlain(UnsafeBufferPointer(start: base, count: count)) {
        read(whole, line.number, collector)
      } else {
        readPieces(whole, line.number, collector)
      }
      if !line.isRest {
        collector.part(isUnderstood: isUnderstood)
      } else if isUnderstood && !wasUnderstood {
        collector.source.understood += 1
      }
    }
  }

  private mutating func readPieces(_ line: LineBytes, _ number: Int, _ collector: RunCollector) {
    text.clean(line)
    let (bytes, ends) = (text.bytes, text.ends)
    bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      var start = 0
      for end in ends {
        read(LineBytes(base + start, count: end - start), number, collector)
        start = end
      }
    }
  }

  private mutating func read(_ piece: LineBytes, _ number: Int, _ collector: RunCollector) {
    let prefix = ConsolePrefix(piece)
    let first = piece.afterBlanks(prefix.end)
    if trace.take(piece, from: prefix.end, at: number, &runs, collector) { return }
    if first >= piece.count { return }
    if first - prefix.end <= headingIndentation { runs.heading = nil }
    if table.take(piece, from: first, at: number) {
      wasRule = false
      return
    }
    readTable(collector)
    if isRule(piece, first) {
      wasRule = true
      return
    }
    if columns.takeNames(piece, from: first) || grid.takeNames(piece, from: first) { return }
    if columns.takeRow(piece, from: first) {
      return scanRow(columns.row, prefix, number, collector)
    }
    if grid.takeRow(piece, from: first) { return scanRow(grid.row, prefix, number, collector) }
    scan(piece, prefix, prefix.end, number, collector)
  }

  private mutating func scanRow(
    _ row: [UInt8], _ prefix: ConsolePrefix, _ number: Int, _ collector: RunCollector
  ) {
    row.withUnsafeBufferPointer { row in
      guard let base = row.baseAddress, row.count > 0 else { return }
      scan(LineBytes(base, count: row.count), prefix, 0, number, collector)
    }
  }

  /// Reads the rows of the table that is over.
  private mutating func readTable(_ collector: RunCollector) {
    if table.isEmpty { return }
    let wasUnderstood = isUnderstood
    for row in table.finish() {
      isUnderstood = false
      row.text.withUnsafeBufferPointer { text in
        guard let base = text.baseAddress else { return }
        let piece = LineBytes(base, count: text.count)
        scan(piece, ConsolePrefix(nothingBefore: piece), 0, row.position, collector)
      }
      if isUnderstood { collector.source.understood += 1 }
    }
    isUnderstood = wasUnderstood
  }

  private mutating func scan(
    _ piece: LineBytes, _ prefix: ConsolePrefix, _ start: Int, _ number: Int,
    _ collector: RunCollector
  ) {
    runs.scanner.scan(piece, from: start, keepsTexts: runs.keepsTexts)
    runs.setRank(prefix.rank, isBare: prefix.isBareRank)
    if runs.scanner.hasWords {
      let isTaken = takeWords(piece, prefix, start, number, collector)
      if isTaken {
        wasRule = false
        return
      }
    }
    if runs.take(piece, at: number, collector) { isUnderstood = true }
    wasRule = false
  }

  /// A line of one sign, as `=====`.
  private func isRule(_ piece: LineBytes, _ first: Int) -> Bool {
    let sign = piece[first]
    if sign.isWord || sign < 0x21 { return false }
    for index in first..<first + 4 where piece[index] != sign { return false }
    return (first..<piece.count).allSatisfy { piece[$0] == sign || piece[$0].isBlank }
  }

  /// What the words of a piece say; true where nothing else is to be taken from it.
  private mutating func takeWords(
    _ piece: LineBytes, _ prefix: ConsolePrefix, _ start: Int, _ number: Int,
    _ collector: RunCollector
  ) -> Bool {
    if let heading = runs.scanner.heading {
      runs.setHeading(piece, heading)
      headingIndentation = piece.afterBlanks(start) - start
      if runs.scanner.split != nil { runs.section = runs.scanner.split }
    } else if runs.scanner.split != nil && runs.scanner.isProse,
      let split = ConsoleWords.titleSplit(piece, in: start..<piece.count)
    {
      runs.section = split
    }
    let said = self.marks.found(piece, from: start, names: runs.scanner.items)
    var marks = said.marks
    if marks.remove(.killed) != nil && isKilled(piece, start) { marks.insert(.ended) }
    if isAdvice(piece, piece.afterBlanks(start)) {
      runs.scanner.items.removeAll()
      return true
    }
    let isSilent = marks.isSubset(of: [.summary, .planned])
    if isSilent && prefix.level == nil && !wasRule { return false }
    let note = ConsoleNote(
      marks: marks, level: prefix.level, isTitle: wasRule,
      text: piece.text(piece.trimmed(start..<piece.count)), position: number,
      number: ConsoleNote.lastNumber(piece, from: start), warningStart: said.warningStart)
    let found = runs.take(note, collector)
    if found == .number { isUnderstood = true }
    return found != .nothing
  }

  /// `Killed`, `run.sh: line 5: 123 Killed   python train.py`, `Out of memory: Killed process 123`
  private func isKilled(_ piece: LineBytes, _ start: Int) -> Bool {
    let range = piece.trimmed(start..<piece.count)
    return piece.equals(range, "killed") || piece.contains("killed process", in: range)
      || (piece.contains(": line ", in: range) && piece.contains(" killed ", in: range))
  }

  /// `If you see loss=nan, lower the learning rate`
  private func isAdvice(_ piece: LineBytes, _ first: Int) -> Bool {
    switch piece[first].lowercased {
    case UInt8(ascii: "i"):
      piece.starts(first, with: "if ") || piece.starts(first, with: "in case ")
    case UInt8(ascii: "w"):
      piece.starts(first, with: "when ") || piece.starts(first, with: "whenever ")
    default: false
    }
  }
}
