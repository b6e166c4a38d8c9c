package import ThalwegFormats

/// What a mode makes of a table, in numbers of rows, gaps and windows.
package struct SeriesCounts: Sendable, Equatable {
  package let mode: SeriesMode
  package let rowsRead: Int

  /// The published mode keeps every row; the default drops the tail of all-missing rows, which
  /// a file's blank last lines leave behind. An all-missing row before the last observation is
  /// a moment without a reading, and stays.
  package let rowsKept: Int

  package let splits: SeriesSplits

  /// Of the kept rows, for each column in the table's order.
  package let missingShares: [Double]

  package init(table: Table, mode: SeriesMode, window: Int) throws(SeriesError) {
    self.mode = mode
    rowsRead = table.rowCount
    switch mode {
    case .published:
      rowsKept = table.rowCount
      splits = try .published(rows: rowsKept, window: window)
    case .default:
      let last = (0..<table.rowCount).last { row in
        table.columns.contains { !$0.values[row].isNaN }
      }
      rowsKept = last.map { $0 + 1 } ?? 0
      splits = try .default(rows: rowsKept, window: window)
    }
    let kept = rowsKept
    missingShares = table.columns.map { column in
      Double(column.values[..<kept].count { $0.isNaN }) / Double(kept)
    }
  }

  /// Of all kept cells.
  package var missingShare: Double {
    missingShares.reduce(0, +) / Double(missingShares.count)
  }

  /// Unused rows between one split and the next.
  package var gapRows: Int { mode == .published ? 0 : splits.window - 1 }

  /// Rows that one split has in common with the next.
  package var sharedRows: Int { mode == .published ? splits.window - 1 : 0 }

  /// The batches of one pass over the training windows, the last of which may be smaller.
  package func batchesPerEpoch(batchSize: Int) -> Int {
    (splits.training.count + batchSize - 1) / batchSize
  }
}
