/// Weights with which columns come closest to a target.
enum LeastSquares {
  /// A column that others make up to this share of it says nothing of its own.
  private static let dependence = 1e-9

  /// Modified Gram-Schmidt with the longest remaining column first (Golub, Van Loan, Matrix
  /// Computations, 5.2); the weight of a column that depends on others is 0.
  static func weights(_ columns: [[Double]], _ target: [Double]) -> [Double] {
    let lengths = columns.map { length($0) }
    var rest = zip(columns, lengths).map { column, length in
      length > 0 ? column.map { $0 / length } : column
    }
    var right = target
    var order: [Int] = []
    var basis: [[Double]] = []
    /// Coefficients of each column in the basis.
    var shares = [[Double]](repeating: [], count: columns.count)
    var projections: [Double] = []
    while order.count < columns.count {
      let open = columns.indices.filter { !order.contains($0) }
      guard let next = open.max(by: { length(rest[$0]) < length(rest[$1]) }) else { break }
      let size = length(rest[next])
      if size < dependence { break }
      let unit = rest[next].map { $0 / size }
      for index in open {
        let share = dot(unit, rest[index])
        shares[index].append(share)
        for row in unit.indices { rest[index][row] -= share * unit[row] }
      }
      let projection = dot(unit, right)
      for row in unit.indices { right[row] -= projection * unit[row] }
      projections.append(projection)
      basis.append(unit)
      order.append(next)
    }
    var weights = [Double](repeating: 0, count: columns.count)
    for place in order.indices.reversed() {
      var value = projections[place]
      for later in order.indices where later > place {
        value -= shares[order[later]][place] * weights[order[later]]
      }
      weights[order[place]] = value / shares[order[place]][place]
    }
    return zip(weights, lengths).map { $1 > 0 ? $0 / $1 : 0 }
  }

  private static func dot(_ one: [Double], _ other: [Double]) -> Double {
    zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func length(_ column: [Double]) -> Double { dot(column, column).squareRoot() }
}
