/// One column while it is read: its numbers so far, and where the first cell of each other kind is.
struct TableCells {
  struct Place {
    var line: Int
    var text: String
  }

  /// What is left out of the numbers; prepared once for all columns.
  struct Missing {
    private let markers: [[UInt8]]
    private let longestMarker: Int
    private let numbers: [Double]

    init(_ options: TableOptions) {
      markers = options.missingMarkers.map { Array($0.lowercased().utf8) }
      longestMarker = markers.map(\.count).max() ?? -1
      numbers = options.missingNumbers
    }

    func contains(_ bytes: ArraySlice<UInt8>) -> Bool {
      if bytes.count > longestMarker { return false }
      return markers.contains { marker in
        marker.elementsEqual(bytes) { $0 == $1 || ((65...90).contains($1) && $0 == $1 | 0x20) }
      }
    }

    func contains(_ number: Double) -> Bool { numbers.contains(number) }
  }

  var name: String
  /// Whether the file gives the column a name.
  let isNamed: Bool
  private(set) var values: [Double] = []
  private(set) var numberCount = 0
  private(set) var dateCount = 0
  private(set) var hasText = false
  private(set) var firstWord: Place?
  private(set) var firstDate: Place?
  private(set) var points = 0
  private(set) var commas = 0
  private(set) var firstPoint: Place?
  private(set) var firstComma: Place?

  init(name: String, isNamed: Bool) {
    self.name = name
    self.isNamed = isNamed
  }

  /// A column of dates and times, with gaps at most.
  var isDates: Bool { dateCount > 0 && numberCount == 0 && firstWord == nil }

  mutating func addMissing() { values.append(.nan) }

  /// Adds the cell of a row.
  /// - Parameter comma: whether a comma may be the decimal mark.
  /// - Returns: false where the cell is not UTF-8.
  mutating func add(
    _ cell: CSVRecords.Cell, of records: CSVRecords, missing: Missing, comma: Bool
  ) -> Bool {
    if cell.start == cell.end && missing.contains([]) {
      values.append(.nan)
      return true
    }
    if cell.start != cell.end { hasText = true }
    let bytes = records.bytes
    if let number = DecimalText.parse(bytes, from: cell.start, to: cell.end, comma: comma) {
      numberCount += 1
      values.append(missing.contains(number.value) ? .nan : number.value)
      if let mark = number.mark { note(mark, cell, records) }
      return true
    }
    values.append(.nan)
    let slice = bytes[cell.start..<cell.end]
    if missing.contains(slice) { return true }
    if DateText.matches(slice) {
      dateCount += 1
      if firstDate == nil { firstDate = place(cell, records) }
    } else if firstWord == nil {
      firstWord = place(cell, records)
      return firstWord != nil
    }
    return true
  }

  private mutating func note(_ mark: UInt8, _ cell: CSVRecords.Cell, _ records: CSVRecords) {
    if mark == UInt8(ascii: ",") {
      commas += 1
      if firstComma == nil { firstComma = place(cell, records) }
    } else {
      points += 1
      if firstPoint == nil { firstPoint = place(cell, records) }
    }
  }

  private func place(_ cell: CSVRecords.Cell, _ records: CSVRecords) -> Place? {
    records.text(cell).map { Place(line: records.line, text: $0) }
  }
}
