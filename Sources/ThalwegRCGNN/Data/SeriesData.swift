/// A series ready for training: numbers without gaps, the mask of what was observed, and the
/// windows of each split.
package struct SeriesData: Sendable, Equatable {
  /// The columns' names.
  package let names: [String]

  /// Row-major `[rowCount, names.count]`, gaps filled. Row r is row r of the table.
  package let values: [Float]

  /// Of the same shape; 1 where the value was observed, 0 where it was filled in.
  package let mask: [Float]

  /// The start rows of each split's windows.
  package let splits: SeriesSplits

  /// What was subtracted from each column; zeros without standardization.
  package let means: [Double]

  /// What each column was then divided by; ones without standardization.
  package let stds: [Double]

  package let report: SeriesReport

  package var rowCount: Int { values.count / names.count }

  /// T, the rows of one window.
  package var window: Int { splits.window }
}
