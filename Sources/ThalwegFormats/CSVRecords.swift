/// Splits the bytes of a CSV file into records and cells, by RFC 4180 with any delimiter and any
/// line ending. The cells of the last record are kept as ranges; nothing is copied.
struct CSVRecords {
  struct Cell {
    var start: Int
    var end: Int
    var isQuoted: Bool
    var hasDoubledQuotes: Bool
  }

  enum Fault: Error {
    case openQuote(line: Int)
    case textAfterQuote(line: Int)
  }

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  let bytes: [UInt8]
  let delimiter: UInt8
  /// The cells of the record that `next` found, without the spaces around them.
  private(set) var cells: [Cell] = []
  /// The line on which that record starts.
  private(set) var line = 0
  private var position: Int
  private var nextLine = 1

  init(_ bytes: [UInt8], from start: Int, delimiter: UInt8) {
    self.bytes = bytes
    self.delimiter = delimiter
    position = start
  }

  /// A line without any character.
  var isEmptyLine: Bool {
    cells.count == 1 && cells[0].start == cells[0].end && !cells[0].isQuoted
  }

  /// Whether all cells are empty.
  var isBlank: Bool { cells.allSatisfy { $0.start == $0.end } }

  /// Goes to the next record; false at the end of the file.
  mutating func next() throws(Fault) -> Bool {
    cells.removeAll(keepingCapacity: true)
    if position >= bytes.count { return false }
    line = nextLine
    while true {
      let cell = try nextCell()
      cells.append(cell)
      if position >= bytes.count { return true }
      let byte = bytes[position]
      position += 1
      if byte == delimiter { continue }
      if byte == CSVRecords.carriageReturn && position < bytes.count
        && bytes[position] == CSVRecords.lineFeed
      {
        position += 1
      }
      nextLine += 1
      return true
    }
  }

  /// Reads up to the delimiter or line end that closes the cell.
  private mutating func nextCell() throws(Fault) -> Cell {
    while position < bytes.count && isSpace(bytes[position]) { position += 1 }
    if position < bytes.count && bytes[position] == CSVRecords.quote { return try quotedCell() }
    let start = position
    while position < bytes.count && !closesCell(bytes[position]) { position += 1 }
    var end = position
    while end > start && isSpace(bytes[end - 1]) { end -= 1 }
    return Cell(start: start, end: end, isQuoted: false, hasDoubledQuotes: false)
  }

  private mutating func quotedCell() throws(Fault) -> Cell {
    let openedOn = nextLine
    position += 1
    var cell = Cell(start: position, end: position, isQuoted: true, hasDoubledQuotes: false)
    while true {
      if position >= bytes.count { throw .openQuote(line: openedOn) }
      let byte = bytes[position]
      if byte == CSVRecords.lineFeed { nextLine += 1 }
      position += 1
      if byte != CSVRecords.quote { continue }
      if position < bytes.count && bytes[position] == CSVRecords.quote {
        cell.hasDoubledQuotes = true
        position += 1
        continue
      }
      cell.end = position - 1
      break
    }
    while position < bytes.count && isSpace(bytes[position]) { position += 1 }
    if position < bytes.count && !closesCell(bytes[position]) {
      throw .textAfterQuote(line: nextLine)
    }
    return cell
  }

  private func closesCell(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == CSVRecords.lineFeed || byte == CSVRecords.carriageReturn
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (byte == UInt8(ascii: "\t") && delimiter != byte)
  }
}

extension CSVRecords {
  /// The text of a cell as the writer of the file meant it, without spaces around it; nil where
  /// it is not UTF-8.
  func text(_ cell: Cell) -> String? {
    let raw = bytes[cell.start..<cell.end]
    if !cell.hasDoubledQuotes { return String(validating: raw, as: UTF8.self)?.trimmed }
    var plain: [UInt8] = []
    var follows = false
    for byte in raw {
      follows = byte == CSVRecords.quote && !follows
      if !follows { plain.append(byte) }
    }
    return String(validating: plain, as: UTF8.self)?.trimmed
  }
}

extension String {
  fileprivate var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
