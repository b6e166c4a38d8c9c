/// Why a table cannot become training data.
package enum SeriesError: Error, Equatable, Sendable, CustomStringConvertible {
  case tooFewRowsForWindow(rows: Int, window: Int)
  case tooFewRowsForSplits(rows: Int, needed: Int, window: Int, mode: SeriesMode)
  case nothingObserved(column: String, trainingRows: Int)
  /// `row` counts from 1.
  case outOfRange(column: String, row: Int, value: Double)
  case fillOfPublished(SeriesFill)

  package var description: String {
    switch self {
    case .tooFewRowsForWindow(let rows, let window):
      "data: \(rows) rows, but one window has \(window); give more rows or lower data.window"
    case .tooFewRowsForSplits(let rows, let needed, let window, let mode):
      "data: \(rows) rows, but three splits with windows of \(window) need \(needed) in mode "
        + "'\(mode.rawValue)'; give more rows or lower data.window"
    case .nothingObserved(let column, let trainingRows):
      "data: column '\(column)' has no observed value in the \(trainingRows) training rows; "
        + "leave the column out"
    case .outOfRange(let column, let row, let value):
      "data: column '\(column)', row \(row): \(value), raw or standardized, is beyond single "
        + "precision; rescale the column or mark the cell as missing"
    case .fillOfPublished(let fill):
      "data.fill: mode 'published' fills gaps with 0 before the statistics, not by "
        + "'\(fill.rawValue)'; set data.fill to zero or data.mode to default"
    }
  }
}
