/// What was done to a table, for the console and the record.
package struct SeriesReport: Sendable, Equatable {
  package let configuration: SeriesConfiguration

  /// The columns' names, in the table's order.
  package let names: [String]

  package let counts: SeriesCounts

  /// Columns with one single value in training; their scale is 1, or 1e-8 as published.
  package let constantColumns: [String]

  /// Columns without an observed value in training; only the published mode goes on with them.
  package let emptyColumns: [String]

  package var batchesPerEpoch: Int {
    counts.batchesPerEpoch(batchSize: configuration.batchSize)
  }
}
