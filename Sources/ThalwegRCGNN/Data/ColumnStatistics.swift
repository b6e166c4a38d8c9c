/// Mean and population standard deviation of the numbers of one column.
package struct ColumnStatistics: Sendable, Equatable {
  package let mean: Double

  /// Exactly 0 when all the numbers are the same, whatever rounding says.
  package let std: Double

  package var isConstant: Bool { std == 0 }

  /// - Parameter weights: how often each number counts.
  /// - Returns: nil when there is no number.
  package init?(_ values: [Double], weights: [Double]) {
    guard let least = values.min(), let most = values.max() else { return nil }
    let total = weights.reduce(0, +)
    let mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    let squares = zip(values, weights).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * $1.1 }
    self.mean = least == most ? least : mean
    std = least == most ? 0 : (squares / total).squareRoot()
  }

  /// Over the observed entries of `rows`; what stands in the others is never looked at.
  /// - Parameters:
  ///   - values: row-major `[rows, columns]`.
  ///   - isObserved: of the same shape.
  package init?(
    observed values: [Double], isObserved: [Bool], column: Int, columns: Int, rows: Range<Int>
  ) {
    let places = rows.map { $0 * columns + column }.filter { isObserved[$0] }
    self.init(places.map { values[$0] }, weights: Array(repeating: 1, count: places.count))
  }

  /// Over the array of windows that start at `starts`, in which a row counts once for each
  /// window that holds it, filled gaps included: the published statistics.
  package init?(
    windows values: [Double], column: Int, columns: Int, starts: Range<Int>, window: Int
  ) {
    let rows = starts.lowerBound..<starts.upperBound + window - 1
    let weights = rows.map { row in
      let first = max(row - window + 1, starts.lowerBound)
      let last = min(row, starts.upperBound - 1)
      return Double(last - first + 1)
    }
    self.init(rows.map { values[$0 * columns + column] }, weights: weights)
  }
}
