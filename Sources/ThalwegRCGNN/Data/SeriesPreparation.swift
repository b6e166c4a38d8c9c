package import ThalwegFormats
private import ThalwegTensor

/// Turns a table with gaps into training data, under one of two explicit modes.
package enum SeriesPreparation {
  /// - Parameter table: with its blank rows kept; the default mode drops the blank tail itself.
  package static func prepare(
    _ table: Table, _ configuration: SeriesConfiguration = SeriesConfiguration()
  ) throws(SeriesError) -> SeriesData {
    if let ragged = table.columns.first(where: { $0.values.count != table.rowCount }) {
      mistake("series: column '\(ragged.name)' has not \(table.rowCount) rows")
    }
    if configuration.mode == .published, configuration.fill != .zero {
      throw .fillOfPublished(configuration.fill)
    }
    let counts = try SeriesCounts(
      table: table, mode: configuration.mode, window: configuration.window)
    var series = try RawSeries(table, rows: counts.rowsKept)
    let empty = series.columnsWithoutObservation(in: counts.splits.rows(of: counts.splits.training))
    let statistics =
      switch configuration.mode {
      case .published: series.publishedStatistics(counts.splits)
      case .default: try series.observedStatistics(counts.splits)
      }
    let means = statistics.map { configuration.standardize ? $0.mean : 0 }
    let stds = statistics.map { column in
      if !configuration.standardize { return 1.0 }
      // 1e-8 as published; soundly, a constant column has no scale and is only centered.
      return configuration.mode == .published
        ? column.std + 1e-8 : column.isConstant ? 1 : column.std
    }
    switch (configuration.mode, configuration.fill) {
    case (.published, _): series.fill(with: statistics.map { _ in 0 })
    case (.default, .zero): series.fill(with: statistics.map(\.mean))
    case (.default, .hold): series.hold(from: statistics.map(\.mean))
    }
    let constant = statistics.indices.filter { statistics[$0].isConstant }
    return SeriesData(
      names: series.names, values: try series.scaled(means: means, stds: stds),
      mask: series.isObserved.map { $0 ? 1 : 0 }, splits: counts.splits, means: means, stds: stds,
      report: SeriesReport(
        configuration: configuration, names: series.names, counts: counts,
        constantColumns: constant.map { series.names[$0] },
        emptyColumns: empty.map { series.names[$0] }))
  }
}
