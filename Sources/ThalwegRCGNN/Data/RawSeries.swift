import ThalwegFormats

/// The kept rows of a table, row-major, on their way to training data.
struct RawSeries {
  let names: [String]

  /// `[rows, columns]`; 0 in a gap until it is filled otherwise.
  private(set) var values: [Double]

  let isObserved: [Bool]

  private var width: Int { names.count }

  init(_ table: Table, rows: Int) throws(SeriesError) {
    names = table.columns.map(\.name)
    var values: [Double] = []
    var isObserved: [Bool] = []
    values.reserveCapacity(rows * names.count)
    isObserved.reserveCapacity(rows * names.count)
    for row in 0..<rows {
      for column in table.columns {
        let value = column.values[row]
        if !value.isNaN, !Float(value).isFinite {
          throw .outOfRange(column: column.name, row: row + 1, value: value)
        }
        values.append(value.isNaN ? 0 : value)
        isObserved.append(!value.isNaN)
      }
    }
    self.values = values
    self.isObserved = isObserved
  }

  func columnsWithoutObservation(in rows: Range<Int>) -> [Int] {
    names.indices.filter { column in !rows.contains { isObserved[$0 * width + column] } }
  }

  /// Over the training windows with 0 in every gap.
  func publishedStatistics(_ splits: SeriesSplits) -> [ColumnStatistics] {
    names.indices.compactMap {
      ColumnStatistics(
        windows: values, column: $0, columns: width, starts: splits.training,
        window: splits.window)
    }
  }

  /// Over the observed entries of the training rows.
  func observedStatistics(_ splits: SeriesSplits) throws(SeriesError) -> [ColumnStatistics] {
    let rows = splits.rows(of: splits.training)
    var result: [ColumnStatistics] = []
    for column in names.indices {
      let statistics = ColumnStatistics(
        observed: values, isObserved: isObserved, column: column, columns: width, rows: rows)
      guard let statistics else {
        throw .nothingObserved(column: names[column], trainingRows: rows.count)
      }
      result.append(statistics)
    }
    return result
  }

  /// Puts one number a column into its gaps.
  mutating func fill(with fillers: [Double]) {
    for index in values.indices where !isObserved[index] {
      values[index] = fillers[index % width]
    }
  }

  /// Carries each column's last observation forward into its gaps, and `first` before there is
  /// one.
  mutating func hold(from first: [Double]) {
    var last = first
    for index in values.indices {
      if isObserved[index] {
        last[index % width] = values[index]
      } else {
        values[index] = last[index % width]
      }
    }
  }

  /// (value - mean) / std in single precision.
  func scaled(means: [Double], stds: [Double]) throws(SeriesError) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      let column = index % width
      let scaled = Float((value - means[column]) / stds[column])
      if !scaled.isFinite {
        throw .outOfRange(column: names[column], row: index / width + 1, value: value)
      }
      result.append(scaled)
    }
    return result
  }
}
