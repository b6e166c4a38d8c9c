import ThalwegRecord

/// Reads a CSV table of figures row by row: `metrics.csv` of PyTorch Lightning, exports of Weights &
/// Biases and TensorBoard, and what scripts write.
///
/// An empty cell is a figure that was not recorded; `nan` and `inf` are figures, `null` and `None`
/// say that there is none.
struct TableRunReader: RunFileReader {
  private static let lineLimit = 4 << 20
  private static let tagLimit = 20_000
  /// So many lines may stand between the quotes of one cell.
  private static let quotedLines = 100

  private let path: String
  private let shape: TableShape
  private let comma: Bool
  private var lines: LineReader
  private var columns: TableColumns?
  private var slots: [RunCollector.Slot] = []
  private var row = TableRow()
  private var figures: [FigureText] = []
  private var tags: [String: RunCollector.Slot] = [:]
  /// A record whose quotes are open at the end of its last line.
  private var pending: (line: Int, count: Int, bytes: [UInt8])?

  init(_ path: String, _ shape: TableShape) throws(FileError) {
    self.path = path
    self.shape = shape
    comma = shape.delimiter != UInt8(ascii: ",")
    lines = try LineReader(path, limit: TableRunReader.lineLimit)
  }

  mutating func advance(_ collector: RunCollector, isFinal: Bool) throws {
    while let line = try lines.next(isFinal: isFinal) { try take(line, into: collector) }
    if isFinal, let open = pending {
      pending = nil
      collector.note("cut last line, left out", at: open.line)
    }
  }

  private mutating func take(_ line: LineReader.Line, into collector: RunCollector) throws {
    var (number, bytes) = (line.number, line.bytes)
    if line.isCut {
      throw malformed(number, "the line is longer than \(TableRunReader.lineLimit) bytes")
    }
    if number == 1 && bytes.starts(with: WholeFile.byteOrderMark) {
      bytes = bytes.dropFirst(WholeFile.byteOrderMark.count)
    }
    var count = 1
    if let open = pending {
      bytes = (open.bytes + [UInt8(ascii: "\n")] + bytes)[...]
      (number, count) = (open.line, open.count + 1)
      pending = nil
    }
    do throws(CSVRecords.Fault) {
      try bytes.withUnsafeBufferPointer { (bytes) throws(CSVRecords.Fault) in
        try row.split(bytes, delimiter: shape.delimiter)
      }
    } catch {
      switch error {
      case .openQuote:
        if !line.hasEnd { return collector.note("cut last line, left out", at: number) }
        if count >= TableRunReader.quotedLines || bytes.count > TableRunReader.lineLimit {
          throw malformed(number, "a quote is opened and not closed; close it or double it")
        }
        pending = (number, count, Array(bytes))
      case .textAfterQuote:
        if !line.hasEnd { return collector.note("cut last line, left out", at: number) }
        throw malformed(number, "text follows a closing quote; double the quotes within a cell")
      }
      return
    }
    try bytes.withUnsafeBufferPointer { bytes in
      try take(bytes, at: number, hasEnd: line.hasEnd, into: collector)
    }
  }

  /// Takes the cells that `row` holds.
  private mutating func take(
    _ bytes: UnsafeBufferPointer<UInt8>, at line: Int, hasEnd: Bool,
    into collector: RunCollector
  ) throws {
    if row.cells.count == 1 && row.cells[0].start == row.cells[0].end { return }
    guard columns != nil else {
      if bytes.first == UInt8(ascii: "#") { return }
      return try takeHeader(bytes, at: line, into: collector)
    }
    if row.cells.count != shape.names.count {
      if !hasEnd { return collector.note("cut last line, left out", at: line) }
      throw malformed(
        line,
        "\(row.cells.count) cells where the header has \(shape.names.count); mend or remove it"
      )
    }
    if isHeader(bytes) { return collector.note("headers repeated between rows", at: line) }
    parse(bytes)
    collector.progress = progress
    let isUnderstood =
      columns?.value == nil
      ? takeFigures(at: line, into: collector) : takeTagged(bytes, at: line, into: collector)
    collector.part(isUnderstood: isUnderstood)
  }

