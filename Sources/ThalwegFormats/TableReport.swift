/// What was found in a text table, and what of it was left out.
package struct TableReport: Sendable, Equatable {
  package var path: String
  package var delimiter: Character
  package var decimalMark: Character
  package var hasHeader: Bool
  /// Rows below the header, blank ones included.
  package var dataRows: Int
  /// Rows whose cells are all empty.
  package var blankRows: Int
  package var keptRows: Int
  /// Columns of dates or times, which are skipped.
  package var dateColumns: [String]
  /// Columns without a name and without a value, which are dropped.
  package var droppedUnnamedColumns: Int
  /// Missing cells of the kept rows, one count a column of the table.
  package var missing: [Int]
  /// Columns whose observed values are all equal.
  package var constantColumns: [String]
  /// Columns without an observed value.
  package var emptyColumns: [String]

  /// The share of all cells of the kept rows that are missing.
  package var missingFraction: Double {
    let cells = keptRows * missing.count
    return cells == 0 ? 0 : Double(missing.reduce(0, +)) / Double(cells)
  }
}
