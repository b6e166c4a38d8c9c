private import ThalwegTensor

/// The reading of one text table, from bytes to columns.
struct TableReader {
  private let path: String
  private let options: TableOptions
  private let missing: TableCells.Missing
  private let isBlankFile: Bool
  private let comma: Bool
  private var records: CSVRecords
  private var columns: [TableCells] = []
  private var blankRows = 0
  private var keptRows = 0

  init(_ bytes: [UInt8], path: String, options: TableOptions) {
    if let mark = options.decimalMark, mark != "." && mark != "," {
      mistake("table: the decimal mark is '.' or ',', not '\(mark)'")
    }
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let delimiter = CSVDialect.delimiter(bytes, from: start, options: options)
    self.path = path
    self.options = options
    missing = TableCells.Missing(options)
    isBlankFile = bytes[start...].allSatisfy { " \t\r\n".utf8.contains($0) }
    comma = delimiter != UInt8(ascii: ",")
    records = CSVRecords(bytes, from: start, delimiter: delimiter)
  }

  mutating func read() throws(TableError) -> (Table, TableReport) {
    if isBlankFile { throw .empty(path: path) }
    var isRow = try nextRecord()
    while isRow && records.isEmptyLine { isRow = try nextRecord() }
    let hasHeader = options.hasHeader ?? !firstRowIsData
    try nameColumns(hasHeader: hasHeader)
    if hasHeader { isRow = try nextRecord() }
    // Empty lines count as rows only when a row follows: those at the end belong to no table.
    var emptyLines = 0
    while isRow {
      if records.isEmptyLine {
        emptyLines += 1
      } else {
        for _ in 0..<emptyLines { addBlankRow() }
        emptyLines = 0
        try addRow()
      }
      isRow = try nextRecord()
    }
    if keptRows == 0 { throw .headerOnly(path: path) }
    return try finish(hasHeader: hasHeader)
  }

  /// A first row of numbers, dates and gaps is data; one word makes it a header.
  private var firstRowIsData: Bool {
    var numbers = 0
    for cell in records.cells {
      let slice = records.bytes[cell.start..<cell.end]
      let parsed = DecimalText.parse(records.bytes, from: cell.start, to: cell.end, comma: comma)
      if parsed != nil {
        numbers += 1
      } else if !missing.contains(slice) && !DateText.matches(slice) {
        return false
      }
    }
    return numbers > 0
  }

  private mutating func nameColumns(hasHeader: Bool) throws(TableError) {
    for (position, cell) in records.cells.enumerated() {
      guard let text = hasHeader ? records.text(cell) : "" else {
        throw .notUTF8(path: path, line: records.line)
      }
      columns.append(
        TableCells(name: text.isEmpty ? "x\(position)" : text, isNamed: !text.isEmpty))
    }
  }

  private mutating func addRow() throws(TableError) {
    if records.cells.count != columns.count {
      throw .ragged(
        path: path, line: records.line, cells: records.cells.count, expected: columns.count)
    }
    if records.isBlank { return addBlankRow() }
    keptRows += 1
    for position in columns.indices {
      let isText = columns[position].add(
        records.cells[position], of: records, missing: missing, comma: comma)
      if !isText { throw .notUTF8(path: path, line: records.line) }
    }
  }

  private mutating func addBlankRow() {
    blankRows += 1
    if !options.keepBlankRows { return }
    keptRows += 1
    for position in columns.indices { columns[position].addMissing() }
  }

  private mutating func nextRecord() throws(TableError) -> Bool {
    do throws(CSVRecords.Fault) {
      return try records.next()
    } catch {
      switch error {
      case .openQuote(let line): throw .openQuote(path: path, line: line)
      case .textAfterQuote(let line): throw .textAfterQuote(path: path, line: line)
      }
    }
  }
}

extension TableReader {
  /// Sorts the columns into numbers, dates and empty ones, and refuses what fits nowhere.
  private func finish(hasHeader: Bool) throws(TableError) -> (Table, TableReport) {
    let present = columns.filter { $0.isNamed || $0.hasText }
    let numbers = present.filter { !$0.isDates }
    try checkNames(present)
    try checkWords(numbers)
    if numbers.allSatisfy({ $0.numberCount == 0 }) { throw .noNumbers(path: path) }
    let mark = try decimalMark(numbers)
    let table = Table(columns: numbers.map { Table.Column(name: $0.name, values: $0.values) })
    let report = TableReport(
      path: path,
      delimiter: Character(UnicodeScalar(records.delimiter)),
      decimalMark: mark,
      hasHeader: hasHeader,
      dataRows: keptRows + (options.keepBlankRows ? 0 : blankRows),
      blankRows: blankRows,
      keptRows: keptRows,
      dateColumns: present.filter(\.isDates).map(\.name),
      droppedUnnamedColumns: columns.count - present.count,
      missing: table.columns.map { $0.values.count(where: \.isNaN) },
      constantColumns: table.columns.filter(\.isConstant).map(\.name),
      emptyColumns: table.columns.filter { $0.values.allSatisfy(\.isNaN) }.map(\.name))
    return (table, report)
  }

  private func checkNames(_ columns: [TableCells]) throws(TableError) {
    var seen: Set<String> = []
    for column in columns where !seen.insert(column.name).inserted {
      throw .duplicateColumn(path: path, name: column.name)
    }
  }

  /// Reports the first word of the file; a date among numbers is one too.
  private func checkWords(_ columns: [TableCells]) throws(TableError) {
    var first: (name: String, place: TableCells.Place)?
    for column in columns {
      for case let place? in [column.firstWord, column.firstDate]
      where first.map({ place.line < $0.place.line }) ?? true {
        first = (column.name, place)
      }
    }
    guard let first else { return }
    throw .word(path: path, line: first.place.line, column: first.name, text: first.place.text)
  }

  /// The mark that was asked for or that most numbers have; all numbers must have it.
  private func decimalMark(_ columns: [TableCells]) throws(TableError) -> Character {
    let commas = columns.reduce(0) { $0 + $1.commas }
    let points = columns.reduce(0) { $0 + $1.points }
    let mark = options.decimalMark ?? (commas > points ? "," : ".")
    for column in columns {
      guard let place = mark == "," ? column.firstPoint : column.firstComma else { continue }
      throw .decimalMark(
        path: path, line: place.line, column: column.name, text: place.text, expected: mark)
    }
    return mark
  }
}

extension Table.Column {
  /// Whether there are observed values and all are equal.
  fileprivate var isConstant: Bool {
    guard let first = values.first(where: { !$0.isNaN }) else { return false }
    return values.allSatisfy { $0.isNaN || $0 == first }
  }
}