  private mutating func takeHeader(
    _ bytes: UnsafeBufferPointer<UInt8>, at line: Int, into collector: RunCollector
  ) throws {
    var seen: Set<String> = []
    for name in shape.names where !seen.insert(name).inserted {
      throw malformed(line, "the column '\(name)' is there twice; rename one")
    }
    let columns = TableColumns(shape.names, for: collector)
    slots = columns.slots
    self.columns = columns
  }

  private func malformed(_ line: Int, _ problem: String) -> RunFileError {
    .malformed(path: path, place: "line \(line)", problem: problem)
  }
}

extension TableRunReader {
  /// Whether the row is the header again, as where a run that went on appended to its file.
  private func isHeader(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    for (cell, name) in zip(row.cells, shape.names)
    where !bytes[cell.start..<cell.end].elementsEqual(name.utf8) {
      return false
    }
    return true
  }

  private mutating func parse(_ bytes: UnsafeBufferPointer<UInt8>) {
    figures.removeAll(keepingCapacity: true)
    for cell in row.cells {
      figures.append(FigureText.parse(bytes, from: cell.start, to: cell.end, comma: comma))
    }
  }

  private var progress: Progress {
    var progress = Progress()
    var ranks = (step: Int.max, epoch: Int.max, batch: Int.max)
    guard let columns else { return progress }
    for (index, use) in columns.uses.enumerated() {
      guard case .progress(let name) = use, case .number(let number, false) = figures[index],
        number.isFinite
      else { continue }
      switch name.measure {
      case .step where name.rank < ranks.step:
        progress.step = Int(exactly: number)
        ranks.step = name.rank
      case .epoch where name.rank < ranks.epoch:
        progress.epoch = number
        ranks.epoch = name.rank
      case .batch where name.rank < ranks.batch:
        progress.batch = Int(exactly: number)
        ranks.batch = name.rank
      default: continue
      }
    }
    return progress
  }

  private mutating func takeFigures(at line: Int, into collector: RunCollector) -> Bool {
    guard let columns else { return false }
    var isUnderstood = false
    for index in figures.indices {
      guard case .figure = columns.uses[index] else { continue }
      if let run = columns.runs[index] { collector.select(run) }
      switch figures[index] {
      case .number(let number, let isBeyondRange):
        if isBeyondRange { note(beyondRange: line, collector) }
        collector.figure(&slots[index], number, at: line)
        isUnderstood = true
      case .absent:
        collector.absent(&slots[index])
        isUnderstood = true
      case .word: collector.note("words in cells, left out", at: line)
      case .empty: break
      }
    }
    return isUnderstood
  }

  /// A row with the name of its only figure.
  private mutating func takeTagged(
    _ bytes: UnsafeBufferPointer<UInt8>, at line: Int, into collector: RunCollector
  ) -> Bool {
    guard let columns, let value = columns.value else { return false }
    var tag: String?
    for (index, use) in columns.uses.enumerated() {
      let cell = row.cells[index]
      switch use {
      case .tag: tag = String(decoding: bytes[cell.start..<cell.end], as: UTF8.self)
      case .run: collector.select(String(decoding: bytes[cell.start..<cell.end], as: UTF8.self))
      case .figure, .progress: continue
      }
    }
    guard let tag, !tag.isEmpty else { return false }
    if tags[tag] == nil {
      if tags.count >= TableRunReader.tagLimit {
        collector.note("figures of more names than are read", at: line)
        return false
      }
      tags[tag] = TableColumns.slot(tag, meant: collector.meant(by: tag))
    }
    switch figures[value] {
    case .number(let number, let isBeyondRange):
      if isBeyondRange { note(beyondRange: line, collector) }
      tags[tag]?.add(number, at: line, to: collector)
    case .absent: tags[tag]?.addNil(to: collector)
    case .empty: return false
    case .word:
      collector.note("words in cells, left out", at: line)
      return false
    }
    return true
  }

  private func note(beyondRange line: Int, _ collector: RunCollector) {
    collector.note("numbers beyond the range of Double, taken as infinite", at: line)
  }
}

extension RunCollector.Slot {
  fileprivate mutating func add(_ number: Double, at line: Int, to collector: RunCollector) {
    collector.figure(&self, number, at: line)
  }

  fileprivate mutating func addNil(to collector: RunCollector) { collector.absent(&self) }
}
