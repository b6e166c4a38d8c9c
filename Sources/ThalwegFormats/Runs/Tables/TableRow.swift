/// The cells of one record of a CSV text, as ranges of its bytes.
struct TableRow {
  private static let quote = UInt8(ascii: "\"")

  private(set) var cells: [CSVRecords.Cell] = []

  /// Splits a record at the delimiter, by RFC 4180; spaces around a cell are no part of it.
  mutating func split(
    _ bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8
  ) throws(CSVRecords.Fault) {
    cells.removeAll(keepingCapacity: true)
    if bytes.contains(TableRow.quote) {
      var records = CSVRecords(Array(bytes), from: 0, delimiter: delimiter)
      _ = try records.next()
      for var cell in records.cells {
        while cell.start < cell.end && isSpace(bytes[cell.start], 0) { cell.start += 1 }
        while cell.end > cell.start && isSpace(bytes[cell.end - 1], 0) { cell.end -= 1 }
        cells.append(cell)
      }
      return
    }
    var start = 0
    while true {
      var end = start
      while end < bytes.count && bytes[end] != delimiter { end += 1 }
      append(bytes, start, end, delimiter)
      if end == bytes.count { return }
      start = end + 1
    }
  }

  private mutating func append(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ delimiter: UInt8
  ) {
    var (start, end) = (start, end)
    while start < end && isSpace(bytes[start], delimiter) { start += 1 }
    while end > start && isSpace(bytes[end - 1], delimiter) { end -= 1 }
    cells.append(
      CSVRecords.Cell(start: start, end: end, isQuoted: false, hasDoubledQuotes: false))
  }

  private func isSpace(_ byte: UInt8, _ delimiter: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0D || (byte == 0x09 && delimiter != byte)
  }
}
